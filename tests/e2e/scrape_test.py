# SPDX-FileCopyrightText: 2026 The Bellrock Authors
# SPDX-License-Identifier: Apache-2.0
"""Prometheus scrapes a server and a service at GET /metrics, in both of its formats, and has the
figures that were counted."""

import json
import os
import shutil
import socket
import subprocess
import unittest
import urllib.error
import urllib.parse
import urllib.request

from platform_under_test import EXAMPLES, PlatformTest, call, wait_until

PROMETHEUS = os.environ.get("PROMETHEUS") or shutil.which("prometheus")
PROMTOOL = os.environ.get("PROMTOOL") or shutil.which("promtool")
CALLS = 7

CONFIG = """
global: {{scrape_interval: 2s, scrape_timeout: 2s}}
scrape_configs:
  - job_name: bellrock
    static_configs: [{{targets: ["{server}", "{hello}"]}}]
"""


def page(address, accept=""):
    request = urllib.request.Request(f"http://{address}/metrics", headers={"Accept": accept})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return answer.headers["Content-Type"], answer.read().decode()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class ScrapeTest(PlatformTest):
    def setUp(self):
        super().setUp()
        self.platform.spawn("hello", [EXAMPLES / "hello_server"], BELLROCK_INSTANCE="1")
        wait_until("hello to work", lambda: self.platform.working() == 1)
        found = self.platform.naming("Lookup", {"target": "example/hello"})
        self.hello = found["instances"][0]["spec"]["address"]
        for _ in range(CALLS):
            call(self.hello, "hello.v1.Greeter/SayHello", {"name": "Ada"})

    def start_prometheus(self):
        config = self.platform.dir / "prometheus.yml"
        config.write_text(CONFIG.format(server=self.platform.server, hello=self.hello))
        address = f"127.0.0.1:{free_port()}"
        self.platform.spawn("prometheus", [
            PROMETHEUS, f"--config.file={config}", f"--web.listen-address={address}",
            f"--storage.tsdb.path={self.platform.dir / 'tsdb'}"])
        return address

    def ask(self, address, expression):
        """{instance: value}; nothing while Prometheus starts"""
        query = urllib.parse.urlencode({"query": expression})
        try:
            with urllib.request.urlopen(f"http://{address}/api/v1/query?{query}", timeout=10) as got:
                rows = json.loads(got.read())["data"]["result"]
        except (urllib.error.URLError, ConnectionError):
            self.platform.ended(self.platform.processes["prometheus"])
            return {}
        return {row["metric"].get("instance", ""): float(row["value"][1]) for row in rows}

    def test_prometheus_scrapes_all_and_has_every_call(self):
        if PROMETHEUS is None:
            self.skipTest("there is no prometheus; ./run setup installs it")
        prometheus = self.start_prometheus()
        up = {self.platform.server: 1.0, self.hello: 1.0}
        self.wait_for(prometheus, "up", {self.platform.server: 1, self.hello: 1})
        self.wait_for(prometheus, 'bellrock_calls_served_total{method="SayHello",result="OK"}',
                      {self.hello: CALLS})
        self.wait_for(prometheus, 'bellrock_call_duration_seconds_count{method="SayHello"}',
                      {self.hello: CALLS})
        self.wait_for(prometheus, "bellrock_registry_instances_working", {self.platform.server: 1})
        self.wait_for(prometheus, f"bellrock_metrics_calls_counted_total >= bool {CALLS}",
                      {self.platform.server: 1})
        self.wait_for(prometheus, "process_open_fds > bool 0",
                      {self.platform.server: 1, self.hello: 1})

    def wait_for(self, prometheus, expression, wanted):
        """A scrape on a busy machine may come late."""
        wait_until(f"{expression} to be {wanted}",
                   lambda: self.ask(prometheus, expression) == wanted)

    def test_both_formats_are_well_formed(self):
        kind, text = page(self.hello, "text/plain;version=0.0.4")
        self.assertEqual(kind, "text/plain; version=0.0.4; charset=utf-8")
        if PROMTOOL is not None:
            for address in (self.hello, self.platform.server):
                done = subprocess.run([PROMTOOL, "check", "metrics"], input=page(address)[1],
                                      text=True, capture_output=True, timeout=30)
                self.assertEqual((done.returncode, done.stderr), (0, ""))
        kind, text = page(self.hello, "application/openmetrics-text;version=1.0.0")
        self.assertTrue(kind.startswith("application/openmetrics-text; version=1.0.0"), kind)
        self.assertTrue(text.endswith("# EOF\n"))
        self.assertIn("# TYPE bellrock_calls_served counter\n", text)


if __name__ == "__main__":
    unittest.main()
