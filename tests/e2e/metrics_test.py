# SPDX-FileCopyrightText: 2026 The Bellrock Authors
# SPDX-License-Identifier: Apache-2.0
"""The data centre of one server: whatever happens to the server, every call that a source counted
is in the figures once."""

import json
import random
import signal
import time
import unittest

from platform_under_test import CallError, PlatformTest, call, wait_until

METHODS = ["M%d" % i for i in range(5)]
CALLEES = ["shop/cart", "shop/stock", "shop/pay"]


def card(callee, method, code, second, latencies):
    """latencies: {us: count}"""
    deltas, last = [], 0
    for us in sorted(latencies):
        deltas.append(us - last)
        last = us
    return {"dimensions": {"caller": "shop/web", "callee": callee, "method": method,
                           "instance": f"/sh/d/{callee}/default/1", "code": code},
            "second": str(second), "latencyUsDelta": deltas,
            "count": [latencies[us] for us in sorted(latencies)]}


class MetricsTest(PlatformTest):
    with_agent = False

    def setUp(self):
        super().setUp()
        self.random = random.Random(6)
        self.sent = {}  # (callee, method, failed) -> calls
        self.totals = {}  # source -> calls
        self.begin = int(time.time()) // 60 * 60

    def make_push(self, source, sequence):
        cards = []
        for _ in range(self.random.randint(1, 8)):
            callee, method = self.random.choice(CALLEES), self.random.choice(METHODS)
            code = self.random.choice([0, 0, 0, 14])
            latencies = {self.random.randint(1, 5000): self.random.randint(1, 50)
                         for _ in range(self.random.randint(1, 6))}
            cards.append(card(callee, method, code, int(time.time()), latencies))
            key = (callee, method, code != 0)
            self.sent[key] = self.sent.get(key, 0) + sum(latencies.values())
        calls = sum(sum(row["count"]) for row in cards)
        self.totals[source] = self.totals.get(source, 0) + calls
        return {"source": f"host{source}:1", "epoch": "1", "sequence": str(sequence),
                "cards": cards, "callsTotal": str(self.totals[source])}

    def push_until_taken(self, push):
        def taken():
            try:
                call(self.platform.server, "bellrock.metrics.v1.Metrics/Push", push)
                return True
            except (CallError, OSError):
                return False
        wait_until("a push to be taken", taken)

    def figures(self, group_by, **more):
        reply = call(self.platform.server, "bellrock.metrics.v1.Query/Figures",
                     {"from": str(self.begin), "to": str(int(time.time()) // 60 * 60 + 60),
                      "groupBy": group_by, "limit": 1000, **more})
        return {tuple(line.get("key", [])):
                (int(line["total"].get("calls", 0)), int(line["total"].get("failures", 0)))
                for line in reply.get("lines", [])}

    def expected(self, *parts):
        sums = {}
        for (callee, method, failed), calls in self.sent.items():
            key = tuple({"callee": callee, "method": method}[part] for part in parts)
            all_calls, failures = sums.get(key, (0, 0))
            sums[key] = (all_calls + calls, failures + (calls if failed else 0))
        return sums

    def test_no_call_is_lost_or_counted_twice_by_a_server_that_is_killed(self):
        taken, sequences = [], {}
        for number in range(1, 241):
            source = self.random.randint(1, 4)
            sequences[source] = sequences.get(source, 0) + 1
            push = self.make_push(source, sequences[source])
            if number % 60 == 0:
                self.platform.kill("server")
                self.platform.start_server()
            self.push_until_taken(push)
            taken.append(push)
            if self.random.random() < 0.2:  # its answer was lost on the way
                self.push_until_taken(self.random.choice(taken[-20:]))
        wait_until("all calls by service",
                   lambda: self.figures(["callee"]) == self.expected("callee"))
        # An orderly end cuts the minute that is under way, so that all sets of dimensions have it.
        self.assertEqual(self.platform.kill("server", signal.SIGTERM), 0)
        self.platform.start_server()
        wait_until("all calls by method",
                   lambda: self.figures(["callee", "method"]) == self.expected("callee", "method"))
        health = json.loads(self.platform.cli("metrics", "health", "--json").stdout)
        self.assertEqual(int(health.get("calls_lost", 0)), 0)
        self.assertTrue(all(row.get("worked") for row in health["partitions"]), health)

    def test_the_command_line_tells_calls_failures_and_six_nines(self):
        self.push_until_taken(
            {"source": "h:1", "epoch": "1", "sequence": "1", "callsTotal": "1000000",
             "cards": [card("shop/cart", "Add", 0, int(time.time()), {100: 999_998, 200: 1}),
                       card("shop/cart", "Add", 14, int(time.time()), {9000: 1})]})
        wait_until("a million calls",
                   lambda: self.figures(["callee"]) == {("shop/cart",): (1_000_000, 1)})
        text = self.platform.cli("metrics", "tp", "shop/cart", "--since", "5m").stdout
        self.assertIn("TP99.9999", text)
        row = text.splitlines()[1]
        self.assertIn("1000000", row)
        self.assertIn("99.99990 %", row)
        self.assertRegex(row, r"100 us +200 us +9.00 ms *$")
        top = self.platform.cli("metrics", "top", "result", "--where", "callee=shop/cart",
                                "--order-by", "failures", "--since", "5m").stdout
        self.assertTrue(top.splitlines()[1].startswith("UNAVAILABLE"), top)
        reply = json.loads(self.platform.cli("metrics", "query", "--where", "result!=OK",
                                             "--group-by", "callee,result", "--json").stdout)
        self.assertEqual(reply["lines"][0]["key"], ["shop/cart", "UNAVAILABLE"])

    def test_sources_are_told_the_unit_that_was_set(self):
        def told():
            reply = call(self.platform.server, "bellrock.metrics.v1.Metrics/Push",
                         {"source": "h:1", "epoch": "1", "sequence": "1"})
            return [(unit["callee"], unit["unit"]) for unit in reply.get("units", [])]
        self.assertEqual(told(), [])
        done = self.platform.cli("metrics", "unit", "shop/cart", "ladder", "--reason", "ann: try",
                                 "--json")
        version = json.loads(done.stdout)["version"]
        wait_until("the unit", lambda: told() == [("shop/cart", "ladder")])
        shown = self.platform.cli("metrics", "unit").stdout
        self.assertRegex(shown, "shop/cart +ladder .*ann: try")
        for args, text in [(["shop/cart", "2us", "--reason", "ann"], 'unit "2us" is unknown'),
                           (["cart", "1ms", "--reason", "ann"], "service: 'cart'"),
                           (["shop/cart", "1ms"], "--reason is missing"),
                           (["shop/cart", "1ms", "--reason", "ann", "--expect", "1"], version)]:
            done = self.platform.cli("metrics", "unit", *args, check=False)
            self.assertNotEqual(done.returncode, 0)
            self.assertIn(text, done.stderr)
        self.platform.cli("metrics", "unit", "shop/cart", "1us", "--reason", "ann: exact again")
        wait_until("no unit", lambda: told() == [])

    def test_bad_questions_are_refused_by_name(self):
        for args, text in [(["top", "colour"], "colour"),
                           (["query", "--where", "callee"], "--where 'callee'"),
                           (["tp", "a/b", "--quantiles", "1.5"], "--quantiles"),
                           (["tp", "a/b", "--since", "soon"], "--since"),
                           (["top", "--order-by", "beauty"], "order_by: 'beauty'")]:
            done = self.platform.cli("metrics", *args, check=False)
            self.assertEqual(done.returncode, 2, done.stderr)
            self.assertIn(text, done.stderr)


class CountedTest(PlatformTest):
    def setUp(self):
        super().setUp()
        self.platform.start_music(instances=("1",))
        self.begin = int(time.time()) // 60 * 60
        found = self.platform.naming("Lookup", {"target": "web/gateway"})
        self.gateway = found["instances"][0]["spec"]["address"]

    def call_gateway(self, count):
        self.platform.cli("call", self.gateway, "MyMusic", '{"user": 7}', "--count", count,
                          "--concurrency", "8")

    def counted(self, callee, side=None):
        where = [{"dimension": "callee", "value": callee}]
        if side:
            where.append({"dimension": "side", "value": side})
        reply = call(self.platform.server, "bellrock.metrics.v1.Query/Figures",
                     {"from": str(self.begin), "to": str(int(time.time()) // 60 * 60 + 60),
                      "where": where})
        return sum(int(line["total"]["calls"]) for line in reply.get("lines", []))

    def wait_for(self, calls):
        # Whoever calls counts; the command line does not.
        for callee in ("music/catalog", "music/storage"):
            wait_until(f"{calls} calls of {callee}", lambda: self.counted(callee) == calls)
            # Their callees counted the same, and nothing above added that up.
            for side in ("caller", "served"):
                wait_until(f"{calls} calls of {callee} by side {side}",
                           lambda: self.counted(callee, side) == calls)
            self.assertEqual(self.counted(callee), calls)

    def test_what_was_called_is_what_the_figures_say_all_the_way_down(self):
        self.call_gateway(3000)
        self.wait_for(3000)

    def test_a_failure_is_counted_by_the_applications_error_type(self):
        self.call_gateway(20)
        for _ in range(7):
            with self.assertRaises(CallError) as caught:  # what the catalog said, passed on
                call(self.gateway, "music.v1.Gateway/MyMusic", {"user": "2000000"})
            self.assertEqual((caught.exception.status, caught.exception.code,
                              caught.exception.error_type), (404, "NOT_FOUND", "NoSuchUser"))
        for _ in range(3):
            with self.assertRaises(CallError) as caught:
                call(self.gateway, "music.v1.Gateway/MyMusic", {"user": "-1"})
            self.assertEqual(caught.exception.error_type, "")

        def by_result(callee, side):
            reply = json.loads(self.platform.cli(
                "metrics", "query", "--where", f"callee={callee}", "--where", f"side={side}",
                "--group-by", "result", "--json").stdout)
            return {line["key"][0]: (int(line["total"].get("calls", 0)),
                                     int(line["total"].get("failures", 0)))
                    for line in reply.get("lines", [])}

        told = {"OK": (20, 0), "NoSuchUser": (7, 7)}
        for callee, side, expected in [
                ("music/catalog", "caller", told), ("music/catalog", "served", told),
                # The command line says who it is, and so is no unknown caller.
                ("web/gateway", "callee", {"NoSuchUser": (7, 7), "INVALID_ARGUMENT": (3, 3)})]:
            wait_until(f"{callee} by result, side {side}",
                       lambda: by_result(callee, side) == expected)

    def test_calls_are_counted_though_server_and_agent_were_killed_meanwhile(self):
        self.call_gateway(100)
        self.wait_for(100)
        self.platform.kill("server")
        self.call_gateway(1000)
        log = self.platform.dir / "agent.log"
        wait_until("pushes in the spool", lambda: "are spooled" in log.read_text())
        self.platform.kill("agent")
        self.platform.start_server()
        self.platform.start_agent()
        self.wait_for(1100)


if __name__ == "__main__":
    unittest.main()
