#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Bellrock Authors
# SPDX-License-Identifier: Apache-2.0
"""A data centre of six compute processes that is offered a million calls a second while two of them
are killed, one is paused, and the process with queue and store is killed and restarted. Exits with
an error if not every call is counted once in every set of dimensions."""

import argparse
import json
import os
import pathlib
import sys
import time

BENCH = pathlib.Path(__file__).resolve().parent
os.environ.setdefault("BELLROCK_BUILD", str(BENCH.parent.parent))

from metrics_fault_story import FaultStory  # noqa: E402
from platform_under_test import Platform  # noqa: E402

SECONDS, SECONDS_QUICK = 90, 40
CALLS = 1_000_000
SOURCES, SERVICES, BUCKETS = 40, 16, 60
PAUSE_S = 5
LATE_S = 3


def share(values, of):
    return values[min(len(values) - 1, int(len(values) * of))] if values else float("nan")


def run(options, seconds):
    platform = Platform()
    story = FaultStory(platform, BENCH / "fault_load")
    began = time.monotonic()

    def wait_for(second):
        time.sleep(max(0, began + second - time.monotonic()))
    try:
        story.start()
        began = time.monotonic()
        story.start_load(calls=options.calls, seconds=seconds, sources=SOURCES, services=SERVICES,
                         buckets=BUCKETS)
        faults = [story.kill_two, lambda: story.pause_one(PAUSE_S), story.restart_broker,
                  story.start_two]
        for number, fault in enumerate(faults, start=1):
            wait_for(seconds * number / (len(faults) + 1))
            fault()
        sent = story.end_load(seconds + 240)
        lags = story.probe.stop()
        story.wait_for_workers()
        return story, sent, lags, story.wrong_in_the_end(sent)
    finally:
        if hasattr(story, "probe"):
            story.probe.stopping = True
        platform.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--calls", type=int, default=CALLS, help="offered in a second")
    options = parser.parse_args()
    seconds = SECONDS_QUICK if options.quick else SECONDS
    story, sent, lags, wrong = run(options, seconds)
    offered = sent["calls"] / seconds
    conditions = (
        f"{offered / 1e6:.2f} M calls/s of {SOURCES} sources for {seconds} s, {BUCKETS} latencies "
        f"a card, {sent['repeated']} of {sent['pushes']} pushes twice, {sent['tried_again']} tried "
        f"again; 6 compute processes, server and load on the same {os.cpu_count()} cores, load "
        f"average {os.getloadavg()[0]:.1f}; {len(lags)} seconds of partitions looked at")
    heals = "; ".join(f"{fault} {took:.2f} s" for fault, took in story.heals.items())
    late = sum(lag > LATE_S for lag in lags)
    results = [
        {"name": "metrics.lag_s.p99", "value": share(lags, 0.99), "unit": "s",
         "conditions": f"{conditions}; {late} later than {LATE_S} s, largest {lags[-1]:.1f} s; "
                       f"queue, store and collector were away for {story.away_s:.1f} s"},
        {"name": "metrics.lag_s.p50", "value": share(lags, 0.5), "unit": "s",
         "conditions": conditions},
        {"name": "metrics.heal_s", "value": max(story.heals.values()), "unit": "s",
         "conditions": f"{conditions}; {heals}"},
        {"name": "metrics.counted_equals_sent", "value": int(not wrong), "unit": "",
         "conditions": f"{sent['calls']} calls in every set; {conditions}"},
        {"name": "metrics.faults_calls_per_s", "value": offered, "unit": "calls/s",
         "conditions": f"{conditions}; a source was {sent['behind_ms']} ms behind at most, the "
                       f"slowest push took {sent['slowest_push_ms']} ms"},
    ]
    print(json.dumps(results) if options.json else
          "\n".join(f"{one['name']} {one['value']} {one['unit']}: {one['conditions']}"
                    for one in results))
    for one in wrong:
        print(f"metrics_faults_bench: {one}", file=sys.stderr)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
