# SPDX-FileCopyrightText: 2026 The Bellrock Authors
# SPDX-License-Identifier: Apache-2.0
"""The agent's proxy for programs that cannot be changed (ZY-050): real sockets, real instances that
know nothing of Bellrock."""

import http.client
import json
import pathlib
import re
import socket
import sys
import threading
import unittest

from platform_under_test import BELLROCK, PATIENCE_S, SANITIZED, PlatformTest, wait_until

INSTANCE = pathlib.Path(__file__).parent / "proxied_instance.py"
BODY_BYTES = (20 if SANITIZED else 100) << 20
MEMORY_MORE_MAX = 24 << 20  # of a body of 100 MB


class ProxyTest(PlatformTest):
    with_agent = False

    def setUp(self):
        super().setUp()
        ready = self.platform.dir / "agent.json"
        self.agent = self.platform.spawn("agent", [
            BELLROCK, "agent", "--server", self.platform.server, "--run-dir",
            self.platform.dir / "run", "--ready-file", ready,
            "--proxy", "http:shop/pages=127.0.0.1:0", "--proxy", "http:*=127.0.0.1:0",
            "--proxy", "tcp:shop/hearer=127.0.0.1:0"])
        wait_until("agent to listen", lambda: ready.exists() or self.platform.ended(self.agent))
        ports = [int(a.rsplit(":", 1)[1]) for a in json.loads(ready.read_text())["proxies"]]
        self.pages, self.by_host, self.hearer = ports
        for name in ("1", "2"):
            self.start_instance(name)
        wait_until("a proxied answer", lambda: self.get(self.pages)[0] == 200)

    def start_instance(self, name):
        self.platform.spawn(f"instance{name}", [sys.executable, INSTANCE, name])
        log = self.platform.dir / f"instance{name}.log"
        wait_until("the instance's ports", lambda: log.read_text().endswith("\n"))
        for service, port in zip(("pages", "hearer"), log.read_text().split()):
            self.platform.cli("naming", "register", f"/local/default/shop/{service}/default/{name}",
                              f"127.0.0.1:{port}", "--probe", "static")

    def get(self, port, path="/", **headers):
        """Status, body and which instance answered."""
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
        try:
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.read().decode(), answer.getheader("X-Instance")
        finally:
            connection.close()

    def memory(self):
        status = pathlib.Path(f"/proc/{self.agent.pid}/status").read_text()
        return int(re.search(r"VmHWM:\s+(\d+)", status).group(1)) << 10

    def test_requests_are_shared_out_and_say_whose_they_are(self):
        wait_until("both instances to answer", lambda: {
            self.get(self.pages)[2] for _ in range(20)} == {"1", "2"})
        status, body, _ = self.get(self.pages)
        self.assertEqual(status, 200)
        self.assertRegex(body, r"^127\.0\.0\.1 00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$")

    def test_the_host_names_the_service(self):
        self.assertEqual(self.get(self.by_host, Host="pages.shop.bellrock")[0], 200)
        status, text, _ = self.get(self.by_host, Host="nobody.shop.bellrock")
        self.assertEqual(status, 404)
        self.assertIn("service 'shop/nobody'", text)
        status, text, _ = self.get(self.by_host, Host="localhost")
        self.assertEqual(status, 404)
        self.assertIn("SERVICE.LINE.bellrock", text)

    def test_garbage_is_refused_and_hurts_nobody(self):
        with socket.create_connection(("127.0.0.1", self.pages)) as client:
            client.sendall(b"\x00\x01 garbage\r\n\r\n")
            self.assertTrue(client.recv(1000).startswith(b"HTTP/1.1 400 "))
        self.assertEqual(self.get(self.pages)[0], 200)

    def test_a_killed_instance_fails_no_request_that_may_be_repeated(self):
        ended, failures, done = threading.Event(), [], []

        def load():
            connection = http.client.HTTPConnection("127.0.0.1", self.pages, timeout=PATIENCE_S)
            while not ended.is_set():
                try:
                    connection.request("GET", "/")
                    answer = connection.getresponse()
                    answer.read()
                    done.append(answer.getheader("X-Instance"))
                    if answer.status != 200:
                        failures.append(answer.status)
                except (OSError, http.client.HTTPException) as error:
                    failures.append(repr(error))
                    connection.close()
            connection.close()

        clients = [threading.Thread(target=load) for _ in range(4)]
        for client in clients:
            client.start()
        wait_until("answers of both", lambda: {"1", "2"} <= set(done))
        self.platform.kill("instance1")
        killed_at = len(done)
        wait_until("200 more answers", lambda: len(done) > killed_at + 200)
        ended.set()
        for client in clients:
            client.join()
        self.assertEqual(failures, [])
        self.assertEqual(set(done[-50:]), {"2"})

    def test_long_bodies_take_no_memory(self):
        before = self.memory()
        connection = http.client.HTTPConnection("127.0.0.1", self.pages, timeout=PATIENCE_S)
        connection.request("GET", f"/zeros/{BODY_BYTES}")
        answer = connection.getresponse()
        total = 0
        while step := answer.read(1 << 16):
            total += len(step)
        self.assertEqual(total, BODY_BYTES)
        pieces = (bytes(1 << 16) for _ in range(BODY_BYTES >> 16))
        connection.request("POST", "/", body=pieces, headers={"Content-Length": str(BODY_BYTES)})
        self.assertEqual(connection.getresponse().read(), str(BODY_BYTES).encode())
        connection.close()
        if not SANITIZED:
            self.assertLess(self.memory() - before, MEMORY_MORE_MAX)

    def test_a_tunnel_carries_a_half_closed_connection(self):
        with socket.create_connection(("127.0.0.1", self.hearer), timeout=PATIENCE_S) as client:
            client.sendall(b"all of it")
            client.shutdown(socket.SHUT_WR)
            heard = b""
            while step := client.recv(1000):
                heard += step
        self.assertEqual(heard, b"heard all of it")

    def test_what_was_carried_stands_on_a_page_and_in_the_tables(self):
        self.get(self.pages)
        with socket.socket(socket.AF_UNIX) as agent:
            agent.connect(str(self.platform.dir / "run/agent.sock"))
            agent.sendall(b"GET /proxy HTTP/1.0\r\n\r\n")
            page = b""
            while step := agent.recv(4096):
                page += step
        self.assertRegex(page.decode(), r"shop/pages +\d+ +[1-9]")
        wait_until("its table", lambda: "open" in self.platform.cli(
            "routing", "show", "shop/pages", check=False).stdout)

    def test_a_port_that_makes_no_sense_is_refused(self):
        done = self.platform.cli("agent", "--proxy", "udp:a/b=127.0.0.1:0", check=False)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("--proxy", done.stderr)
        self.assertIn("KIND tcp or http", done.stderr)


if __name__ == "__main__":
    unittest.main()
