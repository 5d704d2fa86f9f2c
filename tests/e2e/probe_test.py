# SPDX-FileCopyrightText: 2026 The Bellrock Authors
# SPDX-License-Identifier: Apache-2.0
"""Programs that know nothing of Bellrock and send no heartbeats: the registry finds out itself
whether they live (OCTO-032, MSEC-082)."""

import http.server
import socket
import threading
import unittest

from platform_under_test import PlatformTest, call, wait_until

PATH = "/sz/d/music/lyrics/default/1"


class Foreign(http.server.BaseHTTPRequestHandler):
    """Any program with a health page."""

    def do_GET(self):
        self.send_response(200 if self.path == "/health" else 404)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_):
        pass


class ForeignServer(http.server.ThreadingHTTPServer):
    def handle_error(self, request, client_address):
        pass  # the prober hangs up once it has seen the status


class ProbeTest(PlatformTest):
    with_agent = False

    def bound(self, port):
        # A port that was left may be somebody's own end of a connection for a moment.
        try:
            return ForeignServer(("127.0.0.1", port), Foreign)
        except OSError:
            return None

    def start_foreign(self, port=0):
        server = wait_until(f"port {port} to be free", lambda: self.bound(port))
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}).start()
        ended = threading.Event()

        def stop():
            if not ended.is_set():
                ended.set()
                server.shutdown()
                server.server_close()
        self.addCleanup(stop)
        return server.server_address[1], stop

    def register(self, port, *more):
        self.platform.cli("naming", "register", PATH, f"127.0.0.1:{port}", *more)

    def instance(self):
        return self.platform.naming("Lookup", {
            "target": PATH, "include_unusable": True})["instances"][0]

    def await_state(self, state):
        wait_until(f"{PATH} to be {state}",
                   lambda: self.instance()["state"] == f"INSTANCE_STATE_{state}")

    def test_an_http_server_without_heartbeats_lives_dies_and_comes_back(self):
        port, stop = self.start_foreign()
        self.register(port, "--probe", "http:/health", "--probe-interval-ms", "1000",
                      "--lease-ms", "2000")
        self.await_state("WORKING")
        self.assertEqual(self.instance()["reason"], "answers probes")
        stop()
        self.await_state("UNREACHABLE")
        self.start_foreign(port)
        self.await_state("WORKING")
        probes = call(self.platform.server, "bellrock.naming.v1.Cluster/Describe")["probes"]
        self.assertEqual(probes["targets"], "1")
        self.assertGreater(int(probes["done"]), int(probes["failed"]))
        self.assertGreater(int(probes["failed"]), 0)

    def test_a_page_that_is_not_there_is_no_sign_of_life(self):
        port, _ = self.start_foreign()
        self.register(port, "--probe", "http:/other", "--probe-interval-ms", "1000")
        wait_until("a failed probe", lambda: int(call(
            self.platform.server, "bellrock.naming.v1.Cluster/Describe")["probes"]["failed"]) > 0)
        self.assertEqual(self.instance()["state"], "INSTANCE_STATE_INITIAL")

    def test_a_plain_tcp_server_works(self):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            self.register(listener.getsockname()[1], "--probe", "tcp")
            self.await_state("WORKING")

    def test_the_registrys_own_grpc_health_answers(self):
        self.register(self.platform.server.rsplit(":", 1)[1], "--probe", "grpc")
        self.await_state("WORKING")

    def test_a_static_instance_works_at_once(self):
        self.register(9, "--probe", "static")
        self.assertEqual(self.instance()["state"], "INSTANCE_STATE_WORKING")


if __name__ == "__main__":
    unittest.main(verbosity=2)
