# SPDX-FileCopyrightText: 2026 The Bellrock Authors
# SPDX-License-Identifier: Apache-2.0
"""Kill -9 of an instance, the server and the agent under load."""

import time
import unittest

from platform_under_test import Load, PlatformTest, call, wait_until


class KillTest(PlatformTest):
    def test_with_retry_a_killed_instance_costs_no_call(self):
        self.platform.start_music()
        load = Load(self.platform)
        self.assertEqual(load.go_on(500), 0, load.last_error())
        self.platform.kill("storage.2")
        self.assertEqual(load.go_on(2000), 0, load.last_error())
        wait_until("the registry to know", lambda: self.platform.working() == 8)

    def test_without_retry_failures_stop_and_a_healed_instance_gets_calls_again(self):
        self.platform.start_music(BELLROCK_ATTEMPTS=1)
        load = Load(self.platform, BELLROCK_ATTEMPTS=1)
        self.platform.kill("storage.2")
        wait_until("500 calls in a row without failure", lambda: load.go_on(500) == 0)
        self.platform.start_music(instances=("2",), services=("storage",), BELLROCK_ATTEMPTS=1)
        wait_until("calls to the healed instance", self.served_again)

    def served_again(self):
        rows = call(self.platform.server, "bellrock.metrics.v1.Metrics/Table", {
            "filter": {"callee": "music/storage"}, "group_by": ["instance"], "seconds": 2})["rows"]
        return any(row["key"][0].endswith("/2") and int(row["calls"]) > int(row["failures"])
                   for row in rows)

    def test_calls_go_on_without_the_server_and_nothing_acknowledged_is_missing_after(self):
        self.platform.start_music()
        load = Load(self.platform)
        path = "/sz/default/tools/manual/default/1"
        self.platform.naming("Register", {"instance": {
            "path": path, "address": "127.0.0.1:9", "lease_ms": 3600000}})
        before = self.paths()
        self.platform.kill("server")
        self.assertEqual(load.go_on(2000), 0, load.last_error())
        self.platform.start_server()
        self.assertLessEqual(before, self.paths())
        self.assertEqual(load.go_on(1000), 0, load.last_error())
        wait_until("all instances to work", lambda: self.platform.working() >= 9)

    def paths(self):
        found = self.platform.naming("Lookup", {"target": "/", "include_unusable": True})
        return {instance["spec"]["path"] for instance in found["instances"]}

    def test_calls_go_on_without_the_agent(self):
        self.platform.start_music()
        load = Load(self.platform)
        self.platform.kill("agent")
        self.assertEqual(load.go_on(2500), 0, load.last_error())
        # The in-process router takes over: a dead instance is still routed around.
        self.platform.kill("storage.1")
        self.assertEqual(load.go_on(2500), 0, load.last_error())
        self.platform.start_agent()
        self.assertEqual(load.go_on(1000), 0, load.last_error())
        wait_until("the others to be announced to the new agent",
                   lambda: self.platform.working() >= 8)

    def test_programs_and_agent_start_and_call_with_every_server_gone(self):
        """VIN-054: from the snapshot, and without even the agent from the tables it left."""
        self.platform.start_music()
        load = Load(self.platform)
        self.assertEqual(load.go_on(500), 0, load.last_error())
        wait_until("the snapshot", lambda: (self.platform.dir / "run/routing.snapshot").exists())
        time.sleep(1.5)  # its interval: the list of nine
        self.platform.kill("load")
        self.platform.kill("server")
        self.platform.kill("agent")
        self.platform.start_agent()
        fresh = Load(self.platform)
        self.assertEqual(fresh.go_on(1000), 0, fresh.last_error())
        self.platform.kill("load")
        self.platform.kill("agent")
        alone = Load(self.platform)
        self.assertEqual(alone.go_on(500), 0, alone.last_error())

    def test_a_server_that_comes_back_empty_is_told_again(self):
        self.platform.start_music()
        load = Load(self.platform)
        self.platform.kill("server")
        self.platform.start_server(data=self.platform.dir / "other")
        wait_until("all nine to be registered again", lambda: self.platform.working() == 9)
        self.assertEqual(load.go_on(500), 0, load.last_error())


if __name__ == "__main__":
    unittest.main(verbosity=2)
