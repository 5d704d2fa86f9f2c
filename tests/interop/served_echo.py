# SPDX-FileCopyrightText: 2026 The Bellrock Authors
# SPDX-License-Identifier: Apache-2.0
"""Starts echo_server for a test and ends it."""

import os
import pathlib
import subprocess

FOLDER = pathlib.Path(os.environ["BELLROCK_BUILD"]) / "tests" / "interop"
MESSAGES = FOLDER / "messages.binpb"


class ServedEcho:
    def __init__(self, *certificate_and_key):
        command = [str(FOLDER / "echo_server"), *certificate_and_key]
        self.process = subprocess.Popen(command, text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.port = int(self.process.stdout.readline())
        self.address = f"127.0.0.1:{self.port}"

    def begin_shutdown(self):
        self.process.stdin.close()

    def end(self):
        """The server's exit code once it has drained."""
        if not self.process.stdin.closed:
            self.process.stdin.close()
        self.process.stdout.close()
        try:
            return self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise
