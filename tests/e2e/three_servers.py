# SPDX-FileCopyrightText: 2026 The Bellrock Authors
# SPDX-License-Identifier: Apache-2.0
"""Three real registry servers of one site on loopback, for tests from outside."""

import json
import socket

from platform_under_test import BELLROCK, Platform, call

NODES = ("n1", "n2", "n3")


def free_ports(count):
    """Numbers that were free a moment ago, TCP and UDP: seeds need them beforehand."""
    held = []
    ports = []
    while len(ports) < count:
        tcp, udp = socket.socket(), socket.socket(type=socket.SOCK_DGRAM)
        held += [tcp, udp]
        tcp.bind(("127.0.0.1", 0))
        try:
            udp.bind(tcp.getsockname())
        except OSError:
            continue
        ports.append(tcp.getsockname()[1])
    for each in held:
        each.close()
    return ports


class Cluster(Platform):
    """Three servers; the command line asks whichever of them is named."""

    def __init__(self):
        super().__init__()
        self.addresses = {n: f"127.0.0.1:{p}" for n, p in zip(NODES, free_ports(len(NODES)))}
        for node in NODES:
            self.start_node(node)

    def start_node(self, node):
        self.spawn(node, [BELLROCK, "server", "--listen", self.addresses[node], "--data-dir",
                          self.dir / node, "--node", node, "--site", "sz", "--cluster", "t",
                          "--join", ",".join(self.addresses.values())])

    def naming_verb(self, node, *args, **more):
        return self.cli("naming", *args, "--server", self.addresses[node], **more)

    def view(self, node):
        """What `naming cluster --json` says, or None while the server is not up."""
        done = self.naming_verb(node, "cluster", "--json", check=False)
        return json.loads(done.stdout) if done.returncode == 0 else None

    def leader_by(self, nodes):
        """The leader that all of these know, and know to lead with a majority."""
        views = [self.view(node) for node in nodes]
        names = {v.get("leader", {}).get("name", "") if v and v["majority"] else "" for v in views}
        return names.pop() if len(names) == 1 else ""

    def instances(self, node):
        return int(call(self.addresses[node], "bellrock.naming.v1.Naming/Stats")["instances"])
