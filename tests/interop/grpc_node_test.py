# SPDX-FileCopyrightText: 2026 The Bellrock Authors
# SPDX-License-Identifier: Apache-2.0
"""Runs the tests with Node.js' stock gRPC client beside an echo_server."""

import os
import pathlib
import subprocess
import sys

from served_echo import MESSAGES, ServedEcho

FOLDER = pathlib.Path(__file__).parent / "node"


def main():
    subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--silent"], cwd=FOLDER, check=True)
    server = ServedEcho()
    environment = dict(os.environ, ADDRESS=server.address, MESSAGES=str(MESSAGES))
    tests = subprocess.run(["node", "--test", "grpc_node_test.mjs"], cwd=FOLDER, env=environment)
    return tests.returncode or server.end()


if __name__ == "__main__":
    sys.exit(main())
