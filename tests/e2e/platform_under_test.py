# SPDX-FileCopyrightText: 2026 The Bellrock Authors
# SPDX-License-Identifier: Apache-2.0
"""Real binaries for the end-to-end tests: starts, kills and asks them. Everything lives in one
temporary folder, listens on free ports of loopback, and ends with the test."""

import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import time
import unittest
import urllib.error
import urllib.request

BUILD = pathlib.Path(os.environ["BELLROCK_BUILD"])
BELLROCK = BUILD / "src/cli/bellrock"
EXAMPLES = BUILD / "examples"
SANITIZED = "ASAN_OPTIONS" in os.environ or "TSAN_OPTIONS" in os.environ
# Bound of every wait for a condition; a healthy machine needs a fraction.
PATIENCE_S = 120.0 if SANITIZED else 30.0
RATE = 150 if SANITIZED else 500  # calls a second; ThreadSanitizer's fibers cost milliseconds
FINDING = re.compile(r"ERROR: (Address|Leak)Sanitizer|WARNING: ThreadSanitizer|runtime error: |"
                     r"check failed: ")


def wait_until(what, condition, patience_s=0):
    """Polls until condition() is true and returns its value; fails naming `what` after a while."""
    end = time.monotonic() + max(PATIENCE_S, patience_s)
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"still waiting for: {what}")
        time.sleep(0.02)


class CallError(Exception):
    """An HTTP answer that is an error: .status, .code, .error_type and .message as the server gave
    them."""

    def __init__(self, status, body):
        super().__init__(f"HTTP {status}: {body}")
        self.status = status
        parsed = json.loads(body) if body.startswith("{") else {}
        self.code = parsed.get("code", "")
        self.error_type = parsed.get("error_type", "")
        self.message = parsed.get("message", body)


