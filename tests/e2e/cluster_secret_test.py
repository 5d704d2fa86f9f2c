# SPDX-FileCopyrightText: 2026 The Bellrock Authors
# SPDX-License-Identifier: Apache-2.0
"""A cluster with a secret: servers that have it are one cluster and hold the same, one without it
stays alone, and nobody else is answered what only servers may ask."""

import secrets
import unittest

from platform_under_test import BELLROCK, CallError, Platform, call, wait_until
from three_servers import free_ports

NODES = ("n1", "n2", "stranger")


class ClusterSecretTest(unittest.TestCase):
    def setUp(self):
        self.platform = Platform()
        self.addCleanup(self.platform.close)
        self.addresses = {n: f"127.0.0.1:{p}" for n, p in zip(NODES, free_ports(len(NODES)))}
        self.secret = self.platform.dir / "secret"
        self.secret.write_text(secrets.token_hex(32) + "\n")

    def start(self, node, *more):
        self.platform.spawn(node, [
            BELLROCK, "server", "--listen", self.addresses[node], "--node", node, "--site", "sz",
            "--join", ",".join(self.addresses.values()), *more])

    def instances(self, node):
        try:
            return int(call(self.addresses[node], "bellrock.naming.v1.Naming/Stats")["instances"])
        except (OSError, CallError):
            return -1

    def register(self, node, number):
        def done():
            try:
                return call(self.addresses[node], "bellrock.naming.v1.Naming/Register", {
                    "instance": {"path": f"/sz/d/music/storage/default/{number}",
                                 "address": f"10.0.0.9:{number}", "lease_ms": 3_600_000}})
            except (OSError, CallError):
                return None
        wait_until(f"{node} to take a word", done)

    def log_of(self, node):
        return (self.platform.dir / f"{node}.log").read_text()

    def test_only_servers_with_the_secret_are_one_cluster(self):
        for node in NODES[:2]:
            self.start(node, "--cluster-secret-file", self.secret)
        self.start("stranger")
        self.register("n1", 1)
        for node in NODES[:2]:
            wait_until(f"{node} to hold it", lambda n=node: self.instances(n) == 1)
        wait_until("n1 to refuse the stranger", lambda: "not made with this cluster's secret"
                   in self.log_of("n1"))
        self.register("stranger", 2)
        self.assertEqual([self.instances(node) for node in NODES], [1, 1, 1], "they are apart")
        with self.assertRaises(CallError) as refused:
            call(self.addresses["n1"], "bellrock.naming.v1.Replication/Pull")
        self.assertEqual(refused.exception.code, "UNAUTHENTICATED")

    def test_a_secret_that_is_none_is_refused_at_the_start(self):
        self.secret.write_text("short\n")
        done = self.platform.cli("server", "--node", "n1", "--cluster", "t",
                                 "--cluster-secret-file", self.secret, check=False)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("openssl rand -hex 32", done.stderr)


if __name__ == "__main__":
    unittest.main()
