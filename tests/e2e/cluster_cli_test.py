# SPDX-FileCopyrightText: 2026 The Bellrock Authors
# SPDX-License-Identifier: Apache-2.0
"""Three registry servers of one site, looked at and steered from a shell: who leads after the
leader was killed, protections, backup and its way back, a server whose disk was lost (VIN-083)."""

import json
import re
import shutil
import unittest

from three_servers import NODES, Cluster
from platform_under_test import Platform, wait_until

INSTANCES = 300


def backup_line(number):
    spec = {"path": f"/sz/d/music/storage/default/{number}", "address": f"10.0.0.9:{1000 + number}",
            "labels": {"zone": str(number % 3)}, "weight": 7, "lease_ms": 5000,
            "incarnation": str(1000 + number)}
    words = {"disabled": True, "reason": "disk swap"} if number % 10 == 0 else {}
    return json.dumps({"spec": spec, "operator_state": words} if words else {"spec": spec})


def essence(backup):
    """What a backup is for: path, spec and operator's words of each instance."""
    found = {}
    for line in backup.splitlines():
        instance = json.loads(line)
        found[instance["spec"]["path"]] = (instance["spec"], instance.get("operator_state"))
    return found


class ClusterCliTest(unittest.TestCase):
    def setUp(self):
        self.cluster = Cluster()
        self.addCleanup(self.cluster.close)
        self.leader = wait_until("a leader", lambda: self.cluster.leader_by(NODES))
        self.followers = [node for node in NODES if node != self.leader]

    def tearDown(self):
        outcome = self._outcome.result
        if any(test is self for test, _ in outcome.failures + outcome.errors):
            print(self.cluster.logs())

    def fill(self, count=INSTANCES):
        """Imports through a follower; every server has it afterwards."""
        backup = self.cluster.dir / "given.jsonl"
        backup.write_text("".join(backup_line(i) + "\n" for i in range(count)))
        done = self.cluster.naming_verb(self.followers[0], "import", backup, "--json")
        for node in NODES:
            wait_until(f"{node} to have all", lambda n=node: self.cluster.instances(n) == count)
        return backup, json.loads(done.stdout)

    def test_a_killed_leader_is_seen_dead_and_another_one_leads(self):
        follower = self.followers[0]
        self.cluster.naming_verb(follower, "register", "/sz/d/music/storage/default/9",
                                 "10.0.0.9:80")
        events = self.cluster.naming_verb(follower, "events", "music/storage").stdout
        self.assertRegex(events, rf"registered +/sz/d/music/storage/default/9 +{self.leader}")
        self.cluster.kill(self.leader)
        wait_until("another leader", lambda: self.cluster.leader_by(self.followers)
                   not in ("", self.leader))
        wait_until("it to be taken for dead", lambda: re.search(
            rf"sz +{self.leader} +dead", self.cluster.naming_verb(follower, "cluster").stdout))
        text = self.cluster.naming_verb(follower, "cluster", "--all").stdout
        self.assertIn(f"{self.leader} does not answer", text)
        tree = self.cluster.naming_verb(follower, "tree", "--depth", "6").stdout
        self.assertIn("9  10.0.0.9:80", tree)

    def test_a_window_ends_by_itself_though_its_leader_was_killed(self):
        follower = self.followers[0]
        path = "/sz/d/music/storage/default/9"
        self.cluster.naming_verb(follower, "register", path, "10.0.0.9:80", "--probe", "static")
        self.cluster.naming_verb(follower, "isolate", path, "--for", "5s", "--reason", "ann: disk")
        wait_until("the follower to hear it",
                   lambda: "isolated: ann: disk, until" in self.tree(follower))
        self.cluster.kill(self.leader)
        wait_until("it to be over", lambda: "isolated" not in self.tree(follower))
        self.assertIn("maintenance window over: ann: disk",
                      self.cluster.naming_verb(follower, "events", path).stdout)

    def tree(self, node):
        return self.cluster.naming_verb(node, "tree", "--depth", "6").stdout

    def views(self):
        return self.cluster.naming_verb(self.leader, "cluster", "--all").stdout

    def test_views_that_agree_are_said_to_agree(self):
        wait_until("all to see the same", lambda: "all views agree" in self.views())
        text = self.views()
        self.assertRegex(text, rf"{self.followers[0]} +{self.leader} ")

    def test_an_operators_word_reaches_every_member_and_is_taken_back(self):
        self.cluster.naming_verb(self.followers[0], "protect", "freeze", "on", "--for", "10m",
                                 "--why", "ann: switch works")
        for node in NODES:
            held = self.cluster.view(node)["overrides"]
            self.assertEqual([(w["name"], w["on"], w["who_and_why"]) for w in held],
                             [("freeze", True, "ann: switch works")])
        self.cluster.naming_verb(self.leader, "protect", "freeze", "clear", "--why", "ann: done")
        for node in NODES:
            self.assertEqual(self.cluster.view(node)["overrides"], [])

    def test_a_word_without_its_service_or_for_too_long_is_refused(self):
        for words in (("threshold", "on", "--percent", "30"), ("freeze", "on", "--for", "25h"),
                      ("freeze", "on", "--percent", "3"), ("threshold", "on", "--service", "a/b")):
            done = self.cluster.naming_verb(self.leader, "protect", *words, "--why", "x",
                                            check=False)
            self.assertEqual(done.returncode, 2, done.stderr)

    def test_a_backup_comes_back_on_a_fresh_server(self):
        backup, said = self.fill()
        self.assertEqual((said["new"], said["operator_words"]), (INSTANCES, INSTANCES // 10))
        again = self.cluster.naming_verb(self.leader, "import", backup, "--json")
        self.assertEqual(json.loads(again.stdout)["same"], INSTANCES)
        exported = self.cluster.naming_verb(self.followers[1], "export").stdout
        self.assertEqual(len(essence(exported)), INSTANCES)
        fresh = Platform()
        self.addCleanup(fresh.close)
        fresh.start_server()
        copy = fresh.dir / "backup.jsonl"
        copy.write_text(exported)
        dry = fresh.cli("naming", "import", copy, "--dry-run", "--json")
        self.assertEqual(json.loads(dry.stdout)["new"], INSTANCES)
        self.assertEqual(fresh.cli("naming", "export").stdout, "")
        fresh.cli("naming", "import", copy)
        self.assertEqual(essence(fresh.cli("naming", "export").stdout), essence(exported))

    def test_lines_that_are_no_instances_are_named_and_the_others_imported(self):
        broken = self.cluster.dir / "broken.jsonl"
        bad_path = json.dumps({"spec": {"path": "/sz/x", "address": "10.0.0.1:80"}})
        broken.write_text(f"{backup_line(1)}\n{{\n{bad_path}\n{backup_line(2)}\n")
        done = self.cluster.naming_verb(self.leader, "import", broken, check=False)
        self.assertEqual(done.returncode, 2)
        self.assertIn("line 2: ", done.stderr)
        self.assertIn("line 3: ", done.stderr)
        self.assertIn("2 new", done.stdout)

    def test_a_server_that_lost_its_disk_is_rebuilt_from_another(self):
        self.fill()
        lost = self.followers[0]
        self.cluster.kill(lost)
        shutil.rmtree(self.cluster.dir / lost)
        self.cluster.start_node(lost)
        wait_until("it to know the others", lambda: self.cluster.leader_by(NODES))
        done = self.cluster.naming_verb(lost, "rebuild-site", "--from", self.leader)
        self.assertIn(f"done: {INSTANCES} instances", done.stdout)
        self.assertEqual(essence(self.cluster.naming_verb(lost, "export").stdout),
                         essence(self.cluster.naming_verb(self.leader, "export").stdout))
        unknown = self.cluster.naming_verb(lost, "rebuild-site", "--from", "n9", check=False)
        self.assertEqual(unknown.returncode, 3)


if __name__ == "__main__":
    unittest.main(verbosity=2)
