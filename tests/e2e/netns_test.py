# SPDX-FileCopyrightText: 2026 The Bellrock Authors
# SPDX-License-Identifier: Apache-2.0
"""The network that the cluster's tests stand on: what is cut is cut, and no more than that."""

import os
import socket
import subprocess
import sys
import time
import unittest

import netns

WAIT_S = 0.2
PATIENCE_S = 20
PORT = 7000
ALL = {"ab", "ac", "ba", "bc", "ca", "cb"}


def passes(sender, receiver):
    """Whether a datagram gets from one host to the other."""
    with receiver.inside():
        there = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    with sender.inside():
        here = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    with there, here:
        there.bind((receiver.address, PORT))
        there.settimeout(WAIT_S)
        here.sendto(b"hello", (receiver.address, PORT))
        try:
            data, address = there.recvfrom(16)
        except TimeoutError:
            return False
        return data == b"hello" and address[0] == sender.address


class NetnsTest(unittest.TestCase):
    def setUp(self):
        self.network = netns.Network()
        self.addCleanup(self.network.close)
        self.a, self.b, self.c = (self.network.add(name) for name in "abc")

    def links(self):
        hosts = (self.a, self.b, self.c)
        return {f"{x}{y}" for x in hosts for y in hosts if x is not y and passes(x, y)}

    def wait_for_links(self, expected):
        """A first datagram may take long on a busy machine; what is cut stays cut however long."""
        end = time.monotonic() + PATIENCE_S
        while (found := self.links()) != expected and time.monotonic() < end:
            pass
        self.assertEqual(found, expected)

    def test_links_are_cut_and_healed_one_by_one(self):
        self.wait_for_links(ALL)
        self.network.cut_one_way([self.a], [self.b])
        self.wait_for_links(ALL - {"ab"})
        self.network.cut([self.a], [self.c])
        self.wait_for_links(ALL - {"ab", "ac", "ca"})
        self.assertGreater(self.network.dropped(), 0)
        self.network.heal()
        self.network.isolate(self.b)
        self.wait_for_links({"ac", "ca"})
        self.network.cut_into([[self.a], [self.b], [self.c]])
        self.wait_for_links(set())
        self.network.heal()
        self.wait_for_links(ALL)

    def test_a_thread_comes_back_to_its_own_network(self):
        def names():
            return sorted(name for _, name in socket.if_nameindex())
        before = names()
        with self.a.inside():
            self.assertEqual(names(), ["eth0", "lo"])
        self.assertEqual(names(), before)

    def test_what_a_killed_test_left_is_removed(self):
        # A test that ends without a word, and a program of it that goes on.
        left = ("import netns, os, subprocess\n"
                "host = netns.Network().add('left')\n"
                "none = subprocess.DEVNULL\n"
                "subprocess.Popen(host.argv(['sleep', '60']), stdout=none, stderr=none)\n"
                "print(host.namespace, flush=True)\n"
                "os._exit(0)\n")
        done = subprocess.run([sys.executable, "-c", left], capture_output=True, text=True,
                              cwd=os.path.dirname(__file__), check=True)
        namespace = done.stdout.strip()
        self.assertTrue((netns.NAMESPACES / namespace).exists())
        netns.remove_leftovers()
        self.assertFalse((netns.NAMESPACES / namespace).exists())


if __name__ == "__main__":
    reason = netns.why_not()
    if reason:
        print(f"skipped: {reason}")
        sys.exit(0)
    unittest.main()
