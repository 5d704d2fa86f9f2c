# SPDX-FileCopyrightText: 2026 The Bellrock Authors
# SPDX-License-Identifier: Apache-2.0
"""Grafana asks a server as its Prometheus: every request of a session, by GET and by POST of a
form, and percentiles that are those of a full sort."""

import decimal
import fractions
import json
import math
import os
import random
import shutil
import subprocess
import time
import unittest
import urllib.error
import urllib.parse
import urllib.request

from platform_under_test import CallError, PlatformTest, call, wait_until

PROMTOOL = os.environ.get("PROMTOOL") or shutil.which("promtool")
SERVICES = ["shop/cart", "shop/pay"]
METHODS = ["Add", "Remove"]
QUANTILES = ["0", "0.001", "0.5", "0.9", "0.99", "0.999", "0.9999", "0.999999", "1"]
CALLS = 1500  # of each service, method, result and minute
GAUGE_QUANTILE = "0.75"
# All calls, out of each set of dimensions that the tests ask.
COUNTED = ["increase(rpc_calls_total[5m])", "sum(increase(rpc_latency_seconds_count[5m]))",
           "sum by (result) (increase(rpc_calls_total[5m]))",
           "increase(traces_service_graph_request_total[5m])"]


def card(caller, callee, method, code, second, latencies):
    """latencies: microseconds, one a call"""
    distinct = sorted(set(latencies))
    deltas = [us - before for before, us in zip([0] + distinct, distinct)]
    return {"dimensions": {"caller": caller, "callee": callee, "method": method,
                           "instance": f"/sh/d/{callee}/default/1", "code": code},
            "second": str(second), "latencyUsDelta": deltas,
            "count": [latencies.count(us) for us in distinct]}


def nearest_rank(latencies, quantile):
    """The smallest k with k >= q * calls, of all calls in order."""
    rank = math.ceil(fractions.Fraction(quantile) * len(latencies))
    return sorted(latencies)[max(rank, 1) - 1]


def micros(text):
    return decimal.Decimal(text) * 1_000_000


