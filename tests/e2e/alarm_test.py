# SPDX-FileCopyrightText: 2026 The Bellrock Authors
# SPDX-License-Identifier: Apache-2.0
"""Alarms of a real server: what fires is told once, also when the server is killed meanwhile, and
told again when it is over."""

import http.server
import json
import threading
import time
import unittest

from platform_under_test import CallError, PlatformTest, call, wait_until

RULE = {"name": "failing", "service": "shop/cart", "severity": "critical",
        "condition": {"kind": "KIND_MIN", "bound": 0.9},
        "window_seconds": 10, "recover_windows": 2}
# A window of 10 s has to pass and to settle, and after a kill the data centre waits 30 s for what
# the process before had begun.
WINDOWS_S = 150


class Receiver:
    """Takes webhooks and keeps their bodies."""

    def __init__(self):
        self.bodies = []
        kept = self.bodies

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                kept.append({**body, "key": self.headers["Idempotency-Key"]})
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *args):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server.server_port}/hook"

    def close(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


class Caller:
    """Pushes calls of every second to shop/cart, none left out while the server is away."""

    def __init__(self, address, source="host1:1"):
        self.address = address
        self.source = source
        self.bad = True
        self.sequence = 0
        self.calls = 0
        self.told_to = int(time.time()) - 1
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def cards(self, to):
        code = 14 if self.bad else 0
        return [{"dimensions": {"caller": "shop/web", "callee": "shop/cart", "method": "Add",
                                "instance": "/sh/d/shop/cart/default/1", "code": code},
                 "second": str(second), "latencyUsDelta": [900], "count": [20]}
                for second in range(self.told_to + 1, to + 1)]

    def run(self):
        while not self.ended.wait(0.5):
            to = int(time.time())
            cards = self.cards(to)
            if not cards:
                continue
            self.sequence += 1
            self.calls += 20 * len(cards)
            push = {"source": self.source, "epoch": "1", "sequence": str(self.sequence),
                    "cards": cards, "callsTotal": str(self.calls)}
            while not self.taken(push) and not self.ended.wait(0.1):
                pass
            self.told_to = to

    def taken(self, push):
        try:
            call(self.address, "bellrock.metrics.v1.Metrics/Push", push)
            return True
        except (CallError, OSError):
            return False

    def close(self):
        self.ended.set()
        self.thread.join()


class AlarmTest(PlatformTest):
    with_agent = False

    def alarm(self, *args, **more):
        return self.platform.cli("alarm", *args, **more)

    def file(self, name, content):
        path = self.platform.dir / name
        path.write_text(json.dumps(content))
        return path

    def listed(self):
        done = self.alarm("ls", "--resolved", "--json", check=False)
        return json.loads(done.stdout) if done.returncode == 0 else {}

    def judged_to(self):
        rules = self.listed().get("rules", [])
        return max([int(rule.get("progress", {}).get("judged_to", 0)) for rule in rules], default=0)

    def test_what_fires_is_told_once_also_by_a_server_that_is_killed(self):
        receiver = Receiver()
        self.addCleanup(receiver.close)
        self.alarm("set", self.file("alarms.json", {
            "no_templates": True, "rules": [RULE],
            "receivers": [{"name": "ops", "webhook": {"url": receiver.url}}],
            "routes": [{"name": "all", "receivers": ["ops"], "group_wait_seconds": 1,
                        "group_interval_seconds": 1}]}), "--why", "ann: test")
        caller = Caller(self.platform.server)
        self.addCleanup(caller.close)
        wait_until("the alarm to be told", lambda: receiver.bodies, WINDOWS_S)

        first = receiver.bodies[0]
        self.assertEqual((first["version"], first["status"]), ("4", "firing"))
        self.assertEqual(first["alerts"][0]["labels"],
                         {"alertname": "failing", "service": "shop/cart", "severity": "critical"})
        shown = self.alarm("ls").stdout
        self.assertIn("FIRING    critical  shop/cart  failing: success rate 0 %", shown)
        self.assertIn("shop/cart", self.alarm("try", self.file("rule.json", RULE)).stdout)

        # Killed before it is kept that it was told, it would be told again, under the same key.
        wait_until("that it was told to be remembered",
                   lambda: self.listed()["alarms"][0]["firing"].get("told"))
        remembered = self.judged_to()
        wait_until("that to be kept", lambda: self.judged_to() > remembered, WINDOWS_S)
        self.assertEqual(len(receiver.bodies), 1)
        evaluator = self.listed()["evaluator"]
        self.platform.kill("server")
        killed = int(time.time())
        self.platform.start_server()
        wait_until("windows after the kill to be judged",
                   lambda: self.judged_to() >= killed + 20, WINDOWS_S)
        after = self.listed()
        self.assertNotEqual(after["evaluator"], evaluator)
        self.assertEqual([view["state"] for view in after["alarms"]], ["STATE_FIRING"])
        self.assertEqual(len(receiver.bodies), 1)

        caller.bad = False
        wait_until("its end to be told", lambda: len(receiver.bodies) > 1, WINDOWS_S)
        last = receiver.bodies[1]
        self.assertEqual(last["status"], "resolved")
        self.assertNotEqual(last["key"], first["key"])
        for field in ("fingerprint", "startsAt"):
            self.assertEqual(last["alerts"][0][field], first["alerts"][0][field])
        self.assertEqual([view["state"] for view in self.listed()["alarms"]], ["STATE_RESOLVED"])
        self.assertEqual(len(receiver.bodies), 2)

    def test_settings_and_silences_are_kept_and_do_not_overwrite_each_other(self):
        file = self.file("alarms.json", {"rules": [RULE]})
        self.assertIn("nothing was changed", self.alarm("set", file, "--check").stdout)
        stored = json.loads(self.alarm("set", file, "--why", "ann: test", "--json").stdout)
        silence = self.alarm("silence", "service=shop/*", "severity!=critical", "--until", "2h",
                             "--by", "ann", "--why", "moves").stdout.split()[1]
        self.alarm("set", file, "--why", "bob: again", "--expect", stored["version"])
        self.platform.kill("server")
        self.platform.start_server()

        self.assertEqual(json.loads(self.alarm("get").stdout)["rules"][0]["name"], "failing")
        wait_until("alarms to be evaluated", self.listed)
        rules = self.alarm("rules").stdout
        for text in ("failing", "tp99_doubled", silence, "severity!=critical"):
            self.assertIn(text, rules)
        self.alarm("unsilence", silence, "--why", "ann: moved")
        self.assertNotIn(silence, self.alarm("rules").stdout)

    def test_bad_input_is_refused_by_name(self):
        bad = self.file("bad.json", {"rules": [{**RULE, "window_seconds": 3}]})
        unknown = self.file("unknown.json", {"rulez": []})
        for code, args, text in [
                (2, ["set", bad, "--why", "ann"], "rules[0].window_seconds"),
                (2, ["set", bad], "--why"),
                (2, ["set", unknown, "--check"], "rulez"),
                (2, ["get", "--service", "shop"], "line/service"),
                (2, ["silence", "service", "--by", "ann", "--why", "x"], "matcher 'service'"),
                (2, ["try", self.file("rule.json", {**RULE, "name": ""})], "name"),
                (3, ["unsilence", "0", "--why", "ann"], "silence '0'"),
                (3, ["set", "nowhere.json", "--why", "ann"], "nowhere.json")]:
            done = self.alarm(*args, check=False)
            self.assertEqual(done.returncode, code, (args, done.stderr))
            self.assertIn(text, done.stderr)


if __name__ == "__main__":
    unittest.main()
