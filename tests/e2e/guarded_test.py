# SPDX-FileCopyrightText: 2026 The Bellrock Authors
# SPDX-License-Identifier: Apache-2.0
"""A service behind mTLS, an access policy and a quota, and who gets through."""

import pathlib
import ssl
import subprocess
import tempfile
import unittest
import urllib.error
import urllib.request

from platform_under_test import BELLROCK, EXAMPLES, PlatformTest, wait_until

OPENSSL = """
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 \\
  -subj "/CN=Test authority" -keyout ca.key -out ca.pem
issue() {
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$1" \\
    -keyout $1.key -out $1.csr
  printf "basicConstraints=CA:FALSE\nkeyUsage=digitalSignature\n" > $1.ext
  printf "extendedKeyUsage=serverAuth,clientAuth\n" >> $1.ext
  printf "subjectAltName=URI:spiffe://example.com/example/$2,DNS:localhost,IP:127.0.0.1" >> $1.ext
  openssl x509 -req -in $1.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 30 \\
    -extfile $1.ext -out $1.pem
}
issue server guarded
issue web web
issue other other
"""


class GuardedTest(PlatformTest):
    def setUp(self):
        super().setUp()
        self.folder = tempfile.TemporaryDirectory(prefix="bellrock-guarded-")
        self.addCleanup(self.folder.cleanup)
        subprocess.run(["sh", "-e", "-c", OPENSSL], cwd=self.folder.name, check=True,
                       capture_output=True)
        self.platform.spawn("guarded", [EXAMPLES / "guarded_server", self.folder.name])
        wait_until("guarded to work", lambda: self.platform.working() == 1)

    def run_client(self, name, calls=1):
        return subprocess.run(
            [str(EXAMPLES / "guarded_client"), self.folder.name, name, str(calls)], text=True,
            capture_output=True, env=self.platform.environment(), timeout=30)

    def address(self):
        found = self.platform.naming("Lookup", {"target": "example/guarded"})
        return found["instances"][0]["spec"]["address"]

    def test_whom_the_policy_allows_gets_through(self):
        done = self.run_client("web")
        self.assertEqual((done.returncode, done.stdout),
                         (0, "Hello, web, from example/web!\n"), done.stderr)

    def test_another_identity_is_denied_with_the_reason(self):
        done = self.run_client("other")
        self.assertEqual(done.returncode, 1)
        self.assertIn("PERMISSION_DENIED", done.stderr)
        self.assertIn("example/other", done.stderr)

    def test_a_quota_refuses_what_is_too_much(self):
        done = self.run_client("web", 30)
        self.assertGreaterEqual(done.stdout.count("Hello, web"), 5)
        self.assertIn("RESOURCE_EXHAUSTED", done.stderr)

    def call(self, *arguments):
        return subprocess.run(
            [str(BELLROCK), "call", self.address(), *arguments], text=True, capture_output=True,
            cwd=self.folder.name, env=self.platform.environment(), timeout=30)

    def test_the_command_line_calls_through_tls(self):
        ours = ["--ca", "ca.pem", "--cert", "web.pem", "--key", "web.key"]
        done = self.call("SayHello", '{"name": "Ada"}', *ours)
        self.assertEqual((done.returncode, done.stdout),
                         (0, '{"text":"Hello, Ada, from example/web!"}\n'), done.stderr)
        named = self.call("SayHello", '{"name": "Ada"}', "--server-name", "localhost", *ours)
        self.assertEqual(named.returncode, 0, named.stderr)

    def test_the_command_line_says_what_is_wrong_with_tls(self):
        ours = ["--cert", "web.pem", "--key", "web.key"]
        plain = self.call()
        self.assertEqual(plain.returncode, 4, plain.stderr)
        stranger = self.call("--tls", *ours)  # by the system's authorities
        self.assertIn("no authority in our ca_file signed it", stranger.stderr)
        self.assertIn("[BR-1702]", stranger.stderr)
        other = self.call("--ca", "ca.pem", "--server-name", "music.example", *ours)
        self.assertIn('we connect to "music.example"', other.stderr)
        bare = self.call("--ca", "ca.pem")
        self.assertIn("[BR-1703]", bare.stderr)
        missing = self.call("--ca", "no.pem")
        self.assertIn("no.pem", missing.stderr)
        self.assertIn("[BR-1701]", missing.stderr)
        half = self.call("--cert", "web.pem")
        self.assertEqual(half.returncode, 2, half.stderr)
        self.assertIn("--key", half.stderr)

    def test_health_is_open_to_whoever_has_a_certificate(self):
        ours = ["--ca", "ca.pem", "--cert", "other.pem", "--key", "other.key"]
        health = self.call("grpc.health.v1.Health/Check", "{}", *ours)
        self.assertEqual((health.returncode, health.stdout), (0, '{"status":"SERVING"}\n'),
                         health.stderr)
        denied = self.call("SayHello", "{}", *ours)
        self.assertIn("PERMISSION_DENIED", denied.stderr)
        self.assertIn("[BR-1601]", denied.stderr)

    def test_http_needs_a_certificate_too(self):
        folder = pathlib.Path(self.folder.name)
        context = ssl.create_default_context(cafile=str(folder / "ca.pem"))
        context.load_cert_chain(folder / "web.pem", folder / "web.key")
        url = f"https://{self.address()}/hello.v1.Greeter/SayHello?name=Ada"
        with urllib.request.urlopen(url, context=context) as answer:
            self.assertIn(b"Hello, Ada, from example/web!", answer.read())
        bare = ssl.create_default_context(cafile=str(folder / "ca.pem"))
        with self.assertRaises((urllib.error.URLError, OSError)):
            urllib.request.urlopen(url, context=bare).read()


if __name__ == "__main__":
    unittest.main(verbosity=2)
