#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Bellrock Authors
# SPDX-License-Identifier: Apache-2.0
"""Echo through our framework, the stock gRPC and bare sockets, interleaved on the same two cores.

Each figure is the median of its repetitions. A cell is run for every framework before the next
cell, and every cell before the next repetition, so that a disturbance of the machine hits all.
"""

import argparse
import collections
import json
import os
import pathlib
import resource
import shutil
import statistics
import sys

from peers import LOAD_CORE, SERVER_CORE, Peer, PeerError

PROGRAMS = pathlib.Path(__file__).resolve().parent
TAIL_RATE = 5000
TAIL_CONNECTIONS = 8
FILES_MAX = 8192
LATENCIES = ("p50_us", "p99_us", "p999_us")
SHARED = ("echo", "tail")  # cells that every framework runs
UNITS = {"qps": "1/s", "bytes_per_connection": "B"}

Cell = collections.namedtuple("Cell", "name options conditions repetitions peers seconds")


def closed(size, concurrency, pooled, repetitions):
    kind = "pooled" if pooled else "single"
    options = ["--payload", size, "--concurrency", concurrency,
               "--connections", concurrency if pooled else 1]
    conditions = f"echo of {size} B, {concurrency} in flight, " + (
        "a connection each" if pooled else "one connection")
    return Cell(f"echo{size}.{kind}.c{concurrency}", options, conditions, repetitions, "echo", 1.0)


def tail(slow, repetitions):
    options = ["--rate", TAIL_RATE, "--connections", TAIL_CONNECTIONS]
    if slow != "none":
        options += ["--slow", slow]
    done = {"none": "none is slow", "burn": "1 % compute for 5 ms", "block": "1 % block for 5 ms"}
    conditions = (f"{TAIL_RATE} calls/s on schedule over {TAIL_CONNECTIONS} connections, "
                  f"{done[slow]}; the others' latency since they were due")
    return Cell(f"tail.{slow}", options, conditions, repetitions, "tail", 3.0)


def cells(options):
    """Those with a bar are repeated most."""
    quick = options.quick
    cheap, dear = (1, 2) if quick else (2, 4)
    conditions = "32 B by epoll_wait, recv and send, one in flight"
    found = [Cell("echo32.c1", [], conditions, dear + 1, "raw", 1.0),
             Cell("echo32.pooled.c64", ["--connections", 64, "--concurrency", 64],
                  conditions + " on each of 64 connections", cheap, "raw", 1.0)]
    for size in (16,) if quick else (16, 1024):
        for concurrency in (1, 64) if quick else (1, 16, 64, 200):
            for pooled in (False, True):
                if pooled and concurrency == 1:
                    continue
                barred = size == 16 and (concurrency == 64 or concurrency == 1)
                found.append(closed(size, concurrency, pooled, dear if barred else cheap))
    found += [tail(slow, cheap) for slow in ("none", "burn", "block")]
    echo = closed(16, 64, False, dear)
    found.append(echo._replace(name="grpc_protocol.c64", peers="protocol"))
    return found


def neutral(ours, grpc):
    load = PROGRAMS / "h2load_load.py"
    if shutil.which("h2load") is None:
        return []
    return [Peer("h2load_ours", ours.server, load), Peer("h2load_stock", grpc.server, load)]


def peers(external):
    """{group: [Peer]}; a cell is run by the peers of its group."""
    ours = Peer("rpc", PROGRAMS / "bench_echo_server", PROGRAMS / "bench_echo_load")
    grpc = Peer("grpc", PROGRAMS / "bench_grpc_server", PROGRAMS / "bench_grpc_load")
    raw = Peer("raw", PROGRAMS / "bench_raw_server", PROGRAMS / "bench_raw_load")
    handing_off = Peer(ours.name, ours.server, ours.load, server_options=["--hand-off"])
    speaking_grpc = ["--protocol", "grpc"]
    groups = {
        "raw": [raw],
        "echo": [ours, grpc, *external],
        "tail": [handing_off, grpc, *external],
        "protocol": [
            Peer("ours", ours.server, ours.load, load_options=speaking_grpc),
            Peer("our_client", grpc.server, ours.load, load_options=speaking_grpc),
            Peer("our_server", ours.server, grpc.load),
            Peer("stock", grpc.server, grpc.load),
            # A client that is neither ours nor gRPC's: the servers by one yardstick.
            *neutral(ours, grpc),
        ],
    }
    return {group: [peer for peer in found if peer.present()] for group, found in groups.items()}


class Samples:
    """What each repetition measured, by figure name."""

    def __init__(self):
        self._values = collections.defaultdict(list)
        self._conditions = {}

    def add(self, name, value, conditions):
        self._values[name].append(value)
        self._conditions[name] = conditions

    def median(self, name):
        values = self._values.get(name)
        return statistics.median(values) if values else None

    def results(self):
        return [
            {"name": name, "value": round(self.median(name), 3),
             "unit": UNITS.get(name.rsplit(".", 1)[1], "us"),
             "conditions": f"{self._conditions[name]}; server on core {SERVER_CORE}, client on "
                           f"core {LOAD_CORE}; median of {len(values)}"}
            for name, values in self._values.items()
        ]


def name_of(cell, peer, figure):
    if cell.peers == "protocol":
        return f"{cell.name.replace('.c', f'.{peer.name}.c')}.{figure}"
    if cell.peers == "raw" and cell.name.endswith(".c1"):
        return f"raw.{cell.name}.us" if figure == "p50_us" else None
    return f"{peer.name}.{cell.name}.{figure}"


