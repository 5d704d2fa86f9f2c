#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Bellrock Authors
# SPDX-License-Identifier: Apache-2.0
"""What a fault costs: the demo with one storage instance killed, slowed or failing under load."""

import json
import pathlib
import subprocess
import sys
import tempfile

BELLROCK = pathlib.Path(__file__).resolve().parent.parent.parent / "src/cli/bellrock"
SECONDS = 12
FAULT_AFTER = 5
RATE = 2000
RUNS = (
    # name, arguments, figures taken from the demo's final object
    ("none", [], ("failed", "p99_us.before")),
    ("kill.retry", ["--fault", "kill:music/storage/2"],
     ("failed", "p99_us.before", "p99_us.during", "p99_us.after")),
    ("kill.no_retry", ["--no-retry", "--fault", "kill:music/storage/2"],
     ("failed", "seconds_to_last_failure", "p99_us.during")),
    ("fail.retry", ["--fault", "fail:music/storage/2"], ("failed", "p99_us.during")),
    ("slow.retry", ["--fault", "slow:music/storage/2"],
     ("failed", "p99_us.during", "p99_us.after")),
)
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
    for name, arguments, figures in RUNS:
        report = demo(arguments)
        for path in figures:
            results.append({
                "name": f"faults.{name}.{path}",
                "value": figure(report, path),
                "unit": UNITS.get(path, "us"),
                "conditions": f"{report['calls']} calls in {SECONDS} s through three services of "
                              f"three instances, fault after {FAULT_AFTER} s; during = 2 s",
            })
    if "--json" in sys.argv:
        print(json.dumps(results))
        return
    for result in results:
        print(f"{result['name']:40} {result['value']:>10} {result['unit']}")


if __name__ == "__main__":
    main()