def call(address, method, request=None, timeout=10):
    """POST /package.Service/Method with a JSON object; returns the reply or raises CallError."""
    body = json.dumps(request or {}).encode()
    message = urllib.request.Request(
        f"http://{address}/{method}", data=body, headers={"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(message, timeout=timeout) as answer:
            return json.loads(answer.read())
    except urllib.error.HTTPError as error:
        if error.code == 307:  # the reply says where else, for who asked for that
            return json.loads(error.read())
        raise CallError(error.code, error.read().decode()) from None


class Platform:
    """A server and an agent as two processes, and whatever programs a test starts beside them."""

    def __init__(self):
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="bellrock-e2e-"))
        self.data = self.dir / "data"
        self.processes = {}
        self.server = ""
        self.server_flags = []

    def environment(self, **extra):
        # A machine that stalls for a second must not look like a failed call.
        own = {"BELLROCK_RUN_DIR": str(self.dir / "run"), "BELLROCK_SERVERS": self.server,
               "BELLROCK_TIMEOUT_MS": "10000"}
        return {**os.environ, **own, **{k: str(v) for k, v in extra.items()}}

    def spawn(self, name, argv, **extra):
        with open(self.dir / f"{name}.log", "ab") as log:
            self.processes[name] = subprocess.Popen(
                [str(a) for a in argv], env=self.environment(**extra), stdout=log, stderr=log)
        return self.processes[name]

    def start_server(self, data=None):
        ready = self.dir / "server.json"
        ready.unlink(missing_ok=True)
        # A restarted server comes back where everybody looks for it.
        listen = self.server or "127.0.0.1:0"
        process = self.spawn("server", [
            BELLROCK, "server", "--listen", listen, "--data-dir", data or self.data,
            "--ready-file", ready, *self.server_flags])
        wait_until("server to listen", lambda: ready.exists() or self.ended(process))
        self.server = json.loads(ready.read_text())["server"]

    def start_compute(self, name, *more):
        """A process that computes, with queue and store of the server."""
        ready = self.dir / f"{name}.json"
        ready.unlink(missing_ok=True)
        process = self.spawn(name, [
            BELLROCK, "compute", "--server", self.server, "--ready-file", ready, *more])
        wait_until(f"{name} to listen", lambda: ready.exists() or self.ended(process))
        return json.loads(ready.read_text())["compute"]

    def start_agent(self):
        ready = self.dir / "agent.json"
        ready.unlink(missing_ok=True)
        process = self.spawn("agent", [
            BELLROCK, "agent", "--server", self.server, "--run-dir", self.dir / "run",
            "--ready-file", ready])
        wait_until("agent to listen", lambda: ready.exists() or self.ended(process))

    def ended(self, process):
        if process.poll() is None:
            return False
        raise AssertionError(f"ended with {process.returncode}: {self.logs()}")

    def start_music(self, instances=("1", "2", "3"),
                    services=("storage", "catalog", "gateway"), **extra):
        for service in services:
            for instance in instances:
                self.spawn(f"{service}.{instance}", [EXAMPLES / f"music_{service}"],
                           BELLROCK_SITE="sz", BELLROCK_INSTANCE=instance, BELLROCK_FAULTS=1,
                           **extra)
        wanted = len(instances) * len(services)
        wait_until(f"{wanted} instances to work", lambda: self.working() >= wanted)

    def working(self):
        rows = self.naming("ListServices")["services"]
        return sum(int(row["working"]) for row in rows)

    def naming(self, method, request=None):
        return call(self.server, f"bellrock.naming.v1.Naming/{method}", request)

    def cli(self, *args, check=True):
        """Runs the command line; returns the finished process."""
        done = subprocess.run([str(BELLROCK), *map(str, args)], env=self.environment(), text=True,
                              capture_output=True, timeout=PATIENCE_S)
        if check and done.returncode != 0:
            raise AssertionError(f"bellrock {' '.join(map(str, args))}: exit {done.returncode}\n"
                                 f"{done.stdout}{done.stderr}")
        return done

    def kill(self, name, with_signal=signal.SIGKILL):
        process = self.processes[name]
        process.send_signal(with_signal)
        return process.wait(timeout=PATIENCE_S)

    def logs(self):
        parts = []
        for path in sorted(self.dir.glob("*.log")):
            parts.append(f"--- {path.name}\n{path.read_text(errors='replace')[-2000:]}")
        return "\n".join(parts)

    def findings(self):
        """What sanitizers and checks wrote into the logs; a killed program has no exit code."""
        found = []
        for path in sorted(self.dir.glob("*.log")):
            text = path.read_text(errors="replace")
            match = FINDING.search(text)
            if match:
                found.append(f"--- {path.name}\n{text[match.start():match.start() + 8000]}")
        return found

    def close(self):
        running = [p for p in self.processes.values() if p.poll() is None]
        if SANITIZED:  # leaks are looked for at the end of a program that ends by itself
            for process in reversed(running):
                process.terminate()
                try:
                    process.wait(timeout=PATIENCE_S)
                except subprocess.TimeoutExpired:
                    pass
        for process in running:
            if process.poll() is None:
                process.kill()
                process.wait()
        found = self.findings()
        shutil.rmtree(self.dir, ignore_errors=True)
        if found:
            raise AssertionError("a program found an error in itself:\n" + "\n".join(found))


class Load:
    """The music site's load generator; reads its JSON lines."""

    def __init__(self, platform, rate=RATE, **extra):
        self.platform = platform
        self.path = platform.dir / "load.log"
        self.path.unlink(missing_ok=True)
        platform.spawn("load", [EXAMPLES / "music_load", rate], **extra)
        wait_until("the first calls", lambda: self.calls() > 0)

    def lines(self):
        found = []
        for line in self.path.read_text().splitlines():
            if line.startswith("{") and line.endswith("}"):
                found.append(json.loads(line))
        return found

    def calls(self):
        return sum(line["calls"] for line in self.lines())

    def failed(self):
        return sum(line["failed"] for line in self.lines())

    def last_error(self):
        return next((l["last_error"] for l in reversed(self.lines()) if l["last_error"]), "")

    def go_on(self, calls):
        """Waits until so many more calls have ended; returns how many of them failed."""
        before_calls, before_failed = self.calls(), self.failed()
        wait_until(f"{calls} more calls", lambda: self.calls() >= before_calls + calls)
        return self.failed() - before_failed


class PlatformTest(unittest.TestCase):
    """A test with a running server and agent; prints all logs when it fails."""

    with_agent = True

    def setUp(self):
        self.platform = Platform()
        self.addCleanup(self.platform.close)
        self.platform.start_server()
        if self.with_agent:
            self.platform.start_agent()

    def tearDown(self):
        outcome = self._outcome.result
        if any(test is self for test, _ in outcome.failures + outcome.errors):
            print(self.platform.logs())
