#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Bellrock Authors
# SPDX-License-Identifier: Apache-2.0
"""gRPC through the agent's proxy: the stock client of Python (python3-grpcio), stock servers
that know nothing of Bellrock, and a Bellrock server."""

import json
import pathlib
import sys
import threading
import unittest

from platform_under_test import BELLROCK, PATIENCE_S, PlatformTest, call, wait_until

try:
    import grpc
except ImportError:
    print("skipped: no python3-grpcio")
    sys.exit(0)

INSTANCE = pathlib.Path(__file__).parent / "grpc_instance.py"
LARGE = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]
SERVING = b"\x08\x01"


class ProxyGrpcTest(PlatformTest):
    with_agent = False

    def setUp(self):
        super().setUp()
        ready = self.platform.dir / "agent.json"
        self.agent = self.platform.spawn("agent", [
            BELLROCK, "agent", "--server", self.platform.server, "--run-dir",
            self.platform.dir / "run", "--ready-file", ready,
            "--proxy", "http:shop/till=127.0.0.1:0", "--proxy", "http:*=127.0.0.1:0",
            "--proxy", "http:shop/registry=127.0.0.1:0"])
        wait_until("agent to listen", lambda: ready.exists() or self.platform.ended(self.agent))
        self.till, self.by_host, self.registry = json.loads(ready.read_text())["proxies"]
        for name in ("1", "2"):
            self.start_instance(name)
        self.register("registry", "1", self.platform.server)
        self.channel = self.open(self.till)
        wait_until("both instances to answer", lambda: self.instances_of(8) == {"1", "2"})

    def start_instance(self, name):
        self.platform.spawn(f"instance{name}", [sys.executable, INSTANCE, name])
        log = self.platform.dir / f"instance{name}.log"
        wait_until("the instance's port", lambda: log.read_text().endswith("\n"))
        self.register("till", name, f"127.0.0.1:{log.read_text().strip()}")

    def register(self, service, name, address):
        self.platform.cli("naming", "register", f"/local/default/shop/{service}/default/{name}",
                          address, "--probe", "static")

    def open(self, address, *options):
        channel = grpc.insecure_channel(address, options=[*LARGE, *options])
        self.addCleanup(channel.close)
        return channel

    def say(self, text=b"hi", channel=None, timeout=PATIENCE_S, metadata=()):
        return (channel or self.channel).unary_unary("/shop.v1.Till/Say").with_call(
            text, timeout=timeout, metadata=metadata, wait_for_ready=True)

    def instances_of(self, calls):
        """Which instances answered; none while there is no table yet."""
        try:
            return {self.say()[0].split()[0].decode() for _ in range(calls)}
        except grpc.RpcError:
            return set()

    def fails(self, code, call):
        with self.assertRaises(grpc.RpcError) as raised:
            call()
        self.assertEqual(raised.exception.code(), code, raised.exception.details())
        return raised.exception.details()

    def test_one_connection_is_shared_out_call_by_call(self):
        reply, ended = self.say(b"x" * (5 << 20))
        self.assertEqual(len(reply), 2 + (5 << 20))
        trailers = dict(ended.trailing_metadata())
        self.assertEqual(trailers["x-forwarded"], "127.0.0.1")
        self.assertRegex(trailers["x-trace"], "^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$")

    def test_all_kinds_of_streams(self):
        count = self.channel.unary_stream("/shop.v1.Till/Count")
        items = list(count(b"3000", timeout=PATIENCE_S))
        self.assertEqual([item.split()[1] for item in items], [b"%d" % n for n in range(3000)])
        add = self.channel.stream_unary("/shop.v1.Till/Add")
        total = add((bytes(1000) for _ in range(3000)), timeout=PATIENCE_S)
        self.assertEqual(total.split()[1], b"3000000")
        chat = self.channel.stream_stream("/shop.v1.Till/Chat")
        turns, said = threading.Semaphore(1), []

        def talk():
            for number in range(20):
                turns.acquire()  # pylint: disable=consider-using-with
                yield b"%d" % number
        for heard in chat(talk(), timeout=PATIENCE_S):
            said.append(heard.split()[1])
            turns.release()
        self.assertEqual(said, [b"%d" % number for number in range(20)])

    def test_a_bellrock_server_answers(self):
        def health():
            channel = self.open(self.registry)
            try:
                return channel.unary_unary("/grpc.health.v1.Health/Check")(b"", timeout=PATIENCE_S)
            except grpc.RpcError:
                return None
        wait_until("the server's health", lambda: health() == SERVING)
        reflection = self.open(self.registry).stream_stream(
            "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo")
        list_services = b"\x3a\x00"
        told = list(reflection(iter([list_services]), timeout=PATIENCE_S))
        self.assertIn(b"bellrock.naming.v1.Naming", told[0])

    def test_words_and_deadlines_cross(self):
        self.assertEqual(
            self.fails(grpc.StatusCode.NOT_FOUND,
                       lambda: self.say(metadata=[("x-fail", "NOT_FOUND")])), "as asked")
        self.fails(grpc.StatusCode.UNIMPLEMENTED, lambda: self.channel.unary_unary(
            "/shop.v1.Till/None")(b"", timeout=PATIENCE_S))
        endless = self.channel.stream_stream("/shop.v1.Till/Chat")
        turns = threading.Event()
        self.addCleanup(turns.set)
        self.fails(grpc.StatusCode.DEADLINE_EXCEEDED, lambda: list(
            endless((turns.wait() and b"" for _ in range(1)), timeout=1)))

    def test_calls_are_counted_by_their_method(self):
        def counted():
            self.say()
            rows = call(self.platform.server, "bellrock.metrics.v1.Metrics/Table", {
                "filter": {"callee": "shop/till"}, "group_by": ["caller", "method"],
                "seconds": 60})["rows"]
            return {tuple(row["key"]) for row in rows}
        wait_until("counts of the proxied calls",
                   lambda: ("bellrock/proxy", "shop.v1.Till/Say") in counted())

    def test_the_authority_names_the_service(self):
        named = self.open(self.by_host, ("grpc.default_authority", "till.shop.bellrock"))
        self.assertIn(self.say(channel=named)[0], {b"1 hi", b"2 hi"})
        nobody = self.open(self.by_host, ("grpc.default_authority", "nobody.shop.bellrock"))
        self.assertIn("shop/nobody", self.fails(grpc.StatusCode.UNIMPLEMENTED,
                                                lambda: self.say(channel=nobody)))

    def test_after_an_instance_was_killed_the_other_answers(self):
        self.platform.kill("instance1")
        wait_until("answers of the other alone", lambda: self.instances_of(10) == {"2"})


if __name__ == "__main__":
    unittest.main()
