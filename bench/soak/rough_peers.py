# SPDX-FileCopyrightText: 2026 The Bellrock Authors
# SPDX-License-Identifier: Apache-2.0
"""Peers that misbehave: they send garbage, read nothing, or stop half way."""

import os
import random
import socket
import threading

TIMEOUT_S = 2.0
PREFACE = b"BELLRK1\n"


def open_socket(port):
    peer = socket.create_connection(("127.0.0.1", port), timeout=TIMEOUT_S)
    return peer


def varint(value):
    out = b""
    while value > 0x7F:
        out += bytes([value & 0x7F | 0x80])
        value >>= 7
    return out + bytes([value])


def field(number, payload):
    return varint(number << 3 | 2) + varint(len(payload)) + payload


def call_frame(call_id, method, body, flags, credit):
    """A CALL of docs/spec/wire.md."""
    meta = (field(1, b"bellrock.rpc.sample.v1.Echo") + field(2, method)
            + varint(6 << 3) + varint(credit))
    header = (len(meta) + len(body)).to_bytes(4, "little") + bytes([1, flags])
    header += len(meta).to_bytes(2, "little") + call_id.to_bytes(8, "little")
    return header + meta + body


def garbage(port, chance):
    """Random bytes, alone or behind a preface of each protocol."""
    start = chance.choice([b"", PREFACE, b"GET /", b"POST / HTTP/1.1\r\nHost: x\r\n",
                           b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"\x16\x03\x01"])
    with open_socket(port) as peer:
        peer.sendall(start + chance.randbytes(chance.randrange(1, 5000)))
        peer.settimeout(0.2)
        try:
            peer.recv(4096)
        except socket.timeout:
            pass


def slow_reader(port, chance):
    """Asks for megabytes as a stream with boundless credit and reads little of them."""
    items, size = 2000, 10000
    body = varint(1 << 3) + varint(items) + varint(2 << 3) + varint(size)
    with open_socket(port) as peer:
        peer.sendall(PREFACE + call_frame(1, b"Count", body, 1, 1 << 30))
        for _ in range(chance.randrange(1, 20)):
            peer.recv(1000)
            threading.Event().wait(0.1)


def half_frame(port, chance):
    """A frame that never ends, and then a reset."""
    with open_socket(port) as peer:
        frame = call_frame(1, b"Say", b"", 0, 0)
        peer.sendall(PREFACE + frame[:chance.randrange(1, len(frame))])
        threading.Event().wait(0.1)


def run(ports, stop, counts):
    """Until `stop` is set, one rough peer after another; `counts` says how many of each."""
    chance = random.Random(os.getpid())
    kinds = (garbage, slow_reader, half_frame)
    while not stop.is_set():
        kind = chance.choice(kinds)
        try:
            kind(chance.choice(ports), chance)
        except OSError:
            pass  # refused, reset or closed: what they deserve, or the server was just killed
        counts[kind.__name__] = counts.get(kind.__name__, 0) + 1
