# SPDX-FileCopyrightText: 2026 The Bellrock Authors
# SPDX-License-Identifier: Apache-2.0
"""The registry over plain HTTP, as a script or a program in any language would use it: register,
heartbeat, long poll, server-sent events (VIN-026, VIN-105)."""

import json
import socket
import threading
import unittest

from platform_under_test import CallError, PlatformTest, call, wait_until

PATH = "/sz/d/music/storage/default/1"


class NamingHttpTest(PlatformTest):
    with_agent = False

    def register(self, path=PATH, **more):
        return self.platform.naming("Register", {"instance": {
            "path": path, "address": "127.0.0.1:80", "lease_ms": 60000, **more}})

    def state(self):
        found = self.platform.naming("Lookup", {"target": PATH, "include_unusable": True})
        return found["instances"][0]["state"]

    def test_the_life_of_an_instance(self):
        self.register()
        self.assertEqual(self.state(), "INSTANCE_STATE_INITIAL")
        reply = self.platform.naming("Heartbeat", {"paths": [PATH, "/sz/d/a/b/c/unknown"]})
        self.assertEqual(reply["unknown"], ["/sz/d/a/b/c/unknown"])
        self.assertEqual(self.state(), "INSTANCE_STATE_WORKING")
        self.platform.naming("Deregister", {"path": PATH})
        self.assertEqual(self.platform.naming("Lookup", {
            "target": PATH, "include_unusable": True})["instances"], [])

    def test_a_lease_runs_out_and_a_heartbeat_revives(self):
        self.register(lease_ms=1000)
        self.platform.naming("Heartbeat", {"paths": [PATH]})
        wait_until("the lease to run out",
                   lambda: self.state() == "INSTANCE_STATE_UNREACHABLE")
        self.platform.naming("Heartbeat", {"paths": [PATH]})
        self.assertEqual(self.state(), "INSTANCE_STATE_WORKING")

    def test_the_operators_word_survives_a_new_registration(self):
        self.register()
        self.platform.naming("SetOperatorState", {
            "path": PATH, "operator_state": {"disabled": True, "reason": "disk swap"}})
        self.register()
        found = self.platform.naming("Lookup", {"target": PATH, "include_unusable": True})
        self.assertTrue(found["instances"][0]["operator_state"]["disabled"])

    def test_a_long_poll_answers_when_something_changes(self):
        self.register()
        self.platform.naming("Heartbeat", {"paths": [PATH]})
        first = self.platform.naming("Poll", {"target": "music/storage"})
        answers = []
        waiting = threading.Thread(target=lambda: answers.append(call(
            self.platform.server, "bellrock.naming.v1.Naming/Poll",
            {"target": "music/storage", "since_revision": first["revision"],
             "epoch": first["epoch"], "wait_ms": 20000}, timeout=30)))
        waiting.start()
        self.register("/sh/d/music/storage/default/2")
        waiting.join()
        self.assertTrue(answers[0]["changed"])
        self.assertEqual(len(answers[0]["instances"]), 2)

    def test_a_long_poll_without_change_ends_at_its_time(self):
        self.register()
        first = self.platform.naming("Poll", {"target": "music/storage"})
        with self.assertRaises(CallError) as caught:
            self.platform.naming("Poll", {
                "target": "music/storage", "since_revision": first["revision"],
                "epoch": first["epoch"], "wait_ms": 50})
        self.assertEqual(caught.exception.status, 304)
        self.assertEqual(str(caught.exception), "HTTP 304: ", "there is no body")

    def test_a_watch_comes_as_server_sent_events(self):
        host, port = self.platform.server.rsplit(":", 1)
        with socket.create_connection((host, int(port)), timeout=30) as stream:
            body = json.dumps({"target": "music/storage"})
            stream.sendall(("POST /bellrock.naming.v1.Naming/Watch HTTP/1.1\r\nHost: x\r\n"
                            "Content-Type: application/json\r\n"
                            f"Content-Length: {len(body)}\r\n\r\n{body}").encode())
            self.read_until(stream, b'"full":true')
            self.register()
            text = self.read_until(stream, PATH.encode())
            self.assertIn(b"KIND_PUT", text)
            self.platform.naming("Deregister", {"path": PATH})
            self.read_until(stream, b"KIND_REMOVE")

    def read_until(self, stream, mark):
        text = b""
        while mark not in text:
            more = stream.recv(65536)
            self.assertTrue(more, f"the stream ended before {mark}: {text}")
            text += more
        return text

    def test_an_older_incarnation_is_refused(self):
        self.register(incarnation="7")
        with self.assertRaises(CallError) as caught:
            self.register(incarnation="6")
        self.assertEqual(caught.exception.code, "ABORTED")


if __name__ == "__main__":
    unittest.main(verbosity=2)
