# SPDX-FileCopyrightText: 2026 The Bellrock Authors
# SPDX-License-Identifier: Apache-2.0
"""A data centre of six compute processes under load while processes are killed, paused and
restarted: what docs/design/metrics.md, "What the fault test does", says of real processes."""

import json
import signal
import subprocess
import threading
import time

from data_centre_under_test import PUSH, QUERY, push, workers
from platform_under_test import CallError, call, wait_until

NODES = 6
PROBE_S = 0.2
POLL_S = 0.1
LOOK_S = 3  # at all sets


class Probe:
    """A call each PROBE_S of one service in each partition, and when questions by the second tell
    them."""

    def __init__(self, platform, services):
        self.platform = platform
        self.services = services
        self.begin = int(time.time()) // 60 * 60
        self.lock = threading.Lock()
        self.of_second = {}  # second: pushes made
        self.made = 0
        self.unacknowledged = 0
        self.told = {}  # service: {second: calls}
        self.lags = {}  # (service, second): s
        self.stopping = False
        self.threads = [threading.Thread(target=run) for run in (self.push_all, self.look_all)]
        for thread in self.threads:
            thread.start()

    def message(self):
        second = int(time.time())
        with self.lock:
            self.made += 1
            self.of_second[second] = self.of_second.get(second, 0) + 1
            sequence = self.made
        cards = [{"dimensions": {"caller": "probe/probe", "callee": service, "method": "M"},
                  "second": str(second), "latencyUsDelta": [100], "count": [1]}
                 for service in self.services]
        return {"source": "probe:1", "epoch": "1", "sequence": str(sequence),
                "callsTotal": str(sequence * len(cards)), "cards": cards}

    def push_all(self):
        while not self.stopping:
            message = self.message()
            while not push(self.platform.server, message):
                time.sleep(PROBE_S)
            time.sleep(PROBE_S)

    def look_all(self):
        while not self.stopping:
            self.look()
            time.sleep(POLL_S)

    def look(self):
        now = int(time.time())
        question = {"from": str(self.begin), "to": str(now + 2), "step": "1", "groupBy": ["callee"],
                    "where": [{"dimension": "callee", "value": "probe/.*", "how": "=~"}]}
        try:
            reply = call(self.platform.server, f"{QUERY}/Figures", question, timeout=30)
        except (CallError, OSError):
            return
        told = {}
        for line in reply.get("lines", []):
            told[line["key"][0]] = {int(point["from"]): int(point.get("calls", 0))
                                    for point in line["points"] if point.get("calls")}
        at = time.time()
        with self.lock:
            self.told = told
            for service in self.services:
                for second, made in self.of_second.items():
                    if second >= now or (service, second) in self.lags:
                        continue
                    if told.get(service, {}).get(second, 0) >= made:
                        self.lags[service, second] = at - second - 1

    def advanced(self, made):
        """Whether in every partition a call is told that was made after the `made`-th."""
        with self.lock:
            return all(sum(self.told.get(service, {}).values()) > made
                       for service in self.services)

    def heal_s(self, patience_s=60):
        """How long from now until every partition tells newer calls."""
        began, made = time.monotonic(), self.made
        wait_until("every partition to count again", lambda: self.advanced(made), patience_s)
        return time.monotonic() - began

    def all_told(self):
        return self.advanced(self.made - 1)

    def stop(self):
        """All lags, ascending."""
        self.stopping = True
        self.threads[0].join()
        wait_until("all probes to be told", lambda: self.look() or self.all_told(), 60)
        self.threads[1].join()
        return sorted(self.lags.values())