def run(cell, peer, samples, seconds):
    options = ["--seconds", seconds, "--warmup", 0.3, *cell.options]
    for figure, value in peer.measure(options).items():
        name = name_of(cell, peer, figure)
        if name is not None:
            samples.add(name, value, cell.conditions)


def run_all(options, groups):
    samples = Samples()
    plan = cells(options)
    for repetition in range(max(cell.repetitions for cell in plan)):
        for cell in plan:
            if repetition >= cell.repetitions:
                continue
            print(f"\r{cell.name:24} {repetition + 1}", end="", file=sys.stderr, flush=True)
            for peer in groups[cell.peers]:
                run(cell, peer, samples, cell.seconds)
    for peer in groups["echo"]:
        samples.add(f"{peer.name}.bytes_per_connection", peer.bytes_per_connection(),
                    "growth of the server's resident memory by 1,000 idle connections")
    print("\r" + " " * 32, end="\r", file=sys.stderr)
    return samples


def ratio(samples, name, ours, theirs, conditions):
    ours, theirs = samples.median(ours), samples.median(theirs)
    if ours is None or not theirs:
        return []
    return [{"name": name, "value": round(ours / theirs, 3), "unit": "times",
             "conditions": conditions}]


def ratios(samples, plan):
    found = []
    for cell in plan:
        if cell.peers == "echo":
            found += ratio(samples, f"rpc.vs_grpc.{cell.name}", f"rpc.{cell.name}.qps",
                           f"grpc.{cell.name}.qps",
                           f"calls per second, ours by gRPC's; {cell.conditions}")
    found += ratio(samples, "rpc.vs_raw.c1", "rpc.echo16.single.c1.p50_us", "raw.echo32.c1.us",
                   "p50 of an echo of 16 B by p50 of 32 B over bare sockets")
    # What a server can carry is what a call costs it: the client is the slower side of the cell.
    found += ratio(samples, "rpc.vs_grpc.grpc_protocol.server_cpu.c64",
                   "grpc_protocol.our_client.c64.server_cpu_us",
                   "grpc_protocol.ours.c64.server_cpu_us",
                   "CPU of the stock server over ours, a call of our client in gRPC's protocol")
    found += ratio(samples, "rpc.vs_grpc.grpc_protocol.c64", "grpc_protocol.h2load_ours.c64.qps",
                   "grpc_protocol.h2load_stock.c64.qps",
                   "calls per second of h2load in gRPC's protocol, to our server by to gRPC's")
    found += ratio(samples, "rpc.vs_grpc.grpc_protocol.our_client.c64",
                   "grpc_protocol.ours.c64.qps", "grpc_protocol.our_client.c64.qps",
                   "calls per second of our client in gRPC's protocol, to our server by to gRPC's")
    return found


def thousands(value):
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"


def row(cells_of_row):
    first, *others = cells_of_row
    return f"{first:24}" + "".join(f"{text:>22}" for text in others)


def line_of(samples, cell, names):
    """calls/s and p50/p99/p999 of each framework, and how the first compares to the second."""
    texts = [cell.name]
    for name in names:
        prefix = f"{name}.{cell.name}."
        if samples.median(prefix + "qps") is None:
            texts += ["-", "-", "-"]
            continue
        texts.append(f"{samples.median(prefix + 'qps'):,.0f}")
        latencies = (samples.median(prefix + figure) for figure in LATENCIES)
        texts.append("/".join(thousands(latency) for latency in latencies))
        texts.append(f"{samples.median(prefix + 'cpu_us'):.2f}")
    ours, theirs = (samples.median(f"{name}.{cell.name}.qps") for name in ("rpc", "grpc"))
    texts.append(f"{ours / theirs:.1f}" if ours and theirs else "-")
    return texts


def print_table(samples, plan, groups):
    names = [peer.name for peer in groups["echo"]]
    shown = {"rpc": "ours", "grpc": "gRPC"}
    head = ["cell"]
    for name in names:
        label = shown.get(name, name)
        head += [f"{label} calls/s", "p50/p99/p999 us", "CPU us/call"]
    lines = [row([*head, "ours / gRPC"])]
    lines += [row(line_of(samples, cell, names)) for cell in plan if cell.peers in SHARED]
    for name in names:
        size = samples.median(f"{name}.bytes_per_connection")
        lines.append(f"{shown.get(name, name)}: {size:,.0f} B for an idle connection")
    print("\n".join(lines), file=sys.stderr)


def external_peer(text):
    name, _, programs = text.partition("=")
    server, _, load = programs.partition(",")
    peer = Peer(name, server, load)
    if not name or not peer.present():
        raise argparse.ArgumentTypeError(f"'{text}': write NAME=SERVER,LOAD, programs that exist")
    return peer


def parse():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print the figures as a list")
    parser.add_argument("--quick", action="store_true", help="fewer cells and repetitions")
    parser.add_argument("--peer", type=external_peer, action="append", default=[],
                        metavar="NAME=SERVER,LOAD", help="a further framework, with our flags")
    return parser.parse_args()


def main():
    options = parse()
    if os.cpu_count() < 2:
        sys.exit("bench rpc: needs two cores, one for the server and one for the client")
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(FILES_MAX, hard), hard))
    groups = peers(options.peer)
    if not any(peer.name == "grpc" for peer in groups["echo"]):
        print("bench rpc: built without gRPC (libgrpc++-dev), so there is nothing to compare with",
              file=sys.stderr)
    plan = cells(options)
    try:
        samples = run_all(options, groups)
    except PeerError as error:
        sys.exit(f"bench rpc: {error}")
    print_table(samples, plan, groups)
    if options.json:
        print(json.dumps(samples.results() + ratios(samples, plan)))


if __name__ == "__main__":
    main()