class Sent:
    """Calls of two minutes, the one under way and the one before it: each with its labels."""

    def __init__(self, second):
        self.seconds = [second - 60, second]
        self.ends = [s // 60 * 60 + 60 for s in self.seconds]  # of their minutes
        self.calls = []  # ({label: value}, end of the minute, us)
        self.cards = []
        dice = random.Random(6)
        for second, end in zip(self.seconds, self.ends):
            for service in SERVICES:
                for method in METHODS:
                    for code, result in [(0, "OK"), (14, "UNAVAILABLE")]:
                        self.add("shop/web", service, method, code, result, second, end,
                                 [int(dice.lognormvariate(8, 1.5)) for _ in range(CALLS)])
            self.add("", "shop/cart", "Add", 0, "OK", second, end, [777] * 10)

    def add(self, caller, service, method, code, result, second, end, latencies):
        labels = {"client": caller or "user", "service": service, "method": method,
                  "result": result, "side": "caller" if caller else "callee"}
        self.calls += [(labels, end, us) for us in latencies]
        self.cards.append(card(caller, service, method, code, second, latencies))

    def latencies(self, end=None, **wanted):
        return [us for labels, at, us in self.calls
                if end in (None, at) and all(labels[k] == v for k, v in wanted.items())]

    def push(self, server):
        """False if a server that has just begun does not take it yet."""
        try:
            call(server, "bellrock.metrics.v1.Metrics/Push",
                 {"source": "h:1", "epoch": "1", "sequence": "1",
                  "callsTotal": str(len(self.calls)), "cards": self.cards})
            return True
        except (CallError, OSError):
            return False


class PrometheusTest(PlatformTest):
    with_agent = False

    def setUp(self):
        super().setUp()
        self.sent = Sent(int(time.time()))
        self.now = self.sent.ends[-1]
        wait_until("the push to be taken", lambda: self.sent.push(self.platform.server))
        for expression in COUNTED:
            wait_until(f"all calls in {expression}",
                       lambda: self.count(expression) == len(self.sent.calls))

    def count(self, expression):
        status, _, body = self.http("GET", "/api/v1/query",
                                    {"query": expression, "time": self.now})
        rows = json.loads(body)["data"]["result"] if status == 200 else []
        return sum(int(row["value"][1]) for row in rows)

    def http(self, verb, path, parameters=()):
        """(status, type of content, body)"""
        form = urllib.parse.urlencode(parameters, doseq=True)
        url = f"http://{self.platform.server}{path}"
        if verb == "GET":
            request = urllib.request.Request(f"{url}?{form}")
        else:
            request = urllib.request.Request(url, data=form.encode(), method=verb)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, answer.headers["Content-Type"], answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.headers["Content-Type"], error.read().decode()

    def data(self, name, **parameters):
        """Asks by both verbs; the same comes, and no warning beside it."""
        by_get = self.http("GET", f"/api/v1/{name}", parameters)
        self.assertEqual(self.http("POST", f"/api/v1/{name}", parameters), by_get)
        status, kind, body = by_get
        self.assertEqual((status, kind), (200, "application/json"), body)
        reply = json.loads(body)
        self.assertEqual(reply["status"], "success")
        return reply["data"]

    def query(self, expression):
        data = self.data("query", query=expression, time=self.now)
        self.assertEqual(data["resultType"], "vector")
        return data["result"]

    def values(self, expression, *labels):
        """{values of the labels: value} of a query."""
        return {tuple(row["metric"].get(label, "") for label in labels): row["value"][1]
                for row in self.query(expression)}

    def test_the_data_source_is_healthy_and_says_what_it_is(self):
        self.assertEqual(self.data("query", query="1+1", time=self.now),
                         {"resultType": "scalar", "result": [self.now, "2"]})
        self.assertEqual(self.data("status/buildinfo")["version"], "2.42.0")
        self.assertEqual(self.data("rules"), {"groups": []})
        self.assertEqual(self.data("alerts"), {"alerts": []})
        self.assertEqual(self.data("query_exemplars", query="rpc_calls_total", start=self.now - 60,
                                   end=self.now), [])
        for verb in ("GET", "POST"):
            self.assertEqual(self.http(verb, "/api/v1/rules/test/test"),
                             (404, "text/plain; charset=utf-8", "404 page not found\n"))
        for name in ("healthy", "ready"):
            self.assertEqual(self.http("GET", f"/-/{name}")[0], 200)

    def test_names_labels_and_their_values_are_listed(self):
        span = {"start": self.sent.seconds[0] - 60, "end": self.now}
        names = self.data("label/__name__/values", **span)
        self.assertIn("rpc_calls_total", names)
        self.assertIn("traces_service_graph_request_total", names)
        labels = self.data("labels", **span, **{"match[]": "rpc_calls_total"})
        self.assertLess({"service", "method", "result", "side"}, set(labels))
        self.assertNotIn("le", labels)
        for label, wanted in [("method", METHODS), ("result", ["OK", "UNAVAILABLE"]),
                              ("client", ["shop/web", "user"])]:
            self.assertEqual(self.data(f"label/{label}/values", **span), wanted)
        for label in labels:  # Grafana's label browser asks each of them
            self.data(f"label/{label}/values", **span)
        self.assertEqual(self.data("label/service/values", **span,
                                   **{"match[]": 'rpc_calls_total{side="callee"}'}), ["shop/cart"])
        series = self.data("series", **span, **{"match[]": 'rpc_calls_total{side="caller"}'})
        self.assertEqual(
            sorted((row["service"], row["method"], row["result"]) for row in series),
            [(s, m, r) for s in SERVICES for m in METHODS for r in ("OK", "UNAVAILABLE")])
        self.assertEqual(self.data("metadata", metric="rpc_calls_total")["rpc_calls_total"][0]
                         ["type"], "counter")

    def test_percentiles_are_those_of_a_full_sort(self):
        for quantile in QUANTILES:
            for by, metric in [("service, method", "rpc_latency_card"),
                               ("service, method, le", "rpc_latency_seconds_bucket")]:
                got = self.values(f"histogram_quantile({quantile}, sum by ({by}) "
                                  f'(increase({metric}{{side="caller"}}[5m])))',
                                  "service", "method")
                self.assertEqual(
                    {key: micros(value) for key, value in got.items()},
                    {(s, m): nearest_rank(
                        self.sent.latencies(service=s, method=m, side="caller"), quantile)
                     for s in SERVICES for m in METHODS}, (quantile, metric))
        gauge = self.values(f'rpc_latency_seconds{{quantile="{GAUGE_QUANTILE}",side="caller"}}',
                            "service", "method")
        self.assertEqual(
            {key: micros(value) for key, value in gauge.items()},
            {(s, m): nearest_rank(self.sent.latencies(
                end=self.now, service=s, method=m, side="caller"), GAUGE_QUANTILE)
             for s in SERVICES for m in METHODS})

    def test_a_panel_draws_each_minute(self):
        data = self.data("query_range", start=self.now - 300, end=self.now, step=60,
                         query='histogram_quantile(0.999, sum by (service) '
                               '(increase(rpc_latency_card{side="caller",result="OK"}[1m])))')
        self.assertEqual(data["resultType"], "matrix")
        got = {row["metric"]["service"]: [(at, micros(value)) for at, value in row["values"]]
               for row in data["result"]}
        self.assertEqual(got, {s: [(end, nearest_rank(self.sent.latencies(
            end=end, service=s, side="caller", result="OK"), "0.999")) for end in self.sent.ends]
            for s in SERVICES})

    def test_the_service_graph_is_drawn(self):
        edges = [("shop/web", s) for s in SERVICES]
        sent = {(c, s): self.sent.latencies(client=c, service=s)
                for c, s in edges + [("user", "shop/cart")]}
        graph = "sum by (client, server) (increase(traces_service_graph_request_"
        self.assertEqual(self.values(graph + "total[300s]))", "client", "server"),
                         {edge: str(len(calls)) for edge, calls in sent.items()})
        self.assertEqual(
            self.values(graph + "failed_total[300s])) > 0", "client", "server"),
            {(c, s): str(len(self.sent.latencies(client=c, service=s, result="UNAVAILABLE")))
             for c, s in edges})
        seconds = self.values(
            "histogram_quantile(.9, sum(rate(traces_service_graph_request_client_seconds_bucket"
            "[300s])) by (le, client, server))", "client", "server")
        self.assertEqual({edge: micros(seconds[edge]) for edge in edges},
                         {edge: nearest_rank(sent[edge], "0.9") for edge in edges})

    @unittest.skipUnless(PROMTOOL, "promtool is not installed; ./run setup installs it")
    def test_prometheus_own_client_understands_the_answers(self):
        def ask(what, *args):
            done = subprocess.run([PROMTOOL, "query", what, *map(str, args)], text=True,
                                  capture_output=True, timeout=60)
            return done.stdout + done.stderr
        server = f"http://{self.platform.server}"
        calls = {s: len(self.sent.latencies(service=s)) for s in SERVICES}
        by_service = "sum by (service) (increase(rpc_calls_total[5m]))"
        self.assertEqual(ask("instant", f"--time={self.now}", server, by_service), "".join(
            f'{{service="{s}"}} => {calls[s]} @[{self.now}]\n' for s in SERVICES))
        first, last = self.sent.ends
        self.assertIn(f'{{service="shop/pay"}} =>\n{calls["shop/pay"] // 2} @[{first}]\n'
                      f'{calls["shop/pay"]} @[{last}]',
                      ask("range", f"--start={first}", f"--end={last}", "--step=60s", server,
                          by_service))
        self.assertEqual(len(ask("series", '--match=rpc_calls_total{side="caller"}', server)
                             .splitlines()), 8)
        self.assertEqual(ask("labels", server, "method").split(), METHODS)
        self.assertIn("bad_data: invalid parameter", ask("instant", server, "sum("))

    def test_bad_requests_are_refused_as_prometheus_does(self):
        for name, parameters, status, kind in [
                ("query", {"query": "sum("}, 400, "bad_data"),
                ("query", {"query": "rate(rpc_latency_seconds[5m])"}, 422, "execution"),
                ("query_range", {"query": "1", "start": 1, "end": 2, "step": 0}, 400, "bad_data"),
                ("series", {}, 400, "bad_data")]:
            for verb in ("GET", "POST"):
                got, _, body = self.http(verb, f"/api/v1/{name}", parameters)
                self.assertEqual((got, json.loads(body)["errorType"]), (status, kind), body)
        self.assertEqual(self.http("POST", "/api/v1/query", {"query": "1" * (2 << 20)})[0], 413)
        self.assertEqual(self.http("PUT", "/api/v1/query", {"query": "1"})[0], 405)
        # As deep as an expression may be, on the stack that a server has for it.
        deep = "sum(" * 90 + "increase(rpc_calls_total[5m])" + ")" * 90
        self.assertEqual(self.values(deep), {(): str(len(self.sent.calls))})


if __name__ == "__main__":
    unittest.main()
