# SPDX-FileCopyrightText: 2026 The Bellrock Authors
# SPDX-License-Identifier: Apache-2.0
"""Alarms arrive at the HTTP and mail servers of Python's standard library, which read them back."""

import asyncore
import email
import email.policy
import http.server
import json
import os
import pathlib
import smtpd
import subprocess
import threading
import unittest

PROGRAM = pathlib.Path(os.environ["BELLROCK_BUILD"]) / "tests" / "interop" / "alarm_program"
LOCAL = "127.0.0.1"


def send(receiver):
    done = subprocess.run([str(PROGRAM), json.dumps({"name": "test", **receiver})],
                          capture_output=True, text=True, timeout=60)
    return done.stdout.strip()


class Hook(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.requests.append((self.path, self.headers, json.loads(body)))
        self.send_response(self.server.answer)
        self.end_headers()
        self.wfile.write(b'{"errcode": 0}')

    def log_message(self, *_):
        pass


class HttpTest(unittest.TestCase):
    def setUp(self):
        self.server = http.server.ThreadingHTTPServer((LOCAL, 0), Hook)
        self.server.requests = []
        self.server.answer = 200
        self.url = f"http://localhost:{self.server.server_port}/hook"
        thread = threading.Thread(target=self.server.serve_forever)
        thread.start()
        self.addCleanup(thread.join)
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)

    def test_a_webhook_is_read(self):
        self.assertEqual(send({"webhook": {"url": self.url}}), "OK")
        (path, headers, body), = self.server.requests
        self.assertEqual(path, "/hook")
        self.assertEqual(headers["Idempotency-Key"], "00000000000000cd-7")
        self.assertEqual(body["version"], "4")
        self.assertEqual(body["alerts"][0]["labels"]["alertname"], "success_rate")

    def test_each_chat_gets_json(self):
        for chat in "dingtalk", "wecom", "feishu", "slack":
            self.assertEqual(send({chat: {"url": self.url, "secret": "s"}}), "OK")
            self.assertIn("音乐", json.dumps(self.server.requests[-1][2], ensure_ascii=False))
        self.assertIn("sign=", self.server.requests[0][0])

    def test_alertmanager_gets_a_list(self):
        self.assertEqual(send({"alertmanager": {"url": self.url[:-5]}}), "OK")
        path, _, body = self.server.requests[0]
        self.assertEqual(path, "/api/v2/alerts")
        self.assertEqual(body[0]["labels"]["service"], "music/catalog")

    def test_a_refusal_is_said(self):
        self.server.answer = 403
        self.assertIn("answered 403", send({"webhook": {"url": self.url}}))


class Mailbox(smtpd.SMTPServer):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.mails = []

    def process_message(self, peer, mailfrom, rcpttos, data, **kwargs):
        self.mails.append((mailfrom, rcpttos, data))


class MailTest(unittest.TestCase):
    def test_a_mail_is_read(self):
        sockets = {}
        server = Mailbox((LOCAL, 0), None, map=sockets)
        self.addCleanup(server.close)
        ended = threading.Event()

        def serve():
            while not ended.is_set():
                asyncore.loop(timeout=0.05, count=1, map=sockets)

        thread = threading.Thread(target=serve)
        thread.start()
        self.addCleanup(thread.join)
        self.addCleanup(ended.set)
        port = server.socket.getsockname()[1]
        said = send({"smtp": {"server": f"localhost:{port}", "from": "alarms@example.com",
                              "to": ["ops@example.com", "lee@example.com"]}})
        self.assertEqual(said, "OK")
        (sender, recipients, data), = server.mails
        self.assertEqual(sender, "alarms@example.com")
        self.assertEqual(recipients, ["ops@example.com", "lee@example.com"])
        mail = email.message_from_bytes(data, policy=email.policy.default)
        self.assertTrue(mail["Subject"].startswith("[FIRING] music/音乐 gz: success rate"))
        self.assertEqual(mail["Message-ID"], "<00000000000000cd-7@bellrock.invalid>")
        self.assertIn("below 99.9 %", mail.get_content())
        self.assertEqual(mail.defects, [])


if __name__ == "__main__":
    unittest.main()
