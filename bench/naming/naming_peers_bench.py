#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Bellrock Authors
# SPDX-License-Identifier: Apache-2.0
"""A registry's duties, done by a real server process of ours and, in the same run, by etcd and
ZooKeeper the way their users do them."""

import argparse
import collections
import http.client
import json
import os
import pathlib
import resource
import statistics
import sys
import time

from registry_process import (
    LOAD_CORE, REGISTRIES, SERVER_CORE, Bellrock, Member, RegistryError)

FILES_MAX = 20_000
REPETITIONS = 3
IN_FLIGHT = 1_000
SERVICES = 10_000
BATCHES_IN_FLIGHT = 16
PEER_LEASES = 20_000
STORM = {"--instances": 100_000, "--per-service": 100, "--watchers": 10_000,
         "--connections": 5_000, "--in-flight": IN_FLIGHT, "--lease": 10, "--heartbeat": 3}
LATENCIES = ("p50", "p99", "p999")
COMPARED = ("register_per_s", "heartbeats_per_s.n20k", "lookup_per_s.n10", "lookup_per_s.n100",
            *(f"push_{latency}_ms.w{watchers}" for watchers in (1000, 10000)
              for latency in LATENCIES))
PREFIX = {"bellrock": "naming", "etcd": "etcd", "zookeeper": "zookeeper"}
RESTART_MAX_S = 120
REBUILD_MAX_S = 120
OTHERS_MAX = 0.1  # of two cores; beyond it the figures are not ours alone
EXAMPLES = """examples:
  ./run bench naming
  build/release/bench/naming/naming_peers_bench --only push --only storm
  build/release/bench/naming/naming_peers_bench --only register --seconds 10
"""


class Samples:
    """What each repetition measured, by figure name."""

    def __init__(self):
        self._values = collections.defaultdict(list)
        self._about = {}

    def add(self, name, value, unit, conditions):
        self._values[name].append(value)
        self._about[name] = (unit, conditions)

    def median(self, name):
        values = self._values.get(name)
        return statistics.median(values) if values else None

    def results(self):
        return [
            {"name": name, "value": round(self.median(name), 3), "unit": self._about[name][0],
             "conditions": f"{self._about[name][1]}; server on core {SERVER_CORE}, load on core "
                           f"{LOAD_CORE}; median of {len(values)}"}
            for name, values in self._values.items()
        ]


class Bench:
    """One run of the benchmark: which registries, for how long, and what came of it."""

    def __init__(self, options):
        self.quick = options.quick
        self.timed = ["--seconds", options.seconds]
        self.registries = [registry for registry in REGISTRIES if registry.present()]
        self.repetitions = 1 if options.quick else REPETITIONS
        self.samples = Samples()
        self.others = []  # what others had of the two cores during each run

    def each(self, what):
        """Every registry before the next repetition: a disturbance of the machine hits all."""
        for repetition in range(self.repetitions):
            for registry in self.registries:
                print(f"\r{what:28} {registry.title:10} {repetition + 1}", end="", file=sys.stderr,
                      flush=True)
                with registry() as running:
                    yield PREFIX[registry.name], running

    def add(self, name, value, unit, conditions, figures=None):
        if figures:
            self.others.append(figures["others_busy"])
            conditions += "; server {server_busy:.0%} busy, load {load_busy:.0%}".format(**figures)
        self.samples.add(name, value, unit, conditions)

    def add_rate(self, prefix, duty, suffix, figures, conditions):
        """The rate and the latency of one of many in flight."""
        name = {"renew": "heartbeats"}.get(duty, duty)
        self.add(f"{prefix}.{name}_per_s{suffix}", figures[f"{duty}_per_s"], "1/s", conditions,
                 figures)
        self.add(f"{prefix}.{name}_p99_ms{suffix}", figures[f"{duty}_p99_ms"], "ms", conditions)


def register(bench):
    how = {"naming": "one call, journaled and synced before its reply",
           "etcd": "a lease and a key bound to it, synced",
           "zookeeper": "an ephemeral node, synced"}
    for prefix, registry in bench.each("register"):
        # More than any can register in the time.
        figures = registry.load("register", "--in-flight", IN_FLIGHT, *bench.timed,
                                "--instances", SERVICES * 100, "--per-service", 100)
        bench.add_rate(prefix, "register", "", figures,
                       f"{how[prefix]}; into {SERVICES:,} services, {IN_FLIGHT:,} in flight over "
                       "16 connections")


def heartbeats(bench):
    """Renewals of as many leases as the peers can be given in the time."""
    how = {"naming": "batches of 100, as many as a host has, 16 in flight",
           "etcd": "one keep-alive message a lease, 16 streams with 100 in flight on each",
           "zookeeper": "a ping a session, 1,600 sessions with a connection each in flight, "
                        "whatever number of nodes a session has"}
    for prefix, registry in bench.each("heartbeats"):
        connections = 1_600 if prefix == "zookeeper" else BATCHES_IN_FLIGHT
        figures = registry.load("renew", "--instances", PEER_LEASES, "--batch", 100, "--in-flight",
                                BATCHES_IN_FLIGHT, "--connections", connections, *bench.timed)
        bench.add_rate(prefix, "renew", ".n20k", figures,
                       f"{how[prefix]}; {PEER_LEASES:,} registered")


