# SPDX-FileCopyrightText: 2026 The Bellrock Authors
# SPDX-License-Identifier: Apache-2.0
"""A cluster as curl sees it: a write at a follower is sent on with 307 if the caller wants it so
(VIN-027, VIN-051); a poll that is told of nothing new is answered 304, paused or not (VIN-069)."""

import json
import subprocess
import unittest

from three_servers import NODES, Cluster
from platform_under_test import PATIENCE_S, call, wait_until

PATH = "/sz/d/music/storage/default/1"
SPEC = {"path": PATH, "address": "10.0.0.9:80", "lease_ms": 60000}


class Answer:
    """What curl was given last: .status, .headers (lower case), .body."""

    def __init__(self, text):
        head, self.body = text.rsplit("\r\n\r\n", 1)
        lines = head.split("\r\n\r\n")[-1].split("\r\n")
        self.status = int(lines[0].split()[1])
        self.headers = {k.lower(): v.strip() for k, v in (x.split(":", 1) for x in lines[1:])}


class ClusterHttpTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.cluster = Cluster()
        cls.addClassCleanup(cls.cluster.close)
        cls.leader = wait_until("a leader", lambda: cls.cluster.leader_by(NODES))
        cls.follower = next(node for node in NODES if node != cls.leader)

    def curl(self, node, path, request=None, *options):
        data = [] if request is None else ["--data", json.dumps(request)]
        done = subprocess.run(
            ["curl", "-sS", "-i", *options, *data,
             f"http://{self.cluster.addresses[node]}/bellrock.naming.v1.Naming/{path}"],
            capture_output=True, timeout=PATIENCE_S, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        return Answer(done.stdout.decode())

    def at(self, node):
        return call(self.cluster.addresses[node], "bellrock.naming.v1.Naming/Lookup",
                    {"target": PATH, "include_unusable": True})["instances"]

    def test_each_write_at_a_follower_is_sent_to_the_leader_if_asked_for(self):
        for method, request in (("Register", {"instance": SPEC}), ("Heartbeat", {"paths": [PATH]}),
                                ("SetOperatorState", {"path": PATH, "operator_state": {}}),
                                ("Deregister", {"path": PATH})):
            answer = self.curl(self.follower, method,
                               {**request, "on_follower": "ON_FOLLOWER_REDIRECT"})
            self.assertEqual(answer.status, 307, answer.body)
            address = self.cluster.addresses[self.leader]
            self.assertEqual(answer.headers["location"],
                             f"//{address}/bellrock.naming.v1.Naming/{method}")
            redirect = json.loads(answer.body)["redirect"]
            self.assertEqual((redirect["name"], redirect["address"]), (self.leader, address))
        self.assertEqual(self.at(self.leader), [], "nothing was done at the follower")

    def test_curl_follows_with_the_body_and_the_query(self):
        answer = self.curl(self.follower, "Register?on_follower=ON_FOLLOWER_REDIRECT",
                           {"instance": SPEC}, "-L")
        self.assertEqual(answer.status, 200, answer.body)
        self.assertNotIn("redirect", {k: v for k, v in json.loads(answer.body).items() if v})
        wait_until("the follower to have it", lambda: self.at(self.follower))
        self.curl(self.leader, "Deregister", {"path": PATH})

    def test_who_says_nothing_is_forwarded(self):
        answer = self.curl(self.follower, "Register", {"instance": SPEC})
        self.assertEqual(answer.status, 200, answer.body)
        self.assertEqual(len(self.at(self.leader)), 1)
        self.assertEqual(self.curl(self.follower, "Deregister", {"path": PATH}).status, 200)

    def poll(self, node, ask, status):
        """The answer if it has that status; pauses are looked at once a second."""
        answer = self.curl(node, "Poll", ask)
        return answer if answer.status == status else None

    def test_a_poll_is_not_modified_without_change_and_while_pushes_pause(self):
        node = self.follower
        self.curl(node, "Register", {"instance": SPEC})
        wait_until("the follower to have it", lambda: self.at(node))
        first = json.loads(self.curl(node, "Poll", {"target": "music/storage"}).body)
        ask = {"target": "music/storage", "since_revision": first["revision"],
               "epoch": first["epoch"], "wait_ms": 50}
        same = self.curl(node, "Poll", ask)
        self.assertEqual((same.status, same.body), (304, ""))
        self.assertEqual(same.headers["bellrock-reason"], "nothing has changed")
        self.assertEqual(same.headers["bellrock-epoch"], first["epoch"])
        self.assertGreaterEqual(int(same.headers["bellrock-revision"]), int(first["revision"]))
        self.cluster.naming_verb(node, "protect", "push-pause", "on", "--why", "ann: drill")
        self.curl(node, "SetOperatorState", {"path": PATH, "operator_state": {"isolated": True}})
        wait_until("the word to come", lambda: self.at(node)[0].get("operator_state"))
        held = wait_until("pushes to pause", lambda: self.poll(node, ask, 304))
        self.assertEqual(held.headers["bellrock-revision"], first["revision"])
        self.assertIn("ann: drill", held.headers["bellrock-reason"])
        self.cluster.naming_verb(node, "protect", "push-pause", "clear", "--why", "ann: done")
        told = wait_until("pushes to go on", lambda: self.poll(node, ask, 200))
        self.assertTrue(json.loads(told.body)["changed"])
        self.curl(node, "SetOperatorState", {"path": PATH, "operator_state": {}})
        self.curl(node, "Deregister", {"path": PATH})


if __name__ == "__main__":
    unittest.main(verbosity=2)
