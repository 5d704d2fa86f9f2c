# SPDX-FileCopyrightText: 2026 The Bellrock Authors
# SPDX-License-Identifier: Apache-2.0
"""Runs the tests with C++'s stock gRPC client beside an echo_server."""

import os
import subprocess
import sys

from served_echo import FOLDER, ServedEcho


def main():
    server = ServedEcho()
    tests = subprocess.run([str(FOLDER / "grpc_cpp_client")],
                           env=dict(os.environ, ADDRESS=server.address))
    return tests.returncode or server.end()


if __name__ == "__main__":
    sys.exit(main())
