# SPDX-FileCopyrightText: 2026 The Bellrock Authors
# SPDX-License-Identifier: Apache-2.0
"""A data centre of several processes: whoever of them is killed or paused, every call is in the
figures once, and others work on in its place."""

import json
import secrets
import signal
import threading
import time
import unittest

from data_centre_under_test import calls_by, make_push, push, workers
from platform_under_test import BELLROCK, CallError, Platform, PlatformTest, call, wait_until

CALLEES = ("music/catalog", "music/storage")


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
        wait_until(f"{count} more calls", lambda: self.sent >= want or not self.thread.is_alive())

    def stop(self):
        self.stopping = True
        self.thread.join()
        return self.sent


class ComputeTest(PlatformTest):
    def setUp(self):
        self.platform = Platform()
        self.addCleanup(self.platform.close)
        self.begin = int(time.time()) // 60 * 60

    def start_site(self):
        """A server that does not compute, and a site that it counts the calls of."""
        self.platform.server_flags = ["--metrics-compute", "no"]
        self.platform.start_server()
        self.platform.start_agent()
        self.platform.start_music(instances=("1",))

    def worked_by(self, *addresses):
        return lambda: workers(self.platform.server) == set(addresses)

    def wait_for_calls(self, sent):
        # Whoever calls counts; the command line does not.
        def counted():
            calls = calls_by(self.platform.server, self.begin, "callee")
            return all(calls.get((callee,)) == sent for callee in CALLEES)
        wait_until(f"{sent} calls in the figures", counted)

    def check_every_set(self, sent):
        """Once all is cut, all sets of dimensions have it."""
        for dimension in ("method", "callee_host", "caller", "result", "side"):
            by = calls_by(self.platform.server, self.begin, "callee", dimension)
            for callee in CALLEES:
                # What the callees counted, too, may come later.
                once = [calls for key, calls in by.items()
                        if key[0] == callee and key[1] != "served"]
                self.assertEqual(sum(once), sent, dimension)

    def test_nodes_that_are_killed_or_paused_are_replaced_and_no_call_is_lost(self):
        self.start_site()
        at = {name: self.platform.start_compute(name) for name in ("c1", "c2", "c3")}
        wait_until("three nodes to share the partitions", self.worked_by(*at.values()))
        calls = Calls(self.platform)
        self.addCleanup(calls.stop)
        calls.go_on(500)
        self.platform.kill("c1")
        began = time.monotonic()
        wait_until("the others to take over", self.worked_by(at["c2"], at["c3"]))
        print(f"taken over {time.monotonic() - began:.2f} s after kill -9")
        calls.go_on(200)
        paused = self.platform.processes["c2"]
        paused.send_signal(signal.SIGSTOP)
        began = time.monotonic()
        wait_until("the last one to take over", self.worked_by(at["c3"]))
        print(f"taken over {time.monotonic() - began:.2f} s after SIGSTOP")
        calls.go_on(200)
        paused.send_signal(signal.SIGCONT)
        wait_until("the paused one to work again", self.worked_by(at["c2"], at["c3"]))
        calls.go_on(200)
        sent = calls.stop()
        self.wait_for_calls(sent)
        for name in ("c2", "c3"):
            self.assertEqual(self.platform.kill(name, signal.SIGTERM), 0)
        self.wait_for_calls(sent)
        self.check_every_set(sent)
        self.assertIn("nobody", self.platform.cli("metrics", "health").stdout)

    def test_the_server_with_queue_and_store_is_killed_and_the_others_go_on_when_it_is_back(self):
        self.start_site()
        at = [self.platform.start_compute(name) for name in ("c1", "c2")]
        wait_until("two nodes to share the partitions", self.worked_by(*at))
        calls = Calls(self.platform)
        self.addCleanup(calls.stop)
        calls.go_on(300)
        self.platform.kill("server")
        calls.go_on(300)
        self.platform.start_server()
        wait_until("two nodes to share the partitions again", self.worked_by(*at))
        calls.go_on(200)
        sent = calls.stop()
        self.wait_for_calls(sent)
        for name in ("c1", "c2"):
            self.assertEqual(self.platform.kill(name, signal.SIGTERM), 0)
        self.wait_for_calls(sent)
        self.check_every_set(sent)

    def start_second_server(self):
        ready = self.platform.dir / "second.json"
        other = f"server:{self.platform.server}"
        process = self.platform.spawn("second", [
            BELLROCK, "server", "--listen", "127.0.0.1:0", "--ready-file", ready,
            "--metrics-queue", other, "--metrics-store", other])
        wait_until("the second server to listen",
                   lambda: ready.exists() or self.platform.ended(process))
        return json.loads(ready.read_text())["server"]

    def test_two_servers_on_one_queue_and_store_take_pushes_and_tell_the_same(self):
        self.platform.start_server()
        self.platform.start_compute("c1")
        servers = [self.platform.server, self.start_second_server()]
        for server in servers:
            wait_until("three nodes to share the partitions", lambda: len(workers(server)) == 3)
        for sequence in range(1, 41):
            message = make_push("h:1", sequence, f"shop/s{sequence % 7}", 5)
            # The second time by the other server, as after a lost answer.
            for server in servers[::1 if sequence % 2 else -1]:
                self.assertTrue(push(server, message))
        for server in servers:
            wait_until("all pushes in the figures",
                       lambda: sum(calls_by(server, self.begin, "callee").values()) == 200)
        self.assertEqual(self.platform.kill("c1", signal.SIGTERM), 0)
        for server in servers:
            wait_until("both servers to work all", lambda: len(workers(server)) == 2)
            wait_until("the same figures",
                       lambda: sum(calls_by(server, self.begin, "callee").values()) == 200)

    def test_only_who_has_the_secret_is_of_the_data_centre(self):
        secret = self.platform.dir / "secret"
        secret.write_text(secrets.token_hex(32) + "\n")
        known = ["--cluster-secret-file", secret]
        self.platform.server_flags = ["--metrics-compute", "no", *known]
        self.platform.start_server()
        self.platform.start_compute("stranger")
        wait_until("the server to refuse the stranger", lambda: "has not this cluster's secret"
                   in (self.platform.dir / "server.log").read_text())
        at = self.platform.start_compute("c1", *known)
        wait_until("who has it to work all", self.worked_by(at))
        self.assertTrue(push(self.platform.server, make_push("h:1", 1, "shop/s1", 5)))
        wait_until("the push in the figures", lambda: sum(
            calls_by(self.platform.server, self.begin, "callee").values()) == 5)
        for address, method in ((self.platform.server, "Store/Callees"),
                                (self.platform.server, "Queue/Offsets"), (at, "Compute/Live")):
            with self.assertRaises(CallError) as refused:
                call(address, f"bellrock.metrics.v1.{method}")
            self.assertEqual(refused.exception.code, "UNAUTHENTICATED", method)

    def test_a_data_centre_keeps_the_number_of_partitions_it_was_made_with(self):
        self.platform.server_flags = ["--metrics-compute", "no", "--metrics-partitions", "20"]
        self.platform.start_server()
        self.platform.start_compute("wrong")
        wait_until("the one with eight to be told", lambda: (
            "--metrics-partitions 8: this data centre was made with 20"
            in (self.platform.dir / "wrong.log").read_text()))
        at = self.platform.start_compute("c1", "--metrics-partitions", "20")
        wait_until("the other one to work all", self.worked_by(at))
        for number in range(40):
            self.assertTrue(push(self.platform.server,
                                 make_push("h:1", number + 1, f"shop/s{number}", 5)))
        wait_until("all pushes in the figures", lambda: sum(
            calls_by(self.platform.server, self.begin, "callee").values()) == 200)
        health = json.loads(self.platform.cli("metrics", "health", "--json").stdout)
        self.assertEqual(len(health["partitions"]), 20)

    def test_what_cannot_be_is_refused_by_name(self):
        self.platform.start_server()
        for args, text in [
                (["server", "--metrics-queue", "rabbit:h:1"], "--metrics-queue 'rabbit:h:1'"),
                (["server", "--metrics-store", "clickhouse:h"], "--metrics-store 'clickhouse:h'"),
                (["server", "--metrics-compute", "maybe"], "--metrics-compute 'maybe'"),
                (["server", "--metrics-keep", "hours=7d"], "--metrics-keep: minutes would be kept"),
                (["compute", "--metrics-queue", "embedded"], "--metrics-queue 'embedded'"),
                (["compute", "--listen", "0.0.0.0:0"], "--advertise")]:
            done = self.platform.cli(*args, check=False)
            self.assertEqual(done.returncode, 2, done.stderr)
            self.assertIn(text, done.stderr)


if __name__ == "__main__":
    unittest.main()
