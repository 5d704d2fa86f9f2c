#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Bellrock Authors
# SPDX-License-Identifier: Apache-2.0
"""The agent's proxy beside HAProxy: each on core 0, load and instances on core 1, in turn, each
figure the median of its repetitions. `per_core` is what a core of the proxy could carry by the
processor time it uses per request or byte: the load's core is full before the proxy's is."""

import argparse
import collections
import json
import pathlib
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time

from proxy_peers import (HAPROXY, OTHER_CORE, Backends, HaProxy, OurProxy, PeerError, cpu_us,
                         spawn)

BENCH = pathlib.Path(__file__).resolve().parent.parent
BELLROCK = BENCH.parent / "src/cli/bellrock"
CONNECTIONS = 64
FEW = 4  # for latencies: nobody queues
SECONDS = 1
UNITS = {"qps": "1/s", "per_core": "1/s", "cpu_us": "us", "p50_us": "us", "p99_us": "us",
         "mb_per_s": "MB/s", "cpu_us_per_mb": "us", "ratio": "x"}


def output(command):
    process = spawn(command, OTHER_CORE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    text, errors = process.communicate(timeout=60)
    if process.returncode != 0:
        raise PeerError(f"{' '.join(map(str, command))}: {errors.strip()}")
    return text


GRPC_CONNECTIONS = 8
GRPC_STREAMS = 16  # of each
GRPC_PATH = "/bellrock.bench.v1.Echo/Say"
GRPC_FIELDS = ("content-type: application/grpc", "te: trailers")
GRPC_BODY = b"\0\0\0\0\x12\x0a\x10" + b"x" * 16  # an EchoRequest of 16 bytes


def http_load(port, connections, log=None):
    """Requests answered with 200."""
    return h2load(["--h1", "--clients", connections], f"http://127.0.0.1:{port}/page", log)


def grpc_load(port, connections, streams, log=None):
    """Unary calls whose replies came: an error has the status 200, too, but no body."""
    with tempfile.NamedTemporaryFile() as body:
        body.write(GRPC_BODY)
        body.flush()
        options = ["--clients", connections, "--max-concurrent-streams", streams, "--data",
                   body.name]
        for field in GRPC_FIELDS:
            options += ["--header", field]
        return h2load(options, f"http://127.0.0.1:{port}{GRPC_PATH}", log, len(GRPC_BODY))


def h2load(options, url, log, body_bytes=0):
    command = ["h2load", "--threads", 1, "--duration", SECONDS, *options, url]
    if log is not None:
        command += ["--log-file", log]
    text = output(command)
    done = re.search(r"(\d+) succeeded, (\d+) failed", text)
    data = re.search(r"\((\d+)\) data", text)
    if done is None or data is None or int(done.group(2)) > 0:
        raise PeerError(f"h2load: {text}")
    count = int(done.group(1))
    if count == 0 or int(data.group(1)) < count * body_bytes:
        raise PeerError(f"h2load: answers without their bodies: {text}")
    return count


def http(port):
    count = http_load(port, CONNECTIONS)
    return count, {"qps": count / SECONDS}


def grpc(port):
    count = grpc_load(port, GRPC_CONNECTIONS, GRPC_STREAMS)
    return count, {"qps": count / SECONDS}


def http_latency(port):
    return latency(lambda log: http_load(port, FEW, log))


def grpc_latency(port):
    return latency(lambda log: grpc_load(port, FEW, 1, log))


def latency(load):
    with tempfile.NamedTemporaryFile() as log:
        count = load(log.name)
        took = sorted(int(line.split()[2]) for line in open(log.name, encoding="ascii"))
    at = lambda share: took[min(int(len(took) * share), len(took) - 1)]
    return count, {"p50_us": at(0.5), "p99_us": at(0.99)}


def raw(port):
    told = json.loads(output([BENCH / "rpc/bench_raw_load", "--port", port, "--seconds", SECONDS,
                              "--warmup", 0.1, "--connections", CONNECTIONS, "--concurrency",
                              CONNECTIONS]))
    return told["calls"], {"qps": told["qps"]}


def bulk(port):
    """Megabytes read; MSG_TRUNC drops them in the kernel, so that the reader is not what is
    measured."""
    total, began = 0, time.monotonic()
    with socket.create_connection(("127.0.0.1", port)) as reader:
        while time.monotonic() < began + SECONDS:
            step = len(reader.recv(1 << 20, socket.MSG_TRUNC))
            if step == 0:
                raise PeerError("a stream of zeros ended")
            total += step
    megabytes = total / 1e6
    return megabytes, {"mb_per_s": megabytes / (time.monotonic() - began)}


CELLS = {"http": ("http", http, f"HTTP/1.1, 64 B answers, {CONNECTIONS} connections kept alive"),
         "http_latency": ("http", http_latency, f"HTTP/1.1, {FEW} connections, one request each"),
         "grpc": ("grpc", grpc, f"unary gRPC of 16 B, {GRPC_CONNECTIONS} connections of HTTP/2, "
                  f"{GRPC_STREAMS} calls at a time on each"),
         "grpc_latency": ("grpc", grpc_latency, f"unary gRPC, {FEW} connections, one call each"),
         "raw": ("raw", raw, f"TCP echo of 32 B, {CONNECTIONS} connections, one in flight each"),
         "bulk": ("bulk", bulk, "TCP, one connection, as fast as it goes")}


class Samples:
    def __init__(self):
        self.values = collections.defaultdict(list)

    def run(self, cell, peer):
        kind, measure, _ = CELLS[cell]
        before = cpu_us(peer.pid) if peer else 0
        count, figures = measure(peer.ports[kind] if peer else self.direct[kind])
        if peer and not cell.endswith("_latency"):
            each = (cpu_us(peer.pid) - before) / count
            if cell == "bulk":
                figures["cpu_us_per_mb"] = each
            else:
                figures.update(cpu_us=each, per_core=1e6 / each)
        for figure, value in figures.items():
            self.values[f"{peer.name if peer else 'direct'}.{cell}.{figure}"].append(value)

    def results(self):
        middle = {name: statistics.median(values) for name, values in self.values.items()}
        for cell in ("http", "grpc", "raw"):
            for figure in ("per_core", "qps"):
                theirs = middle.get(f"haproxy.{cell}.{figure}")
                if theirs:
                    name = f"proxy.{cell}.{figure}_vs_haproxy.ratio"
                    middle[name] = middle[f"proxy.{cell}.{figure}"] / theirs
        theirs = middle.get("haproxy.bulk.cpu_us_per_mb")
        if theirs:
            middle["proxy.bulk.per_core_vs_haproxy.ratio"] = (
                theirs / middle["proxy.bulk.cpu_us_per_mb"])
        where = "; proxy on core 0, load and instance on core 1"
        return [{"name": f"routing.{name}", "value": round(value, 3),
                 "unit": UNITS[name.rsplit(".", 1)[1]],
                 "conditions": CELLS[name.split(".")[1]][2] + where}
                for name, value in middle.items()]


def run_all(repetitions):
    samples = Samples()
    backends = Backends(BENCH)
    peers = []
    try:
        samples.direct = backends.ports
        peers = [OurProxy(BELLROCK, backends)]
        if pathlib.Path(HAPROXY).exists():
            peers.append(HaProxy(backends))
        else:
            print("proxy_bench: without HAProxy; ./run setup --for bench", file=sys.stderr)
        for _ in range(repetitions):
            for cell in CELLS:
                for peer in [None, *peers]:
                    samples.run(cell, peer)
    finally:
        for peer in peers:
            peer.close()
        backends.close()
    return samples.results()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    parser.add_argument("--quick", action="store_true", help="one repetition")
    parser.add_argument("--repetitions", type=int, default=3)
    options = parser.parse_args()
    if shutil.which("h2load") is None:
        sys.exit("proxy_bench: no h2load; install nghttp2-client")
    try:
        results = run_all(1 if options.quick else options.repetitions)
    except PeerError as error:
        sys.exit(f"proxy_bench: {error}")
    if options.json:
        print(json.dumps(results))
        return
    for result in results:
        print(f"{result['name']:44} {result['value']:>12} {result['unit']}")


if __name__ == "__main__":
    main()