def lookup(bench):
    how = {"naming": "a call answers whole instances",
           "etcd": "a range over the service's keys answers keys and values, linearizable",
           "zookeeper": "one read of the children, whose names tell everything, as Dubbo's do"}
    for size in (10, 100):
        for prefix, registry in bench.each(f"lookup of {size}"):
            figures = registry.load("lookup", "--instances", 10_000, "--per-service", size,
                                    "--in-flight", 64, *bench.timed)
            bench.add_rate(prefix, "lookup", f".n{size}", figures,
                           f"{how[prefix]}; services of {size}; 64 in flight over 16 connections")


def push(bench):
    how = {"naming": "until the watcher has read it",
           "etcd": "until the watcher has read it",
           "zookeeper": "until the watcher, told by its watch, has read the children"}
    for watchers, changes in ((1_000, 40), (10_000, 10)):
        for prefix, registry in bench.each(f"push to {watchers:,}"):
            figures = registry.load("push", "--watchers", watchers, "--connections", watchers,
                                    "--changes", changes)
            for latency in LATENCIES:
                bench.add(f"{prefix}.push_{latency}_ms.w{watchers}", figures[f"push_{latency}_ms"],
                          "ms", f"an instance comes or goes, {changes} changes one at a time, from "
                          f"the change's begin {how[prefix]}; a connection each", figures)


def memory(bench):
    """What 100,000 instances take."""
    with Bellrock() as server:
        server.load("fill", "--in-flight", IN_FLIGHT, "--instances", 100_000, "--batch", 1_000)
        add_memory(bench, server, 100_000, "100k")


def add_memory(bench, server, instances, suffix):
    bench.add(f"naming.bytes_per_instance.{suffix}", server.rss_bytes() / instances, "B",
              f"resident memory of the whole process by {instances:,} working instances, 10 a "
              "service, with labels")


def large_registry(bench):
    """A million instances: their memory, their heartbeats, and a restart."""
    count = 100_000 if bench.quick else 1_000_000
    suffix = f".{count // 1000}k" if bench.quick else ""
    with Bellrock() as server:
        print(f"\r{'a large registry':28} {count:,}  ", end="", file=sys.stderr, flush=True)
        server.load("fill", "--in-flight", IN_FLIGHT, "--instances", count, "--batch", 1_000)
        if not bench.quick:
            add_memory(bench, server, count, "1m")
        for _ in range(bench.repetitions):
            for batch in (1_000, 100):
                figures = server.load("renew-only", "--instances", count, "--batch", batch,
                                      "--in-flight", BATCHES_IN_FLIGHT, *bench.timed)
                bench.add_rate("naming", "renew", (".b100" if batch == 100 else "") + suffix,
                               figures, f"{count:,} instances in random order, batches of {batch:,}"
                               f", {BATCHES_IN_FLIGHT} in flight over 16 connections")
        restart(bench, server, "100k" if bench.quick else "1m", count)


def restart(bench, server, suffix, count):
    server.stop()
    begun = time.monotonic()
    server.start()
    found = 0
    while found == 0 and time.monotonic() - begun < RESTART_MAX_S:
        found = lookup_over_http(server.port, "line1/service1")
    took = time.monotonic() - begun
    if found == 0:
        raise RegistryError(f"no lookup was answered {RESTART_MAX_S} s after the restart")
    bench.add(f"naming.restart_s.{suffix}", took, "s",
              f"from the start of the process until a lookup finds its instances, {count:,} "
              "registered")


