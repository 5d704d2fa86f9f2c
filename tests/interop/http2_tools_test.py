# SPDX-FileCopyrightText: 2026 The Bellrock Authors
# SPDX-License-Identifier: Apache-2.0
"""nghttp and h2load, the HTTP/2 project's own tools, talk to our server."""

import pathlib
import re
import subprocess
import tempfile
import unittest

from served_echo import ServedEcho

SAY = "/bellrock.rpc.sample.v1.Echo/Say"
GRPC = ["-H", ":method: POST", "-H", "content-type: application/grpc", "-H", "te: trailers"]
HI = b"\x00\x00\x00\x00\x04\x0a\x02hi"


class Http2ToolsTest(unittest.TestCase):
    def setUp(self):
        self.server = ServedEcho()
        self.addCleanup(self.server.end)
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.body = pathlib.Path(folder.name) / "request"
        self.body.write_bytes(HI)

    def run_tool(self, *words):
        done = subprocess.run(words, capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def nghttp(self, path, *options):
        return self.run_tool("nghttp", "-nv", *options, f"http://{self.server.address}{path}")

    def test_a_call_ends_with_trailers(self):
        shown = self.nghttp(SAY, *GRPC, "-d", str(self.body))
        order = [shown.index(part) for part in (
            ":status: 200", "content-type: application/grpc+proto", "recv DATA", "grpc-status: 0")]
        self.assertEqual(order, sorted(order))
        self.assertNotIn("RST_STREAM", shown)

    def test_padding_is_read(self):
        shown = self.nghttp(SAY, *GRPC, "-d", str(self.body), "--padding=100")
        self.assertIn("grpc-status: 0", shown)

    def test_headers_beyond_the_limit_are_refused_with_a_status(self):
        shown = self.nghttp(SAY, *GRPC, "-d", str(self.body), "--continuation")
        self.assertIn(":status: 431", shown)
        self.assertIn("grpc-status: 8", shown)

    def test_an_unknown_method_is_answered_by_headers_alone(self):
        shown = self.nghttp("/no.Such/Thing", *GRPC, "-d", str(self.body))
        self.assertIn("grpc-status: 12", shown)
        self.assertNotIn("recv DATA", shown)

    def test_what_is_no_grpc_is_a_page_or_json(self):
        shown = self.nghttp(f"{SAY}?text=hi", "-H", "accept: application/json")
        self.assertIn(":status: 200", shown)
        self.assertIn("content-type: application/json", shown)
        self.assertNotIn("grpc-status", shown)

    def test_many_pages_on_several_connections(self):
        shown = self.run_tool("h2load", "-n", "5000", "-c", "4", "-m", "50",
                              f"http://{self.server.address}{SAY}?text=hi")
        self.assertRegex(shown, re.compile("5000 succeeded, 0 failed, 0 errored, 0 timeout"))

    def test_many_streams_on_several_connections(self):
        shown = self.run_tool("h2load", "-n", "20000", "-c", "4", "-m", "50", "-d",
                              str(self.body), *GRPC[2:], f"http://{self.server.address}{SAY}")
        self.assertRegex(shown, re.compile("20000 succeeded, 0 failed, 0 errored, 0 timeout"))


if __name__ == "__main__":
    unittest.main()
