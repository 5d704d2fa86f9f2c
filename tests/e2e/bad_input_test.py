# SPDX-FileCopyrightText: 2026 The Bellrock Authors
# SPDX-License-Identifier: Apache-2.0
"""What strangers and mistakes do to the one port: refused with a reason, nobody else harmed."""

import socket
import subprocess
import unittest

from platform_under_test import BELLROCK, CallError, PlatformTest, wait_until


class BadInputTest(PlatformTest):
    with_agent = False

    def connect(self):
        host, port = self.platform.server.rsplit(":", 1)
        return socket.create_connection((host, int(port)), timeout=10)

    def assert_closed(self, stranger):
        stranger.settimeout(30)
        try:
            while stranger.recv(4096):
                pass
        except ConnectionResetError:
            pass

    def assert_alive(self):
        self.assertIn("services", self.platform.naming("ListServices"))

    def test_garbage_is_closed_with_a_logged_reason(self):
        with self.connect() as stranger:
            stranger.sendall(b"\x16\x03\x01\x02\x00garbage" * 50)
            self.assert_closed(stranger)
        self.assert_alive()
        wait_until("the reason in the log", lambda: "rpc" in self.platform.logs())

    def test_an_oversize_frame_is_refused(self):
        with self.connect() as stranger:
            stranger.sendall(b"BELLRK1\n" + b"\xff\xff\xff\x7f" + b"\x01" + b"\x00" * 11)
            self.assert_closed(stranger)
        self.assert_alive()

    def test_an_oversize_http_header_is_refused(self):
        with self.connect() as stranger:
            stranger.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"y" * 200_000 + b"\r\n\r\n")
            self.assert_closed(stranger)
        self.assert_alive()

    def test_half_open_connections_hurt_nobody(self):
        strangers = [self.connect() for _ in range(200)]
        for stranger in strangers[::2]:
            stranger.sendall(b"POST /bellrock")
        self.assert_alive()
        for stranger in strangers:
            stranger.close()

    def refused(self, method, request, *words):
        with self.assertRaises(CallError) as caught:
            self.platform.naming(method, request)
        self.assertEqual(caught.exception.status, 400, caught.exception)
        for word in words:
            self.assertIn(word, caught.exception.message)

    def test_a_bad_registration_names_field_value_and_remedy(self):
        good = {"path": "/sz/d/music/storage/default/1", "address": "127.0.0.1:80"}
        self.refused("Register", {"instance": {**good, "path": "/sz/d"}}, "path", "/sz/d")
        self.refused("Register", {"instance": {**good, "path": "/sz/d/mu sic/s/c/1"}}, "mu sic")
        self.refused("Register", {"instance": {**good, "address": "127.0.0.1:99999"}}, "99999",
                     "65535")
        self.refused("Register", {"instance": {**good, "lease_ms": 5}}, "lease_ms", "5", "1000")
        self.refused("Register", {"instance": {**good, "weight": -1}}, "weight", "-1")
        self.refused("Lookup", {"target": "///"}, "target")

    def test_bad_json_is_explained(self):
        with self.assertRaises(CallError) as caught:
            self.platform.naming("Register", {"instance": {"pathh": "x"}})
        self.assertEqual(caught.exception.status, 400)
        self.assertIn("pathh", caught.exception.message)

    def test_the_command_line_explains_too(self):
        done = self.platform.cli("naming", "register", "/sz/nothing", "127.0.0.1:1", check=False)
        self.assertEqual(done.returncode, 2)
        self.assertIn("/sz/nothing", done.stderr)
        done = self.platform.cli("naming", "get", "no/body", check=False)
        self.assertEqual(done.returncode, 3)
        self.assertIn("bellrock naming ls", done.stderr)
        done = self.platform.cli("naming", "ls", "--server", "127.0.0.1:1", check=False)
        self.assertEqual(done.returncode, 4)
        self.assertIn("bellrock dev", done.stderr)
        done = self.platform.cli("naming", "ls", "--server", "nonsense", check=False)
        self.assertEqual(done.returncode, 2)


    def test_the_command_line_says_nothing_twice(self):
        for args, words in (
                (("routing", "get", "nonsense"), 'service "nonsense": use "line/service"'),
                (("routing", "explain", "no/body", "--server", self.platform.server), "by nobody"),
                (("routing", "show", "no/body", "--server", "127.0.0.1:1"), "Connection refused"),
                (("routing", "show", "no/body", "--server", "moon.invalid:1"), "moon.invalid")):
            done = self.platform.cli(*args, check=False)
            self.assertNotEqual(done.returncode, 0)
            self.assertEqual(done.stderr.count(words), 1, done.stderr)


class SecondServerTest(PlatformTest):
    with_agent = False

    def test_a_data_directory_in_use_is_named(self):
        done = self.platform.cli("server", "--listen", "127.0.0.1:0", "--data-dir",
                                 self.platform.data, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn(str(self.platform.data), done.stderr)
        self.assertIn("another process", done.stderr)

    def test_a_taken_port_is_named(self):
        done = subprocess.run([str(BELLROCK), "server", "--listen", self.platform.server],
                              text=True, capture_output=True, timeout=30)
        self.assertEqual(done.returncode, 1)
        self.assertIn(self.platform.server, done.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)
