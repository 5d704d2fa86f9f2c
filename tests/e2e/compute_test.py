# SPDX-FileCopyrightText: 2026 The Bellrock Authors
# SPDX-License-Identifier: Apache-2.0
"""A data centre of several processes: whoever of them is killed or paused, every call is in the
figures once, and others work on in its place."""

import json
import signal
import threading
import time
import unittest

from platform_under_test import BELLROCK, CallError, Platform, PlatformTest, call, wait_until

QUERY = "bellrock.metrics.v1.Query"
CALLEES = ("music/catalog", "music/storage")


def describe(server):
    return call(server, f"{QUERY}/Describe")


def workers(server):
    """Addresses of the nodes that work the partitions; None while not all are worked."""
    reply = describe(server)
    if not all(row.get("worked") for row in reply.get("partitions", [])):
        return None
    address = {node["name"]: node.get("address", "") for node in reply["nodes"]}
    return {address[row["node"]] for row in reply["partitions"] if row["node"] in address}


class Calls:
    """Calls the gateway until it is stopped."""

    def __init__(self, platform):
        self.platform = platform
        found = platform.naming("Lookup", {"target": "web/gateway"})
        self.gateway = found["instances"][0]["spec"]["address"]
        self.sent = 0
        self.stopping = False
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def run(self):
        while not self.stopping:
            self.platform.cli("call", self.gateway, "MyMusic", '{"user": 7}', "--count", 100,
                              "--concurrency", "4")
            self.sent += 100

    def go_on(self, count):
        want = self.sent + count
        wait_until(f"{count} more calls", lambda: self.sent >= want)

    def stop(self):
        self.stopping = True
        self.thread.join()
        return self.sent


class ComputeTest(PlatformTest):
    with_agent = False

    def setUp(self):
        self.platform = Platform()
        self.addCleanup(self.platform.close)
        self.begin = int(time.time()) // 60 * 60

    def start_site(self, *flags):
        self.platform.server_flags = list(flags)
        self.platform.start_server()
        self.platform.start_agent()
        self.platform.start_music(instances=("1",))
        return self.platform.server

    def figures(self, server, group_by=()):
        try:
            reply = call(server, f"{QUERY}/Figures",
                         {"from": str(self.begin), "to": str(int(time.time()) // 60 * 60 + 60),
                          "groupBy": list(group_by), "limit": 1000}, timeout=60)
        except CallError as error:
            return error.message  # it may be moving: asked again
        return {tuple(line.get("key", [])): int(line["total"].get("calls", 0))
                for line in reply.get("lines", [])}

    def wait_for(self, server, calls):
        wait_until(f"{calls} calls in the figures of {server}", lambda: all(
            self.figures(server, ["callee"]).get((callee,)) == calls for callee in CALLEES)
            if isinstance(self.figures(server, ["callee"]), dict) else False)

    def test_nodes_that_are_killed_or_paused_are_replaced_and_no_call_is_lost(self):
        server = self.start_site("--metrics-compute", "no")
        at = {name: self.platform.start_compute(name) for name in ("c1", "c2", "c3")}
        wait_until("three nodes to share the partitions",
                   lambda: workers(server) == set(at.values()))
        calls = Calls(self.platform)
        self.addCleanup(calls.stop)
        calls.go_on(500)
        self.platform.kill("c1")
        killed = time.monotonic()
        wait_until("the others to take over", lambda: workers(server) == {at["c2"], at["c3"]})
        print(f"taken over {time.monotonic() - killed:.2f} s after kill -9")
        calls.go_on(200)
        paused = self.platform.processes["c2"]
        paused.send_signal(signal.SIGSTOP)
        stopped = time.monotonic()
        wait_until("the last one to take over", lambda: workers(server) == {at["c3"]})
        print(f"taken over {time.monotonic() - stopped:.2f} s after SIGSTOP")
        calls.go_on(200)
        paused.send_signal(signal.SIGCONT)
        wait_until("the paused one to work again",
                   lambda: workers(server) == {at["c2"], at["c3"]})
        calls.go_on(200)
        sent = calls.stop()
        self.wait_for(server, sent)
        # An orderly end cuts: all that was counted is in the store.
        for name in ("c2", "c3"):
            self.assertEqual(self.platform.kill(name, signal.SIGTERM), 0)
        self.wait_for(server, sent)
        by_method = self.figures(server, ["callee", "method"])
        self.assertEqual(sum(calls for key, calls in by_method.items() if key[0] == CALLEES[0]),
                         sent)
        text = self.platform.cli("metrics", "health").stdout
        self.assertIn("nobody", text)

    def test_two_servers_on_one_queue_and_store_take_pushes_and_tell_the_same(self):
        self.platform.start_server()
        server = self.platform.server
        self.platform.start_compute("c1")
        ready = self.platform.dir / "second.json"
        process = self.platform.spawn("second", [
            BELLROCK, "server", "--listen", "127.0.0.1:0", "--ready-file", ready,
            "--metrics-queue", f"server:{server}", "--metrics-store", f"server:{server}"])
        wait_until("the second server to listen",
                   lambda: ready.exists() or self.platform.ended(process))
        second = json.loads(ready.read_text())["server"]
        for asked in (server, second):
            wait_until("three nodes to share the partitions",
                       lambda: len(workers(asked) or ()) == 3)
        for sequence in range(1, 41):
            push = {"source": "h:1", "epoch": "1", "sequence": str(sequence),
                    "callsTotal": str(sequence * 5),
                    "cards": [{"dimensions": {"caller": "shop/web",
                                              "callee": f"shop/s{sequence % 7}", "method": "Get",
                                              "instance": "/sh/d/shop/cart/default/1", "code": 0},
                               "second": str(int(time.time())), "latencyUsDelta": [250],
                               "count": [5]}]}
            # The second time by the other server, as after a lost answer.
            for to in (server, second)[::1 if sequence % 2 else -1]:
                call(to, "bellrock.metrics.v1.Metrics/Push", push)

        def pushed(asked):
            figures = self.figures(asked, ["callee"])
            return isinstance(figures, dict) and sum(
                calls for (callee,), calls in figures.items() if callee.startswith("shop/"))

        for asked in (server, second):
            wait_until("all pushes in the figures", lambda: pushed(asked) == 200)
        self.assertEqual(self.platform.kill("c1", signal.SIGTERM), 0)
        for asked in (server, second):
            wait_until("both servers to work all", lambda: len(workers(asked) or ()) == 2)
            wait_until("the same figures", lambda: pushed(asked) == 200)

    def test_what_cannot_be_is_refused_by_name(self):
        self.platform.start_server()
        for args, text in [
                (["server", "--metrics-queue", "rabbit:h:1"], "--metrics-queue 'rabbit:h:1'"),
                (["server", "--metrics-store", "clickhouse:h"], "--metrics-store 'clickhouse:h'"),
                (["server", "--metrics-compute", "maybe"], "--metrics-compute 'maybe'"),
                (["compute", "--metrics-queue", "embedded"], "--metrics-queue 'embedded'"),
                (["compute", "--listen", "0.0.0.0:0"], "--advertise")]:
            done = self.platform.cli(*args, check=False)
            self.assertEqual(done.returncode, 2, done.stderr)
            self.assertIn(text, done.stderr)


if __name__ == "__main__":
    unittest.main()
