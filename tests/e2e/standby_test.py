# SPDX-FileCopyrightText: 2026 The Bellrock Authors
# SPDX-License-Identifier: Apache-2.0
"""A site that stands by (VIN-082): it holds everything and serves reads, takes nobody in, gives a
lost site its registry back (VIN-083), and is put to work by starting it without --standby."""

import json
import shutil
import signal
import unittest

from three_servers import free_ports
from platform_under_test import BELLROCK, CallError, Platform, call, wait_until

NAMING = "bellrock.naming.v1.Naming/"
SITES = {"s1": "sz", "b1": "bj"}
PATH = "/sz/d/music/storage/default/1"


class TwoSites(Platform):
    """A site of one server, and another of one that stands by."""

    def __init__(self):
        super().__init__()
        self.addresses = {n: f"127.0.0.1:{p}" for n, p in zip(SITES, free_ports(len(SITES)))}
        self.start_node("s1")
        self.start_node("b1", "--standby")

    def start_node(self, node, *more):
        self.spawn(node, [BELLROCK, "server", "--listen", self.addresses[node], "--data-dir",
                          self.dir / node, "--node", node, "--site", SITES[node], "--cluster", "t",
                          "--join", ",".join(self.addresses.values()), *more])

    def verb(self, node, *args, **more):
        return self.cli("naming", *args, "--server", self.addresses[node], **more)

    def members(self, node):
        """What it says of all members, or None while it is not up."""
        done = self.verb(node, "cluster", "--json", check=False)
        if done.returncode != 0:
            return None
        return {m["name"]: m for m in json.loads(done.stdout)["members"]}

    def leads(self, node):
        found = self.members(node)
        return found and found[node].get("role") == "ROLE_LEADER" and len(found) == len(SITES)

    def instances(self, node):
        found = call(self.addresses[node], NAMING + "Lookup",
                     {"target": "/", "include_unusable": True})
        return [i["spec"]["path"] for i in found["instances"]]

    def end(self, node):
        self.processes[node].send_signal(signal.SIGKILL)
        self.processes[node].wait(timeout=30)


class StandbyTest(unittest.TestCase):
    def setUp(self):
        self.sites = TwoSites()
        self.addCleanup(self.sites.close)
        for node in SITES:
            wait_until(f"{node} to lead its site", lambda n=node: self.sites.leads(n))

    def register(self, node):
        return call(self.sites.addresses[node], NAMING + "Register",
                    {"instance": {"path": PATH, "address": "10.0.0.9:80", "lease_ms": 60000}})

    def registered(self, node):
        try:
            return self.register(node)
        except (CallError, OSError):
            return None

    def test_it_is_marked_serves_reads_and_takes_nobody_in(self):
        wait_until("s1 to know b1", lambda: self.sites.members("s1")["b1"].get("standby"))
        wait_until("s1 to hear that b1 leads a standby",
                   lambda: "leader, standby" in self.sites.verb("s1", "cluster").stdout)
        self.register("s1")
        wait_until("the standby to have it", lambda: self.sites.instances("b1") == [PATH])
        for method, request in (("Heartbeat", {"paths": [PATH]}), ("Deregister", {"path": PATH})):
            with self.assertRaises(CallError) as caught:
                call(self.sites.addresses["b1"], NAMING + method, request)
            self.assertEqual(caught.exception.status, 503)
            self.assertIn("site bj stands by", caught.exception.message)
        self.sites.verb("b1", "isolate", PATH, "--reason", "ann: operators are heard everywhere")

    def test_a_lost_site_comes_back_from_it_and_it_can_be_put_to_work(self):
        self.register("s1")
        wait_until("the standby to have it", lambda: self.sites.instances("b1") == [PATH])
        self.sites.end("s1")
        shutil.rmtree(self.sites.dir / "s1")
        self.sites.start_node("s1")
        wait_until("s1 to lead again", lambda: self.sites.leads("s1"))
        done = self.sites.verb("s1", "rebuild-site")
        self.assertIn("done: 1 instances, equal to b1", done.stdout)
        self.sites.end("s1")
        self.sites.end("b1")
        self.sites.start_node("b1")
        wait_until("it to take instances", lambda: self.registered("b1"))


if __name__ == "__main__":
    unittest.main(verbosity=2)
