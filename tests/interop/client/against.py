# SPDX-FileCopyrightText: 2026 The Bellrock Authors
# SPDX-License-Identifier: Apache-2.0
"""Runs a test program against a server: against.py PROGRAM SERVER [ARGUMENT...].

The server prints its port first and ends with its standard input. The program finds the port in
BELLROCK_INTEROP_PORT.
"""
import os
import subprocess
import sys


def main():
    program, server = sys.argv[1], sys.argv[2:]
    with subprocess.Popen(server, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as peer:
        port = peer.stdout.readline().decode().strip()
        try:
            if not port.isdigit():
                sys.exit(f"{server[0]} did not start: it printed {port!r} instead of its port")
            environment = dict(os.environ, BELLROCK_INTEROP_PORT=port, BELLROCK_AGENT="none")
            return subprocess.run([program], env=environment, check=False).returncode
        finally:
            peer.kill()


if __name__ == "__main__":
    sys.exit(main())
