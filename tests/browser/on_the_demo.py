# SPDX-FileCopyrightText: 2026 The Bellrock Authors
# SPDX-License-Identifier: Apache-2.0
"""Runs a test against the real demo: usage on_the_demo.py FOLDER_FOR_SCREENSHOTS [TEST.mjs]."""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

BUILD = pathlib.Path(os.environ["BELLROCK_BUILD"])
READY_S = 60.0  # until the demo's state file names the console
WARM_UP_S = 12  # seconds of curves the pages should have to show


def console_address(demo, state):
    end = time.monotonic() + READY_S
    while time.monotonic() < end:
        if demo.poll() is not None:
            sys.exit(f"the demo ended with {demo.returncode} before it was ready")
        if state.exists():
            return json.loads(state.read_text())["console"]
        time.sleep(0.1)
    sys.exit("the demo did not come up")


def main():
    screenshots = pathlib.Path(sys.argv[1])
    screenshots.mkdir(parents=True, exist_ok=True)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="bellrock-browser-"))
    demo = subprocess.Popen([
        BUILD / "src/cli/bellrock", "demo", "run", "--listen", "127.0.0.1:0", "--dir", folder,
        "--rate", "500"], stderr=subprocess.DEVNULL)
    try:
        address = console_address(demo, folder / "demo.json")
        time.sleep(WARM_UP_S)
        test = pathlib.Path(__file__).with_name(
            sys.argv[2] if len(sys.argv) > 2 else "console_test.mjs")
        done = subprocess.run(["node", test, screenshots],
                              env={**os.environ, "BELLROCK_CONSOLE": f"http://{address}",
                                   "BELLROCK_DEMO": str(folder)})
        return done.returncode
    finally:
        demo.terminate()
        demo.wait()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
