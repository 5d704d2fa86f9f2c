# SPDX-FileCopyrightText: 2026 The Bellrock Authors
# SPDX-License-Identifier: Apache-2.0
"""curl asks our server for pages and JSON over HTTP/2, in the clear and over TLS."""

import gzip
import json
import pathlib
import subprocess
import tempfile
import unittest

from served_echo import ServedEcho

ECHO = "/bellrock.rpc.sample.v1.Echo"
LOCAL = "127.0.0.1"


def curl(*words, send=None):
    """What curl printed: the body, then the version of HTTP and the status."""
    shown = ["-w", "\n%{http_version} %{http_code}"]
    done = subprocess.run(["curl", "-sS", "--max-time", "20", *shown, *words],
                          input=send, capture_output=True, timeout=60)
    body, _, outcome = done.stdout.rpartition(b"\n")
    return body, outcome.decode(), done


class PlainTextTest(unittest.TestCase):
    def setUp(self):
        self.server = ServedEcho()
        self.addCleanup(self.server.end)

    def curl(self, path, *words, send=None):
        url = f"http://{self.server.address}{path}"
        return curl("--http2-prior-knowledge", *words, url, send=send)

    def test_json_goes_both_ways(self):
        body, outcome, _ = self.curl(f"{ECHO}/Say", "-d", '{"text":"hi"}')
        self.assertEqual(outcome, "2 200")
        self.assertEqual(json.loads(body)["text"], "hi")

    def test_pages_are_served(self):
        body, outcome, _ = self.curl("/-/api", "-H", "accept: text/html")
        self.assertEqual(outcome, "2 200")
        self.assertIn(b"<html", body)
        head, outcome, _ = self.curl("/-/api", "-I")
        self.assertEqual(outcome, "2 200")
        self.assertIn(b"content-type: text/html", head)

    def test_a_description_comes_packed(self):
        body, outcome, _ = self.curl("/-/openapi.json", "-H", "accept-encoding: gzip")
        self.assertEqual(outcome, "2 200")
        self.assertIn(f"{ECHO}/Say", json.loads(gzip.decompress(body))["paths"])

    def test_a_large_body_crosses_both_windows(self):
        text = "x" * 5_000_000
        body, outcome, _ = self.curl(f"{ECHO}/Say", "--data-binary", "@-",
                                     send=json.dumps({"text": text}).encode())
        self.assertEqual(outcome, "2 200")
        self.assertEqual(json.loads(body)["text"], text)

    def test_a_stream_of_lines_ends(self):
        body, outcome, _ = self.curl(f"{ECHO}/Count?items=3", "-H", "accept: application/x-ndjson")
        self.assertEqual(outcome, "2 200")
        self.assertEqual([json.loads(line)["text"] for line in body.splitlines()], ["0", "1", "2"])

    def test_a_client_that_goes_cancels_its_stream(self):
        _, _, gone = self.curl(f"{ECHO}/Count?items=1000&pause_ms=100", "--max-time", "0.5")
        self.assertEqual(gone.returncode, 28, "the time curl was given is over")
        _, outcome, _ = self.curl(f"{ECHO}/Say?text=on")
        self.assertEqual(outcome, "2 200")

    def test_a_shutdown_lets_a_request_end(self):
        asking = subprocess.Popen(
            ["curl", "-sS", "-N", "--http2-prior-knowledge",
             f"http://{self.server.address}{ECHO}/Count?items=3&pause_ms=300"],
            stdout=subprocess.PIPE)
        first = asking.stdout.readline()
        self.server.begin_shutdown()
        rest, _ = asking.communicate(timeout=20)
        self.assertIn(b"event: end", first + rest)
        self.assertEqual(self.server.end(), 0)


class TlsTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.certificate = str(pathlib.Path(folder.name) / "cert.pem")
        key = str(pathlib.Path(folder.name) / "key.pem")
        subprocess.run(["openssl", "req", "-x509", "-days", "1", "-nodes",
                        "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                        "-subj", "/CN=echo", "-addext", f"subjectAltName=IP:{LOCAL}",
                        "-keyout", key, "-out", self.certificate],
                       check=True, capture_output=True)
        self.server = ServedEcho(self.certificate, key)
        self.addCleanup(self.server.end)

    def ask(self, *words):
        body, outcome, done = curl("--cacert", self.certificate, *words,
                                   f"https://{self.server.address}{ECHO}/Say?text=hi")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(json.loads(body)["text"], "hi")
        return outcome

    def test_who_offers_both_gets_http2(self):
        self.assertEqual(self.ask("--http2"), "2 200")

    def test_who_offers_one_gets_that(self):
        self.assertEqual(self.ask("--http1.1"), "1.1 200")


if __name__ == "__main__":
    unittest.main()
