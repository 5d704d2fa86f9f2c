# SPDX-FileCopyrightText: 2026 The Bellrock Authors
# SPDX-License-Identifier: Apache-2.0
"""Alarms of a site of three servers: the one that evaluates is killed while an alarm fires; each
message is received once, and the end is told by its successor."""

import json
import time
import unittest

from alarm_test import RULE, WINDOWS_S, Caller, Receiver
from platform_under_test import wait_until
from three_servers import NODES, Cluster


class AlarmTakeoverTest(unittest.TestCase):
    def setUp(self):
        self.cluster = Cluster()
        self.addCleanup(self.cluster.close)
        self.leader = wait_until("a leader", lambda: self.cluster.leader_by(NODES))
        self.receiver = Receiver()
        self.addCleanup(self.receiver.close)

    def tearDown(self):
        outcome = self._outcome.result
        if any(test is self for test, _ in outcome.failures + outcome.errors):
            print(self.cluster.logs())

    def alarm(self, node, *args, **more):
        return self.cluster.cli("alarm", *args, "--server", self.cluster.addresses[node], **more)

    def listed(self, node):
        done = self.alarm(node, "ls", "--resolved", "--json", check=False)
        return json.loads(done.stdout) if done.returncode == 0 else {}

    def successor_by(self, others):
        """Not the one that was killed: they take it for their leader for a while."""
        leader = self.cluster.leader_by(others)
        return leader if leader != self.leader else ""

    def told(self, node):
        """To how many the alarm was told, as this server knows it."""
        alarms = self.listed(node).get("alarms", [])
        return len(alarms[0]["firing"].get("told", [])) if alarms else 0

    def judged_to(self, node):
        rules = self.listed(node).get("rules", [])
        return max([int(rule.get("progress", {}).get("judged_to", 0)) for rule in rules], default=0)

    def set_rules(self):
        settings = self.cluster.dir / "alarms.json"
        settings.write_text(json.dumps({
            "no_templates": True, "rules": [RULE],
            "receivers": [{"name": "ops", "webhook": {"url": self.receiver.url}}],
            "routes": [{"name": "all", "receivers": ["ops"], "group_wait_seconds": 1,
                        "group_interval_seconds": 1}]}))
        self.alarm(self.leader, "set", settings, "--why", "ann: test")

    def call_all(self):
        """Every server gets calls of its own, all of them bad at the same time."""
        callers = []
        for node in NODES:
            callers.append(Caller(self.cluster.addresses[node], source=f"{node}:1"))
            self.addCleanup(callers[-1].close)
        return callers

    def test_the_successor_of_a_killed_evaluator_tells_nothing_twice_and_the_end(self):
        self.set_rules()
        callers = self.call_all()
        bodies = self.receiver.bodies
        wait_until("the alarm to be told", lambda: bodies, WINDOWS_S)
        others = [node for node in NODES if node != self.leader]
        for node in others:
            wait_until(f"{node} to know that", lambda n=node: self.told(n) == 1)
        evaluator = self.listed(self.leader)["evaluator"]
        self.assertEqual(self.listed(others[0])["evaluator"], evaluator)

        self.cluster.kill(self.leader)
        killed = int(time.time())
        successor = wait_until("another leader", lambda: self.successor_by(others), WINDOWS_S)
        wait_until("it to judge windows after the kill",
                   lambda: self.judged_to(successor) >= killed + 20, WINDOWS_S)
        after = self.listed(successor)
        self.assertNotEqual(after["evaluator"], evaluator)
        self.assertEqual([view["state"] for view in after["alarms"]], ["STATE_FIRING"])
        self.assertEqual(len(bodies), 1)

        for caller in callers:
            caller.bad = False
        wait_until("its end to be told", lambda: len(bodies) > 1, WINDOWS_S)
        first, last = bodies[0], bodies[1]
        self.assertEqual((first["status"], last["status"]), ("firing", "resolved"))
        self.assertNotEqual(last["key"], first["key"])
        for field in ("fingerprint", "startsAt"):
            self.assertEqual(last["alerts"][0][field], first["alerts"][0][field])
        ended = self.judged_to(successor)
        wait_until("further windows", lambda: self.judged_to(successor) >= ended + 20, WINDOWS_S)
        self.assertEqual(len(bodies), 2)


if __name__ == "__main__":
    unittest.main()
