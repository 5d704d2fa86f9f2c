# SPDX-FileCopyrightText: 2026 The Bellrock Authors
# SPDX-License-Identifier: Apache-2.0
"""The cluster on a network that breaks (VIN-039..056): two sites of three servers, each on a host
of its own, links cut silently while clients register, heartbeat and look up, and an app calls. In
every part registering and discovering go on, nobody who lives is called unreachable, and once the
links are whole again all servers hold the same, with nothing lost that was acknowledged."""

import concurrent.futures
import contextlib
import signal
import sys
import threading
import time
import unittest

import netns
from cluster_under_test import SITES, Cluster
from platform_under_test import wait_until

LOAD_S = 2.0
LOAD_MAX = 2000  # instances of one client
BROKEN_S = 15.0  # longer than a lease: without protection somebody would be called unreachable


class ClusterNetnsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.cluster = Cluster()
        cls.addClassCleanup(cls.cluster.close)
        started = time.monotonic()
        try:
            cls.cluster.start()
        except AssertionError:
            print(cls.cluster.logs())
            raise
        cls.took("start", settled=time.monotonic() - started)

    def setUp(self):
        self.cluster.wait_settled()
        for client in self.cluster.clients:
            client.register()
            # Nobody heartbeats for this one: if it is lost, nothing brings it back.
            client.register(lease_ms=3_600_000, keep=False)
        wait_until("all servers to hold the same", self.cluster.equal)
        self.app_before = self.cluster.app.tally()
        for observer in self.cluster.observers:
            observer.unreachable.clear()

    def tearDown(self):
        self.cluster.network.heal()
        outcome = self._outcome.result
        if any(test is self for test, _ in outcome.failures + outcome.errors):
            print(self.cluster.differences())
            print(self.cluster.logs())

    @staticmethod
    def took(what, **seconds):
        print(f"{what}: " + ", ".join(f"{name} {value:.1f} s" for name, value in seconds.items()),
              flush=True)

    def servers(self, *names):
        return [self.cluster.servers[name] for name in names]

    def hosts(self, servers, with_app=False):
        app = [self.cluster.app.host] if with_app else []
        return [server.host for server in servers] + app

    def work_goes_on(self, since):
        """Registers, finds and deregisters beside each server; how long after `since` the last one
        was through with each."""
        def work(client):
            path = client.register()
            registered = time.monotonic() - since
            wait_until(f"{client.name} to find what it registered", lambda: client.finds(path))
            found = time.monotonic() - since
            client.deregister(client.register(lease_ms=3_600_000, keep=False))
            return registered, found, client.name

        with concurrent.futures.ThreadPoolExecutor(len(self.cluster.clients)) as pool:
            done = sorted(pool.map(work, self.cluster.clients))
        return {"registered after": max(registered for registered, _, _ in done),
                "found after": max(found for _, found, _ in done),
                f"last by {done[-1][2]}, before it": done[-2][0]}

    @contextlib.contextmanager
    def under_load(self):
        """Every client registers one instance after the other, which nobody will register again."""
        ended = threading.Event()

        def register(client):
            for _ in range(LOAD_MAX):
                if ended.is_set():
                    return
                client.register(lease_ms=3_600_000, keep=False)

        before = self.acknowledged()
        with concurrent.futures.ThreadPoolExecutor(len(self.cluster.clients)) as pool:
            loads = [pool.submit(register, client) for client in self.cluster.clients]
            try:
                yield
            finally:
                ended.set()
            for load in loads:
                load.result()
        print(f"under load: {self.acknowledged() - before} more acknowledged", flush=True)

    def acknowledged(self):
        return sum(len(client.acknowledged) for client in self.cluster.clients)

    def stay_broken(self, since):
        time.sleep(max(0.0, since + BROKEN_S - time.monotonic()))

    def nobody_was_called_unreachable(self):
        for observer in self.cluster.observers:
            living = set().union(*(client.kept for client in self.cluster.clients))
            seen = {path for _, path in observer.unreachable
                    if path in living or "/svc/" not in path}
            self.assertEqual(seen, set(), f"called unreachable at {observer.server}")

    def all_is_well_again(self, since):
        """One leader a site, all equal, nothing acknowledged lost, nothing removed came back."""
        self.cluster.wait_settled()
        one_leader = time.monotonic() - since
        held = wait_until("all servers to hold the same", self.complete)
        equal = time.monotonic() - since
        for client in self.cluster.clients:
            self.assertLessEqual(set(client.acknowledged), set(held), client.name)
            self.assertFalse(client.removed & set(held), f"{client.name}: came back")
        return {"one leader a site": one_leader, "all equal": equal}

    def complete(self):
        """What all hold, if it is the same and all that clients keep alive works."""
        held = self.cluster.equal()
        if held is None:
            return None
        kept = set().union(*(client.kept for client in self.cluster.clients))
        working = all(held.get(path, ("", ""))[1] == "INSTANCE_STATE_WORKING" for path in kept)
        return held if working else None

    def app_noticed_nothing(self):
        calls, failed = self.cluster.app.tally()
        self.assertGreater(calls, self.app_before[0])
        self.assertEqual(failed, self.app_before[1], "failed calls of the app")

    def drill(self, what, break_links):
        """Breaks links, works in every part, heals, and compares."""
        dropped = self.cluster.network.dropped()
        broken = time.monotonic()
        break_links()
        worked = self.work_goes_on(broken)
        self.stay_broken(broken)
        self.assertGreater(self.cluster.network.dropped(), dropped, "nothing was cut")
        self.nobody_was_called_unreachable()
        healed = time.monotonic()
        self.cluster.network.heal()
        well = self.all_is_well_again(healed)
        self.nobody_was_called_unreachable()
        self.app_noticed_nothing()
        self.took(what, **worked, **well)

    # --- the scenes ---

    def test_site_cut_from_site(self):
        sz, sh = (self.hosts(self.cluster.site(site), site == "sz") for site in SITES)
        self.drill("site from site", lambda: self.cluster.network.cut(sz, sh))

    def test_leader_cut_from_its_followers(self):
        leader = self.cluster.leader("sz")
        followers = [s for s in self.cluster.site("sz") if s is not leader]
        self.drill("leader from its followers", lambda: self.cluster.network.cut(
            [leader.host], self.hosts(followers)))

    def test_leader_cut_from_one_follower(self):
        leader = self.cluster.leader("sz")
        follower = next(s for s in self.cluster.site("sz") if s is not leader)
        self.drill("leader from one follower", lambda: self.cluster.network.cut(
            [leader.host], [follower.host]))

    def test_leader_cut_from_everybody(self):
        leader = self.cluster.leader("sz")
        self.drill("leader from everybody", lambda: self.cluster.network.isolate(leader.host))

    def test_follower_cut_from_everybody(self):
        leader = self.cluster.leader("sh")
        lone = next(s for s in self.cluster.site("sh") if s is not leader)
        self.drill("follower from everybody", lambda: self.cluster.network.isolate(lone.host))

    def test_every_server_alone(self):
        def alone():
            servers = list(self.cluster.servers.values())
            parts = [self.hosts([server], server is servers[0]) for server in servers]
            self.cluster.network.cut_into(parts)
        self.drill("every server alone", alone)

    def test_leader_is_heard_but_hears_nobody(self):
        leader = self.cluster.leader("sz")
        others = [s.host for s in self.cluster.servers.values() if s is not leader]
        self.drill("one way, to the leader", lambda: self.cluster.network.cut_one_way(
            others, [leader.host]))

    def test_leader_hears_but_is_not_heard(self):
        leader = self.cluster.leader("sh")
        others = [s.host for s in self.cluster.servers.values() if s is not leader]
        self.drill("one way, from the leader", lambda: self.cluster.network.cut_one_way(
            [leader.host], others))

    def test_leader_killed_under_load(self):
        leader = self.cluster.leader("sz")
        followers = [s for s in self.cluster.site("sz") if s is not leader]
        with self.under_load():
            time.sleep(LOAD_S)
            killed = time.monotonic()
            leader.end(signal.SIGKILL)
            worked = self.work_goes_on(killed)
            wait_until("another leader", lambda: self.cluster.has_one_leader(followers))
            led = time.monotonic() - killed
            self.stay_broken(killed)
        self.nobody_was_called_unreachable()
        leader.start(self.cluster.join)
        well = self.all_is_well_again(time.monotonic())
        self.nobody_was_called_unreachable()
        self.app_noticed_nothing()
        self.took("leader killed", **worked, **{"another leader": led}, **well)

    def test_a_server_that_leaves_is_replaced_and_comes_back_by_its_members_file(self):
        leader = self.cluster.leader("sh")
        others = [s for s in self.cluster.site("sh") if s is not leader]
        left = time.monotonic()
        leader.end(signal.SIGTERM)
        wait_until("another leader", lambda: self.cluster.has_one_leader(others))
        led = time.monotonic() - left
        started = time.monotonic()
        leader.start(join="")
        well = self.all_is_well_again(started)
        self.assertLess(well["one leader a site"], 10.0, "VIN-017")
        self.nobody_was_called_unreachable()
        self.took("leader leaves", **{"another leader": led, **well})


if __name__ == "__main__":
    reason = netns.why_not()
    if reason:
        print(f"skipped: {reason}")
        sys.exit(0)
    unittest.main()
