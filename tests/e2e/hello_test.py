# SPDX-FileCopyrightText: 2026 The Bellrock Authors
# SPDX-License-Identifier: Apache-2.0
"""The smallest service and its client: registered, found, called by name, over HTTP, seen on the
command line."""

import json
import signal
import subprocess
import unittest
import urllib.request

from platform_under_test import EXAMPLES, CallError, PlatformTest, call, wait_until


class HelloTest(PlatformTest):
    def start_hello(self):
        self.platform.spawn("hello", [EXAMPLES / "hello_server"], BELLROCK_INSTANCE="1")
        wait_until("hello to work", lambda: self.platform.working() == 1)
        found = self.platform.naming("Lookup", {"target": "example/hello"})
        return found["instances"][0]["spec"]["address"]

    def run_client(self, *args):
        return subprocess.run([str(EXAMPLES / "hello_client"), *args], text=True,
                              capture_output=True, env=self.platform.environment(), timeout=30)

    def test_a_client_calls_by_name(self):
        self.start_hello()
        done = self.run_client("Ada")
        self.assertEqual((done.returncode, done.stdout), (0, "Hello, Ada!\n"), done.stderr)

    def test_it_is_also_called_by_its_alias(self):
        address = self.start_hello()
        self.platform.cli("naming", "register", "/sz/default/example/hello/default/alias", address,
                          "--alias", "64001:65536", "--probe", "static")
        shown = self.platform.cli("naming", "lookup", "64001:65536").stdout
        self.assertEqual(shown.count("example/hello"), 2, "all instances of the service")
        done = self.platform.cli("call", "64001:65536", "hello.v1.Greeter/SayHello",
                                 '{"name":"Ada"}')
        self.assertIn("Hello, Ada!", done.stdout)

    def test_the_ways_to_call_work(self):
        self.start_hello()
        done = subprocess.run([str(EXAMPLES / "calls")], text=True, capture_output=True,
                              env=self.platform.environment(), timeout=30)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("answered by", done.stdout)
        for name in ("details", "hedge", "fail-fast", "everybody", "packed", "one", "two"):
            self.assertIn(f"Hello, {name}!", done.stdout)
        self.assertEqual(done.stdout.count("SayHello: OK"), 7)

    def test_the_same_port_answers_http(self):
        address = self.start_hello()
        method = "hello.v1.Greeter/SayHello"
        self.assertEqual(call(address, method, {"name": "Bob"}), {"text": "Hello, Bob!"})
        with urllib.request.urlopen(f"http://{address}/{method}?name=Eve") as answer:
            self.assertEqual(json.loads(answer.read()), {"text": "Hello, Eve!"})

    def test_an_error_of_the_handler_reaches_both_kinds_of_client(self):
        address = self.start_hello()
        with self.assertRaises(CallError) as caught:
            call(address, "hello.v1.Greeter/SayHello", {})
        error = caught.exception
        self.assertEqual((error.status, error.code), (400, "INVALID_ARGUMENT"))
        done = self.run_client("")
        self.assertEqual(done.returncode, 1)
        self.assertIn("name is empty; say who", done.stderr)

    def test_the_command_line_shows_it(self):
        self.start_hello()
        shown = self.platform.cli("naming", "get", "example/hello").stdout
        self.assertIn("example/hello", shown)
        got = json.loads(self.platform.cli("naming", "get", "example/hello", "--json").stdout)
        self.assertEqual(got["instances"][0]["state"], "INSTANCE_STATE_WORKING")
        self.assertIn("local", self.platform.cli("naming", "ls").stdout)
        self.run_client()  # somebody has to call before a table exists
        shown = wait_until("a routing table", lambda: (
            self.platform.cli("routing", "show", "example/hello", check=False).stdout))
        self.assertIn("open", shown)

    def test_it_leaves_in_order(self):
        self.start_hello()
        self.assertEqual(self.platform.kill("hello", signal.SIGTERM), 0)
        wait_until("hello to be gone", lambda: not self.platform.naming(
            "Lookup", {"target": "example/hello", "include_unusable": True})["instances"])

    def test_a_client_of_nobody_says_so(self):
        done = self.run_client()
        self.assertEqual(done.returncode, 1)
        self.assertIn("example/hello", done.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)
