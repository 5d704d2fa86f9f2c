#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Bellrock Authors
# SPDX-License-Identifier: Apache-2.0
"""nghttp2's h2load as a load program of ./run bench rpc: unary gRPC calls from a client that is
neither ours nor gRPC's, so that two servers are compared by the same yardstick. Takes the flags of
load_options.h that it can follow. There is no warm-up: the connection is made within the time."""

import argparse
import json
import pathlib
import re
import subprocess
import sys
import tempfile

PATH = "/bellrock.bench.v1.Echo/Say"
PAYLOAD_FIELD = 0x0A  # EchoRequest.payload and EchoReply.payload: field 1, bytes
PAYLOAD_BYTES_MAX = 127  # a length of one byte
PREFIX_BYTES = 5  # of a gRPC message: flag and length


def framed(payload_bytes):
    """An EchoRequest as gRPC's body carries it."""
    message = bytes([PAYLOAD_FIELD, payload_bytes]) + b"x" * payload_bytes
    return b"\0" + len(message).to_bytes(PREFIX_BYTES - 1, "big") + message


def run(options, body):
    with tempfile.TemporaryDirectory() as folder:
        data = pathlib.Path(folder) / "request"
        data.write_bytes(body)
        seconds = max(1, round(options.seconds + options.warmup))  # h2load knows whole seconds
        command = ["h2load", "--threads", "1", "--clients", str(options.connections),
                   "--max-concurrent-streams", str(options.concurrency // options.connections),
                   "--duration", str(seconds), "--data", str(data),
                   "--header", "content-type: application/grpc", "--header", "te: trailers",
                   f"http://127.0.0.1:{options.port}{PATH}"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"h2load ended with {done.returncode}: {done.stderr.strip()}")
    return done.stdout, seconds


def number(pattern, text):
    found = re.search(pattern, text)
    if found is None:
        sys.exit(f"h2load printed nothing like '{pattern}':\n{text}")
    return int(found.group(1))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--seconds", type=float, default=1)
    parser.add_argument("--warmup", type=float, default=0)
    parser.add_argument("--payload", type=int, default=16)
    parser.add_argument("--concurrency", type=int, default=1)
    parser.add_argument("--connections", type=int, default=1)
    options = parser.parse_args()
    if not 0 < options.payload <= PAYLOAD_BYTES_MAX:
        sys.exit(f"--payload {options.payload}: write 1..{PAYLOAD_BYTES_MAX}")
    body = framed(options.payload)
    text, seconds = run(options, body)
    done = number(r"(\d+) succeeded", text)
    # h2load does not read grpc-status: an error would have no message.
    carried = number(r"traffic: .* \((\d+)\) data", text)
    if done == 0 or carried < done * len(body):
        sys.exit(f"{done} answers with {carried} bytes of messages: not each is an echo\n{text}")
    print(json.dumps({"calls": done, "qps": done / seconds}))


if __name__ == "__main__":
    main()