def lookup_over_http(port, service):
    """How many usable instances a service has; 0 if nobody answers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", f"/v1/naming/instances?target={service}&includeUnusable=true")
        return len(json.load(connection.getresponse()).get("instances", []))
    except (OSError, http.client.HTTPException, json.JSONDecodeError):
        time.sleep(0.005)
        return 0
    finally:
        connection.close()


def rebuild(bench):
    """A lost site is brought back from a site that holds everything (VIN-083)."""
    count = 100_000
    with Member("kept", "kept") as kept:
        wait_for("the first site to have a leader", kept.leads)
        kept.load("fill", "--in-flight", IN_FLIGHT, "--instances", count, "--batch", 1_000)
        for repetition in range(bench.repetitions):
            print(f"\r{'rebuild a site':28}            {repetition + 1}", end="", file=sys.stderr,
                  flush=True)
            begun = time.monotonic()
            with Member(f"lost{repetition}", "lost", LOAD_CORE, [kept]) as lost:
                wait_for("the servers to meet",
                         lambda at=lost: at.verb("rebuild-site", "--from", kept.node))
                wait_for("the lost site to have everything",
                         lambda at=lost: at.instances() == count)
                took = time.monotonic() - begun
            bench.samples.add(
                "naming.rebuild_s.100k", took, "s",
                f"from the start of an empty server of a lost site until `bellrock naming "
                f"rebuild-site` has ended and it holds all {count:,} instances of another site")


def wait_for(what, condition):
    until = time.monotonic() + REBUILD_MAX_S
    while not condition():
        if time.monotonic() > until:
            raise RegistryError(f"still waiting for {what} after {REBUILD_MAX_S} s")
        time.sleep(0.02)


def storm(bench):
    conditions = ("100,000 instances on 1,000 hosts, 10,000 of them renewed and then silent at "
                  "once; 10,000 watchers over 5,000 connections, 10 a service of 100")
    for _ in range(bench.repetitions):
        print(f"\r{'storm':28}           ", end="", file=sys.stderr, flush=True)
        with Bellrock() as server:
            figures = server.load("storm", *(part for pair in STORM.items() for part in pair))
        for figure, unit, about in (
                ("settled_s", "s", "since the dead instances' leases ended, until every watcher is "
                                   "right"),
                ("wire_bytes", "B", "received by the watchers until then"),
                ("events", "", "received by the watchers until then"),
                ("false_expiries", "", "leases that ended though they were renewed, or were lost"),
                ("falsely_told", "", "living instances that a watcher was told not to work"),
                ("gap_ms", "ms", "longest time without a reply to a heartbeat, of 300 a second"),
                ("calm_gap_ms", "ms", "the same before the storm"),
                ("wait_ms", "ms", "longest that a heartbeat waited for its reply")):
            bench.add(f"naming.storm.{figure}", figures[figure], unit, f"{about}; {conditions}",
                      figures)


PARTS = {"register": register, "heartbeats": heartbeats, "lookup": lookup, "push": push,
         "memory": memory, "large": large_registry, "rebuild": rebuild, "storm": storm}


def ratios(samples):
    """How many times better ours is, where a peer did the same."""
    found = []
    for peer in ("etcd", "zookeeper"):
        for name in COMPARED:
            ours, theirs = samples.median(f"naming.{name}"), samples.median(f"{peer}.{name}")
            if not ours or not theirs:
                continue
            better = theirs / ours if "_ms" in name else ours / theirs
            found.append({"name": f"naming.vs_{peer}.{name}", "value": round(better, 3),
                          "unit": "times", "conditions": f"how many times better than {peer}'s"})
    return found


def print_table(samples):
    """Ours beside the peers', one duty a line."""
    rows = [["", "Bellrock", "etcd", "ZooKeeper"]]
    for name in COMPARED:
        values = [samples.median(f"{prefix}.{name}") for prefix in PREFIX.values()]
        if any(value is not None for value in values):
            shown = [f"{value:,.0f}" if value and value >= 100 else f"{value:.2f}"
                     if value is not None else "-" for value in values]
            rows.append([name, *shown])
    if len(rows) > 1:
        lines = [f"{row[0]:24}" + "".join(f"{cell:>14}" for cell in row[1:]) for row in rows]
        print("\n".join(lines), file=sys.stderr)


def parse():
    parser = argparse.ArgumentParser(
        description=__doc__, epilog=EXAMPLES, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print the figures as a list")
    parser.add_argument("--quick", action="store_true",
                        help="no repetitions, 100,000 instances for a million")
    parser.add_argument("--seconds", type=float, default=3, help="of each rate (default: 3)")
    parser.add_argument("--only", choices=list(PARTS), action="append", metavar="NAME",
                        help=f"one of {', '.join(PARTS)}; may be repeated")
    parser.add_argument("--bellrock", type=pathlib.Path, default=Bellrock.program,
                        metavar="PROGRAM", help="another build's (default: this build's)")
    return parser.parse_args()


def main():
    options = parse()
    if os.cpu_count() < 2:
        sys.exit("bench naming: needs two cores, one for the server and one for the load")
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(FILES_MAX, hard), hard))
    Bellrock.program = options.bellrock
    bench = Bench(options)
    for registry in REGISTRIES:
        if registry not in bench.registries:
            print(f"bench naming: {registry.title} is not installed, so there is nothing to "
                  "compare with (./run setup --for bench)", file=sys.stderr)
    try:
        for name in options.only or PARTS:
            PARTS[name](bench)
    except RegistryError as error:
        sys.exit(f"\nbench naming: {error}")
    print("\r" + " " * 48, end="\r", file=sys.stderr)
    print_table(bench.samples)
    others = statistics.median(bench.others) if bench.others else 0
    if others > OTHERS_MAX:
        print(f"bench naming: other work had {others:.0%} of the two cores: rates fall and tails "
              "are theirs; run it alone", file=sys.stderr)
    results = bench.samples.results() + ratios(bench.samples)
    if options.json:
        print(json.dumps(results))
        return
    for result in results:
        print(f"{result['name']:40} {result['value']:>14,.3f} {result['unit']}")


if __name__ == "__main__":
    main()
