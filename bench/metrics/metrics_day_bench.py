#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Bellrock Authors
# SPDX-License-Identifier: Apache-2.0
"""What a day of the demo's calls takes on the disk: the demo runs for some minutes, and what its
agents pushed is played again with virtual time until a day is full."""

import argparse
import pathlib
import subprocess
import sys
import tempfile

BENCH = pathlib.Path(__file__).resolve().parent
BUILD = BENCH.parents[1]
RECORDED_S, RECORDED_QUICK_S = 300, 130  # the first and the last minute are left out
HOURS, HOURS_QUICK = 24, 2
PLAY_S = 1100


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--quick", action="store_true", help="2 hours of it")
    parser.add_argument("--recording", help="the queue of a server that saw the demo, instead of "
                        "a run: DATA_DIR/metrics/queue")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        recording = options.recording
        if recording is None:
            recording = f"{folder}/data/metrics/queue"
            seconds = RECORDED_QUICK_S if options.quick else RECORDED_S
            subprocess.run([BUILD / "src/cli/bellrock", "demo", "run", "--seconds", str(seconds),
                            "--dir", folder, "--listen", "127.0.0.1:17699"],
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True,
                           timeout=seconds + 120)
        command = [BENCH / "bench_metrics_day", recording,
                   str(HOURS_QUICK if options.quick else HOURS)]
        done = subprocess.run(command + (["--json"] if options.json else []), check=False,
                              timeout=PLAY_S)
        return done.returncode


if __name__ == "__main__":
    sys.exit(main())