class FaultStory:
    def __init__(self, platform, program):
        self.platform = platform
        self.program = program
        self.heals = {}
        self.away_s = 0.0  # of the process with queue and store
        self.nodes = {}

    def start(self):
        self.platform.server_flags += ["--metrics-compute", "no"]
        self.platform.start_server()
        for i in range(NODES):
            self.start_node(f"c{i}")
        self.wait_for_workers()
        partitions = len(call(self.platform.server, f"{QUERY}/Describe")["partitions"])
        probes = subprocess.run([self.program, "--probes", str(partitions)], check=True,
                                stdout=subprocess.PIPE)
        self.probe = Probe(self.platform, json.loads(probes.stdout))

    def start_node(self, name):
        self.nodes[name] = self.platform.start_compute(name)

    def wait_for_workers(self):
        """All nodes are known, and work all partitions between them."""
        def shared():
            reply = call(self.platform.server, f"{QUERY}/Describe", timeout=60)
            known = {node["address"] for node in reply["nodes"]
                     if node.get("answers") and node.get("address")}
            nodes = set(self.nodes.values())
            by = workers(self.platform.server)
            return known == nodes and by and by <= nodes
        wait_until(f"{len(self.nodes)} nodes to share the partitions", shared, 60)

    def start_load(self, **flags):
        arguments = [f"--{name}={value}" for name, value in flags.items()]
        self.load = subprocess.Popen(
            [self.program, "--server", self.platform.server, *arguments], stdout=subprocess.PIPE)

    def healed(self, fault):
        self.heals[fault] = self.probe.heal_s()

    def kill_two(self):
        for name in ("c0", "c1"):
            self.platform.kill(name)
            del self.nodes[name]
        self.healed("kill two")

    def pause_one(self, seconds):
        process = self.platform.processes["c2"]
        process.send_signal(signal.SIGSTOP)
        began = time.monotonic()
        try:
            self.healed("pause")
            time.sleep(max(0, seconds - (time.monotonic() - began)))
        finally:
            process.send_signal(signal.SIGCONT)
        self.healed("resume")

    def restart_broker(self):
        began = time.monotonic()
        self.platform.kill("server")
        self.platform.start_server()
        self.away_s = time.monotonic() - began
        self.healed("broker")

    def start_two(self):
        for name in ("c6", "c7"):
            self.start_node(name)
        self.wait_for_workers()
        self.healed("two more")

    def end_load(self, patience_s):
        """What was sent."""
        told, _ = self.load.communicate(timeout=patience_s)
        if self.load.returncode != 0:
            raise AssertionError(f"fault_load ended with {self.load.returncode}")
        return json.loads(told)

    def wrong_in_the_end(self, sent, patience_s=150):
        """What differs once all partitions are cut, which they are by the minute."""
        end = time.monotonic() + patience_s
        while True:
            wrong = self.differences(sent)
            if not wrong or time.monotonic() > end:
                return wrong
            time.sleep(LOOK_S)

    def sets(self):
        reply = call(self.platform.server, f"{QUERY}/Describe", timeout=60)
        return [one["name"] for one in reply["sets"]]

    def differences(self, sent, limit=5):
        """Of every set of dimensions, what was counted as something else than it was sent."""
        wrong = []
        for name in self.sets():
            dimensions = name.split(",")
            wanted = totals(sent, dimensions)
            counted = {}
            for callee in sorted({key[0] for key in wanted}):
                counted.update(self.counted(dimensions, callee))
            wrong += [f"{name}: {key}: {wanted.get(key, 0)} sent, {counted.get(key, 0)} counted"
                      for key in wanted.keys() | counted.keys()
                      if wanted.get(key, 0) != counted.get(key, 0)][:limit]
        return wrong

    def counted(self, dimensions, callee):
        question = {"from": str(self.probe.begin), "to": str(int(time.time()) // 60 * 60 + 60),
                    "where": [{"dimension": "callee", "value": callee}], "groupBy": dimensions,
                    "limit": 10000}
        reply = call(self.platform.server, f"{QUERY}/Figures", question, timeout=120)
        return {tuple(line["key"]): int(line["total"].get("calls", 0))
                for line in reply.get("lines", [])}


def totals(sent, dimensions):
    places = [sent["dimensions"].index(name) for name in dimensions]
    sums = {}
    for row in sent["rows"]:
        key = tuple(row[place] for place in places)
        sums[key] = sums.get(key, 0) + row[-1]
    return sums
