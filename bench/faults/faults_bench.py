#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Bellrock Authors
# SPDX-License-Identifier: Apache-2.0
"""What a fault costs: the demo under 10,000 calls/s with an instance killed, stopped, slowed or
failing, a site that falls silent, the agent or the server killed."""

import json
import pathlib
import subprocess
import sys
import tempfile

BELLROCK = pathlib.Path(__file__).resolve().parent.parent.parent / "src/cli/bellrock"
SECONDS = 12
FAULT_AFTER = 5
RATE = 3400  # requests per second; each is three calls, through gateway, catalog and storage
TARGET = "music/storage/2"
FAULTS = (
    # name, target, whether server and agent are processes of their own
    ("kill", TARGET, False),
    ("stop", TARGET, False),
    ("slow", TARGET, False),
    ("fail", TARGET, False),
    ("flaky", TARGET, False),
    ("stop", "sh", False),
    ("kill", "agent", True),
    ("kill", "server", True),
)


def runs():
    yield "none", [], ("failed", "p99_us.before")
    for fault, target, split in FAULTS:
        name = fault if target == TARGET else f"{fault}_{'site' if target == 'sh' else target}"
        arguments = ["--fault", f"{fault}:{target}", *(["--split"] if split else [])]
        figures = ("failed", "seconds_to_last_failure", "p99_us.during", "p99_us.after")
        yield f"{name}.retry", arguments, figures
        yield f"{name}.no_retry", ["--no-retry", *arguments], figures


UNITS = {"failed": "calls", "seconds_to_last_failure": "s"}


def demo(arguments):
    with tempfile.TemporaryDirectory(prefix="bellrock-faults-") as folder:
        done = subprocess.run(
            [BELLROCK, "demo", "run", "--json", "--listen", "127.0.0.1:0", "--dir", folder,
             "--seconds", str(SECONDS), "--rate", str(RATE), "--fault-after", str(FAULT_AFTER),
             *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if not done.stdout.startswith("{"):
        sys.exit(f"bellrock demo run ended with {done.returncode}:\n{done.stderr}")
    return json.loads(done.stdout)


def figure(report, path):
    for part in path.split("."):
        report = report[part]
    return report


def main():
    results = []
    for name, arguments, figures in runs():
        report = demo(arguments)
        for path in figures:
            results.append({
                "name": f"faults.{name}.{path}",
                "value": figure(report, path),
                "unit": UNITS.get(path, "us"),
                "conditions": f"{report['calls']} requests in {SECONDS} s, {3 * RATE} calls/s, "
                              "through three services of three instances, fault after "
                              f"{FAULT_AFTER} s; during = 2 s",
            })
    if "--json" in sys.argv:
        print(json.dumps(results))
        return
    for result in results:
        print(f"{result['name']:40} {result['value']:>10} {result['unit']}")


if __name__ == "__main__":
    main()
