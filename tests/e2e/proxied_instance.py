#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Bellrock Authors
# SPDX-License-Identifier: Apache-2.0
"""A program that knows nothing of Bellrock: HTTP on one port, and on another a TCP service that
answers once its client has ended its half. Prints "HTTP-PORT TCP-PORT"."""

import http.server
import socketserver
import sys
import threading

STEP = 1 << 16


class Pages(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, body):
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("X-Instance", sys.argv[1])
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        if self.path.startswith("/zeros/"):
            left = int(self.path.removeprefix("/zeros/"))
            self.send_response(200)
            self.send_header("Content-Length", str(left))
            self.end_headers()
            while left > 0:
                self.wfile.write(bytes(min(STEP, left)))
                left -= STEP
            return
        self.answer(f"{self.headers['X-Forwarded-For']} {self.headers['traceparent']}".encode())

    def do_POST(self):
        left = int(self.headers["Content-Length"])
        total = 0
        while left > 0:
            count = len(self.rfile.read(min(STEP, left)))
            left -= count
            total += count
        self.answer(str(total).encode())

    def log_message(self, *_):
        pass


class Hearer(socketserver.StreamRequestHandler):
    def handle(self):
        self.wfile.write(b"heard " + self.rfile.read())


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    request_queue_size = 128


def main():
    pages = Server(("127.0.0.1", 0), Pages)
    hearer = Server(("127.0.0.1", 0), Hearer)
    print(pages.server_address[1], hearer.server_address[1], flush=True)
    threading.Thread(target=hearer.serve_forever, daemon=True).start()
    pages.serve_forever()


if __name__ == "__main__":
    main()
