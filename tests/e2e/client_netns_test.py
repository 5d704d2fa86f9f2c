# SPDX-FileCopyrightText: 2026 The Bellrock Authors
# SPDX-License-Identifier: Apache-2.0
"""The client's own code (naming_hosts) on a network that breaks: cut from the leader alone it
heartbeats through a follower (VIN-051, VIN-052), alone with one follower it has that one lead
(VIN-039..043), and it may belong to another site than its path says (VIN-053, VIN-055, VIN-056)."""

import json
import signal
import sys
import time
import unittest

import netns
from cluster_under_test import FAILURES, NAMING, Cluster, Observer, spawn
from platform_under_test import BUILD, wait_until

HOSTS = 5
INSTANCES = 20  # each host
ALL = HOSTS * INSTANCES
LEASE_MS = 6_000
BROKEN_S = 3 * LEASE_MS / 1000
CHECK_S = 3.0  # LeaderFinder::kLeaderCheck


class Hosts:
    """The program naming_hosts on its own machine; reads its JSON lines."""

    def __init__(self, cluster, host, servers):
        self.path = cluster.folder / "hosts.log"
        self.path.unlink(missing_ok=True)
        self.process = spawn(host, self.path, [
            BUILD / "tests/naming_hosts", ",".join(server.address for server in servers),
            HOSTS, INSTANCES, LEASE_MS])

    def now(self):
        lines = [line for line in self.path.read_text().splitlines()
                 if line.startswith("{") and line.endswith("}")]
        return json.loads(lines[-1]) if lines else {"leaders": {}, "registered": 0, "fewest": 0}

    def all_to(self, server):
        """Whether all hosts heartbeat to it themselves; None: through somebody else."""
        return self.now()["leaders"].get(server.address if server else "", 0) == HOSTS

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=30)


class ClientNetnsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.cluster = Cluster()
        cls.addClassCleanup(cls.cluster.close)
        for server in cls.cluster.servers.values():
            server.start(cls.cluster.join)
        cls.machine = cls.cluster.network.add("client", 1)

    def setUp(self):
        self.cluster.wait_settled()
        self.leader = self.cluster.leader("sz")
        self.followers = [s for s in self.cluster.site("sz") if s is not self.leader]
        self.observers = [Observer(server) for server in self.cluster.servers.values()]

    def tearDown(self):
        self.cluster.network.heal()
        for observer in self.observers:
            if observer.is_alive():
                observer.end()
        self.hosts.end()
        outcome = self._outcome.result
        if any(test is self for test, _ in outcome.failures + outcome.errors):
            print(self.hosts.path.read_text()[-3000:])
            print(self.cluster.logs())

    def start_hosts(self, servers):
        self.hosts = Hosts(self.cluster, self.machine, servers)
        wait_until("all to be registered and seen", lambda: self.hosts.now()["fewest"] == ALL)
        wait_until("all servers to hold the same", self.cluster.equal)
        for observer in self.observers:
            observer.start()

    def heartbeats(self, server):
        return int(server.ask(NAMING + "Stats")["heartbeats"])

    def nobody_was_lost(self):
        for observer in self.observers:
            self.assertEqual(observer.unreachable, [], f"at {observer.server}")
        self.assertEqual(self.hosts.now()["fewest"], ALL)

    def test_cut_from_the_leader_alone_heartbeats_go_through_a_follower(self):
        self.start_hosts(self.cluster.site("sz"))
        wait_until("all to heartbeat to the leader", lambda: self.hosts.all_to(self.leader))
        cut = time.monotonic()
        self.cluster.network.cut([self.machine], [self.leader.host])
        wait_until("proxy mode", lambda: self.hosts.all_to(None))
        proxied = time.monotonic() - cut
        before = self.heartbeats(self.leader)
        time.sleep(BROKEN_S)
        beats = self.heartbeats(self.leader) - before
        # A third of the lease each, with room for a stalled machine.
        self.assertGreater(beats, ALL * BROKEN_S / (LEASE_MS / 1000), "heartbeats passed on")
        self.assertTrue(self.hosts.all_to(None))
        self.cluster.network.heal()
        healed = time.monotonic()
        wait_until("all to leave proxy mode", lambda: self.hosts.all_to(self.leader))
        left = time.monotonic() - healed
        self.nobody_was_lost()
        self.assertEqual(self.hosts.now()["refused"], 0, "told that they are not registered")
        print(f"cut from the leader: proxy mode after {proxied:.1f} s, {beats} heartbeats of {ALL} "
              f"instances passed on in {BROKEN_S:.0f} s, "
              f"left {left:.1f} s after the link was whole")
        self.assertLess(left, 4 * CHECK_S)

    def test_alone_with_one_follower_that_one_leads_and_nobody_is_lost(self):
        self.start_hosts(self.cluster.site("sz"))
        lone, other = self.followers
        rest = [server.host for server in self.cluster.servers.values() if server is not lone]
        cut = time.monotonic()
        self.cluster.network.cut([self.machine, lone.host], rest)
        wait_until("all to heartbeat to the follower", lambda: self.hosts.all_to(lone))
        moved = time.monotonic() - cut
        # A part needs longer to elect than this lease is: they were told that nobody renews it.
        told = self.hosts.now()["refused"]
        before = self.heartbeats(lone)
        time.sleep(BROKEN_S)
        self.assertGreater(self.heartbeats(lone), before)
        self.assertEqual(self.hosts.now()["registered"], ALL)
        self.nobody_was_lost()
        self.cluster.network.heal()
        healed = time.monotonic()
        self.cluster.wait_settled()
        leader = self.cluster.leader("sz")
        wait_until("all to heartbeat to the one leader", lambda: self.hosts.all_to(leader))
        joined = time.monotonic() - healed
        wait_until("all servers to hold the same", self.cluster.equal)
        self.nobody_was_lost()
        print(f"alone with {lone}: all heartbeat to it after {moved:.1f} s ({told} told meanwhile "
              f"that they are not renewed), and to the one leader {joined:.1f} s after the links "
              f"were whole ({other} and {self.leader} had stayed together)")

    def test_instances_of_one_site_belong_to_the_site_whose_servers_they_know(self):
        abroad = self.cluster.leader("sh")
        self.start_hosts(self.cluster.site("sh"))
        wait_until("all to heartbeat abroad", lambda: self.hosts.all_to(abroad))
        before = self.heartbeats(self.leader), self.heartbeats(abroad)
        time.sleep(LEASE_MS / 1000)
        self.assertEqual(self.heartbeats(self.leader), before[0], "VIN-056")
        self.assertGreater(self.heartbeats(abroad), before[1])
        # Found at home, whose paths they have (VIN-053), also while the sites are cut (VIN-054).
        self.assertEqual(self.found_at_home(), ALL)
        sz, sh = ([s.host for s in self.cluster.site(site)] for site in ("sz", "sh"))
        self.cluster.network.cut(sz, sh)
        time.sleep(BROKEN_S)
        self.assertEqual(self.found_at_home(), ALL)
        self.cluster.network.heal()
        self.cluster.wait_settled()
        wait_until("all servers to hold the same", self.cluster.equal)
        self.nobody_was_lost()

    def found_at_home(self):
        try:
            found = self.followers[0].ask(NAMING + "Lookup", {"target": "e2e/load"})
        except FAILURES:
            return 0
        return len(found["instances"])


if __name__ == "__main__":
    reason = netns.why_not()
    if reason:
        print(f"skipped: {reason}")
        sys.exit(0)
    unittest.main(verbosity=2)
