# SPDX-FileCopyrightText: 2026 The Bellrock Authors
# SPDX-License-Identifier: Apache-2.0
"""Without an agent the same code runs inside the programs: they register, find, weigh and count
by themselves. And routing alone, for programs with a protocol of their own."""

import collections
import signal
import subprocess
import unittest

from platform_under_test import EXAMPLES, Load, PlatformTest, call, wait_until


class AgentlessTest(PlatformTest):
    with_agent = False

    def test_services_register_and_are_called_without_an_agent(self):
        self.platform.start_music(BELLROCK_AGENT="none")
        load = Load(self.platform, BELLROCK_AGENT="none")
        self.assertEqual(load.go_on(500), 0, load.last_error())
        self.platform.kill("storage.2")
        self.assertEqual(load.go_on(1500), 0, load.last_error())
        wait_until("the tables of the programs themselves", self.tables)
        wait_until("all calls to be counted", self.counted)
        self.platform.kill("storage.1", signal.SIGTERM)
        self.assertEqual(load.go_on(500), 0, load.last_error())

    def tables(self):
        show = call(self.platform.server, "bellrock.routing.v1.Routing/Show",
                    {"service": "music/storage"})
        return show["tables"]

    def counted(self):
        rows = call(self.platform.server, "bellrock.metrics.v1.Metrics/Table",
                    {"group_by": ["callee"], "seconds": 600})["rows"]
        calls = {row["key"][0]: int(row["calls"]) for row in rows}
        return calls.get("web/gateway", 0) >= 2000 and "music/storage" in calls


class RouteAloneTest(PlatformTest):
    def route(self, *args, **extra):
        return subprocess.run([str(EXAMPLES / "route"), *args], text=True, capture_output=True,
                              env=self.platform.environment(**extra), timeout=30)

    def register(self, number):
        path = f"/sz/d/own/proto/default/{number}"
        self.platform.naming("Register", {"instance": {
            "path": path, "address": f"127.0.0.1:{9000 + number}", "lease_ms": 600000}})
        self.platform.naming("Heartbeat", {"paths": [path]})

    def test_routes_are_handed_out_interleaved(self):
        for number in (1, 2, 3):
            self.register(number)
        for agent in ({}, {"BELLROCK_AGENT": "none"}):
            done = self.route("own/proto", "300", **agent)
            self.assertEqual(done.returncode, 0, done.stderr)
            routes = done.stdout.split()
            counts = collections.Counter(routes).values()
            self.assertEqual(len(counts), 3, agent)
            self.assertLessEqual(max(counts) - min(counts), 4, counts)
            # Twice in a row happens only where the sequence begins anew.
            repeats = sum(a == b for a, b in zip(routes, routes[1:]))
            self.assertLessEqual(repeats, 2, agent)

    def test_a_service_without_instances_is_an_error(self):
        done = self.route("own/nothing")
        self.assertEqual(done.returncode, 1)
        self.assertIn("own/nothing", done.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)
