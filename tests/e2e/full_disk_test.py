# SPDX-FileCopyrightText: 2026 The Bellrock Authors
# SPDX-License-Identifier: Apache-2.0
"""The leader's disk fills up while clients register: what was acknowledged stays, who is refused
hears why and what to do, another server leads, and the full one comes back by itself. Where all
disks are full somebody leads on for the heartbeats, and the first disk with space leads next."""

import os
import pathlib
import subprocess
import sys
import time
import unittest

from platform_under_test import CallError, wait_until
from registry_load import LEASE_MS, Loads, ask, held, leader_of
from three_servers import NODES, Cluster

DISK_BYTES = 6 * 1024 * 1024


class SmallDisks(Cluster):
    """Three servers, each with a disk of its own of a few megabytes."""

    def start_node(self, node):
        if not self.disk(node).exists():
            self.disk(node).mkdir()
            subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "tmpfs",
                            self.disk(node)], check=True)
        super().start_node(node)

    def disk(self, node):
        return pathlib.Path(self.dir / node)

    def close(self):
        for node in NODES:
            subprocess.run(["umount", "-l", self.disk(node)], check=False)
        super().close()

    def fill(self, node):
        """Until not a byte is free."""
        with open(self.disk(node) / "ballast", "ab", buffering=0) as ballast:
            for size in (65536, 4096, 1):
                try:
                    while ballast.write(b"\0" * size) == size:
                        pass
                except OSError:
                    continue

    def free(self, node):
        (self.disk(node) / "ballast").unlink()

    def storage_error(self, node):
        return ask(self.addresses[node], "Stats").get("storage_error", "")


class FullDiskTest(unittest.TestCase):
    def setUp(self):
        self.cluster = SmallDisks()
        self.addCleanup(self.cluster.close)
        self.leader = wait_until("a leader", self.leads)
        self.loads = Loads(self.cluster.addresses)
        self.addCleanup(self.loads.end)
        self.loads.more(50)

    def tearDown(self):
        outcome = self._outcome.result
        if any(test is self for test, _ in outcome.failures + outcome.errors):
            print(self.cluster.logs())

    def leads(self):
        return leader_of(self.cluster.addresses.values())

    def test_another_server_leads_and_the_full_one_comes_back(self):
        begun = time.monotonic()
        self.cluster.fill(self.leader)
        wait_until("another leader", lambda: self.leads() not in ("", self.leader))
        led = time.monotonic() - begun
        self.loads.more(50)  # through all servers, the full one too
        worked = time.monotonic() - begun
        refused = self.check_refusals()
        print(f"another leads after {led:.1f} s, words through all three servers after "
              f"{worked:.1f} s, {refused} refused")
        self.assertNotEqual(self.cluster.storage_error(self.leader), "", "shown to operators")
        self.assertIn("gives up leading", (self.cluster.dir / f"{self.leader}.log").read_text())
        self.cluster.free(self.leader)
        wait_until("its disk to be used again",
                   lambda: self.cluster.storage_error(self.leader) == "")
        self.loads.more(10)
        self.loads.end()
        self.loads.nobody_is_lost(self)
        self.its_disk_alone_has_everything()

    def check_refusals(self):
        """How many were refused for the disk; each was told which and what to do."""
        told = [message for code, message in self.loads.refusals() if code == "RESOURCE_EXHAUSTED"]
        for message in told:
            self.assertIn(str(self.cluster.disk(self.leader)), message)
            self.assertIn("No space left", message)
            self.assertIn("free space", message)
        return len(told)

    def its_disk_alone_has_everything(self):
        """What the server that was full has when nobody else is left to ask."""
        for node in NODES:
            self.cluster.kill(node)
        self.cluster.start_node(self.leader)

        def whole():
            try:
                return self.loads.acknowledged() <= set(held(self.cluster.addresses[self.leader]))
            except (CallError, OSError):
                return False
        wait_until("it to hold everything again", whole)

    def test_where_all_disks_are_full_somebody_leads_on(self):
        for node in NODES:
            self.cluster.fill(node)
        for load in self.loads.each:
            wait_until(f"words through {load.name} to be refused", lambda at=load: any(
                "No space left" in message for _, message in at.refusals))
        # One that only follows finds out when it leads and words come.
        for node in NODES:
            wait_until(f"{node} to find its disk full",
                       lambda at=node: self.cluster.storage_error(at))
        self.loads.end()
        wait_until("one leader for the heartbeats", self.leads)
        self.loads.keep_alive(1.5 * LEASE_MS / 1000)
        self.loads.nobody_is_lost(self)
        better = next(node for node in NODES if node != self.leads())
        self.cluster.free(better)
        begun = time.monotonic()
        wait_until("the one with space to lead", lambda: self.leads() == better)
        print(f"the one with space leads after {time.monotonic() - begun:.1f} s")
        late = {"path": "/sz/d/fill/load/default/late", "address": "127.0.0.1:80"}
        wait_until("words to be taken", lambda: self.takes(better, late))
        self.loads.nobody_is_lost(self)

    def takes(self, node, instance):
        try:
            return ask(self.cluster.addresses[node], "Register", {"instance": instance}) is not None
        except (CallError, OSError):
            return False


if __name__ == "__main__":
    if os.geteuid() != 0:
        print("skipped: small disks are tmpfs mounts, which need root")
        sys.exit(0)
    unittest.main(verbosity=2)
