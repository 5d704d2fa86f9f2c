#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Bellrock Authors
# SPDX-License-Identifier: Apache-2.0
"""Half an hour of a registry's daily life: 100,000 instances that renew their leases while 100 of
them leave and 100 others come each second. Memory stays flat and no lease ends that was renewed."""

import argparse
import json
import statistics
import sys
import threading
import time

from registry_process import Bellrock, RegistryError

INSTANCES = 100_000
CHURN_PER_S = 100
WATCHERS = 1_000
CONNECTIONS_OF_WATCHERS = 100
ROWS = 30  # of memory over time, whatever the time
SAMPLES_A_ROW = 10
WARNINGS_SHOWN = 20  # the server's last ones: they explain a gap in its replies
GROWTH_MAX = 1.10  # of the last third over the second; the first fills buffers and the journal
EXAMPLES = """examples:
  build/release/bench/naming/soak
  build/release/bench/naming/soak --seconds 60
"""


class Memory(threading.Thread):
    """Reads a server's resident memory until it is told to stop, and prints it as it goes."""

    def __init__(self, server, seconds):
        super().__init__(daemon=True)
        self._server = server
        self._every_s = seconds / ROWS / SAMPLES_A_ROW
        self._done = threading.Event()
        self._megabytes = []

    def run(self):
        begun = time.monotonic()
        while not self._done.wait(self._every_s):
            self._megabytes.append(self._server.rss_bytes() / 1e6)
            if len(self._megabytes) % SAMPLES_A_ROW == 0:
                row = self._megabytes[-SAMPLES_A_ROW:]
                print(f"{time.monotonic() - begun:8.0f} s  {statistics.median(row):8.1f} MB  "
                      f"(highest {max(row):.1f})", file=sys.stderr, flush=True)

    def stop(self):
        self._done.set()
        self.join()

    def growth(self):
        """Median of the last third by that of the second."""
        third = max(len(self._megabytes) // 3, 1)
        second, last = self._megabytes[third:2 * third], self._megabytes[-third:]
        return statistics.median(last) / statistics.median(second or last)

    def highest(self):
        return max(self._megabytes)


def soak(seconds):
    with Bellrock() as server:
        memory = Memory(server, seconds)
        memory.start()
        try:
            figures = server.load(
                "churn", "--instances", INSTANCES, "--churn", CHURN_PER_S, "--seconds", seconds,
                "--watchers", WATCHERS, "--connections", CONNECTIONS_OF_WATCHERS,
                "--in-flight", 256, "--lease", 10, "--heartbeat", 3, patience_s=seconds)
        finally:
            memory.stop()
        for line in server.warnings()[-WARNINGS_SHOWN:]:
            print(line, file=sys.stderr)
    return figures, memory


def results_of(figures, memory, seconds):
    conditions = (f"{seconds:.0f} s, {INSTANCES:,} instances, leases of 10 s renewed every 3 s, "
                  f"{CHURN_PER_S} leave and {CHURN_PER_S} come each second, {WATCHERS:,} watchers")
    values = (("rss_growth", memory.growth(), "times"),
              ("rss_highest_mb", memory.highest(), "MB"),
              ("false_expiries", figures["false_expiries"], ""),
              ("replaced", figures["replaced"], ""),
              ("replaced_per_s", figures["replaced"] / figures["seconds"], "1/s"),
              ("renewed_per_s", figures["renewed"] / figures["seconds"], "1/s"),
              ("missing", INSTANCES - figures["instances"], ""),
              ("heartbeat_gap_ms", figures["gap_ms"], "ms"),
              ("load_late_ms", figures["load_late_ms"], "ms"))
    return [{"name": f"naming.soak.{name}", "value": round(value, 3), "unit": unit,
             "conditions": conditions} for name, value, unit in values]


def verdict(results):
    """What was missed, as texts."""
    value = {result["name"].rsplit(".", 1)[1]: result["value"] for result in results}
    missed = []
    if value["rss_growth"] > GROWTH_MAX:
        missed.append(f"memory grew {value['rss_growth']} times, at most {GROWTH_MAX}")
    if value["false_expiries"] != 0:
        missed.append(f"{value['false_expiries']:.0f} leases ended that were renewed")
    if value["missing"] != 0:
        missed.append(f"{value['missing']:.0f} instances are missing at the end")
    return missed


def parse():
    parser = argparse.ArgumentParser(
        description=__doc__, epilog=EXAMPLES, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=1800, help="(default: 1800)")
    parser.add_argument("--json", action="store_true", help="print the figures as a list")
    return parser.parse_args()


def main():
    options = parse()
    try:
        results = results_of(*soak(options.seconds), options.seconds)
    except RegistryError as error:
        sys.exit(f"soak: {error}")
    if options.json:
        print(json.dumps(results))
    else:
        for result in results:
            print(f"{result['name']:32} {result['value']:>14,.3f} {result['unit']}")
    missed = verdict(results)
    print("soak: " + ("; ".join(missed) if missed else "met"), file=sys.stderr)
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
