# SPDX-FileCopyrightText: 2026 The Bellrock Authors
# SPDX-License-Identifier: Apache-2.0
"""Hosts, processes and programs' own figures: there without anyone's work, plausible beside what
/proc says, and as exact as calls."""

import json
import os
import pathlib
import signal
import subprocess
import threading
import time
import unittest
from concurrent.futures import ThreadPoolExecutor

from platform_under_test import (BELLROCK, EXAMPLES, PATIENCE_S, PlatformTest, call, wait_until)


def meminfo(name):
    for line in pathlib.Path("/proc/meminfo").read_text().splitlines():
        if line.startswith(name + ":"):
            return int(line.split()[1])
    raise AssertionError(f"no {name} in /proc/meminfo")


class MetricsCase(PlatformTest):
    with_agent = False

    def setUp(self):
        super().setUp()
        self.begin = int(time.time()) // 60 * 60
        self.start_agent()

    def start_agent(self):
        ready = self.platform.dir / "agent.json"
        ready.unlink(missing_ok=True)
        process = self.platform.spawn("agent", [
            BELLROCK, "agent", "--server", self.platform.server, "--run-dir",
            self.platform.dir / "run", "--metrics-listen", "127.0.0.1:0", "--host", "here",
            "--ready-file", ready])
        wait_until("agent to listen", lambda: ready.exists() or self.platform.ended(process))
        self.metrics = json.loads(ready.read_text())["metrics"]

    def live(self, callee):
        """The last minute's metrics of the window in memory: (instance, metric) -> row."""
        reply = call(self.platform.server, "bellrock.metrics.v1.Metrics/Table",
                     {"filter": {"callee": callee}, "seconds": 60,
                      "groupBy": ["instance", "method"], "limit": 1000})
        return {tuple(row["key"]): row for row in reply.get("rows", [])}

    def figures(self, callee, group_by):
        reply = call(self.platform.server, "bellrock.metrics.v1.Query/Figures",
                     {"from": str(self.begin), "to": str(int(time.time()) // 60 * 60 + 60),
                      "where": [{"dimension": "callee", "value": callee}],
                      "groupBy": group_by, "limit": 1000})
        return {tuple(line.get("key", [])): line["total"] for line in reply.get("lines", [])}

    def counted(self, callee, metric):
        """By counter or distribution; gauges have no count of interest."""
        return sum(int(total.get("calls", 0))
                   for (method, result), total in
                   self.figures(callee, ["method", "result"]).items()
                   if method == metric and result != "GAUGE")

    def wait_for_count(self, callee, metric, wanted):
        # What the server was too slow for goes through the spool of the agent.
        try:
            wait_until(f"{wanted} of {metric}", lambda: self.counted(callee, metric) == wanted, 90)
        except AssertionError as error:
            raise AssertionError(f"{error}, got {self.figures(callee, ['method', 'result'])}")

    def cut(self):
        """An orderly end cuts the minute that is under way, so that all sets have it."""
        self.assertEqual(self.platform.kill("server", signal.SIGTERM), 0)
        self.platform.start_server()


class HostTest(MetricsCase):
    def value(self, rows, metric, instance="here"):
        return int(rows[(instance, metric)].get("tp50_us", 0))

    def test_an_agent_tells_what_proc_says_of_its_host(self):
        def complete():
            rows = self.live("host:local")
            wanted = {"cpu_permille", "context_switches", "memory_used_kib", "load1_milli"}
            return rows if wanted <= {metric for _, metric in rows} else None
        rows = wait_until("figures of the host", complete)
        self.assertEqual(self.value(rows, "memory_total_kib"), meminfo("MemTotal"))
        processors = sum(line.startswith("cpu") and line[3].isdigit()
                         for line in pathlib.Path("/proc/stat").read_text().splitlines())
        self.assertEqual(self.value(rows, "cpus"), processors)
        available = self.value(rows, "memory_available_kib")
        self.assertLess(abs(available - meminfo("MemAvailable")), meminfo("MemTotal") / 4)
        self.assertLessEqual(self.value(rows, "cpu_permille"), 1000)
        self.assertGreater(int(rows[("here", "context_switches")]["calls"]), 0)
        root = os.statvfs("/")
        used = (root.f_blocks - root.f_bfree) * 1000 // (
            root.f_blocks - root.f_bfree + root.f_bavail)
        if ("here", "disk_used_permille") in rows:  # not where nothing on a disk is mounted
            self.assertGreaterEqual(self.value(rows, "disk_used_permille"), used - 20)

    def test_services_are_listed_without_hosts_and_processes(self):
        self.platform.start_music(instances=("1",))
        wait_until("the host and a process", lambda: self.live("host:local") and
                   self.live("process:music/storage"))
        found = self.platform.naming("Lookup", {"target": "web/gateway"})
        gateway = found["instances"][0]["spec"]["address"]
        self.platform.cli("call", gateway, "MyMusic", '{"user": 7}', "--count", 20)
        for reply in (lambda: call(self.platform.server, "bellrock.metrics.v1.Metrics/Table",
                                   {"seconds": 60, "groupBy": ["callee"]}).get("rows", []),
                      lambda: call(self.platform.server, "bellrock.metrics.v1.Query/Figures",
                                   {"from": str(self.begin), "groupBy": ["callee"],
                                    "to": str(int(time.time()) // 60 * 60 + 60)}
                                   ).get("lines", [])):
            rows = wait_until("calls of services", reply)
            self.assertFalse([row["key"] for row in rows
                              if row["key"][0].startswith(("host:", "process:", "custom:"))])

    def test_a_process_tells_its_own_figures(self):
        self.platform.start_music(instances=("1",), services=("storage",))
        path = "/sz/default/music/storage/default/1"

        def complete():
            rows = self.live("process:music/storage")
            return rows if {(path, "rss_kib"), (path, "cpu_permille"), (path, "fibers"),
                            (path, "run_queue"), (path, "loop_delay_us"),
                            (path, "calls_in_flight")} <= set(rows) else None
        rows = wait_until("figures of the process", complete)
        own = pathlib.Path(f"/proc/{self.platform.processes['storage.1'].pid}")
        rss_kib = int((own / "statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE") // 1024
        self.assertLess(abs(self.value(rows, "rss_kib", path) - rss_kib), rss_kib / 2)
        threads = len(list((own / "task").iterdir()))
        self.assertLess(abs(self.value(rows, "threads", path) - threads), 10)
        self.assertGreater(self.value(rows, "open_files", path), 3)
        self.assertGreater(self.value(rows, "fibers", path), 0)

    def test_the_command_line_lists_hosts(self):
        wait_until("the host", lambda: ("here", "cpu_permille") in self.live("host:local"))
        self.cut()
        text = wait_until("a line of the host", lambda: next(
            (line for line in self.platform.cli("metrics", "hosts").stdout.splitlines()
             if line.startswith("local")), None))
        self.assertRegex(text, r"local +here +[0-9.]+ % +[0-9.]+ +[0-9.]+ %")
        reply = json.loads(self.platform.cli("metrics", "hosts", "--json").stdout)
        self.assertIn(["host:local", "here", "cpu_permille"],
                      [line["key"] for line in reply["lines"]])


class CustomTest(MetricsCase):
    def test_what_a_program_counts_is_exact_though_the_server_is_killed(self):
        seconds = 8
        program = subprocess.Popen([str(EXAMPLES / "logins"), str(seconds), "3000"],
                                   env=self.platform.environment(), text=True,
                                   stdout=subprocess.PIPE)
        try:
            wait_until("the first logins", lambda: self.counted("custom:shop/login", "logins"))
            self.platform.kill("server")
            self.platform.start_server()
            out, _ = program.communicate(timeout=PATIENCE_S + seconds)
        finally:
            program.kill()
        self.assertEqual(program.returncode, 0)
        sent = json.loads(out)["logins"]
        for metric in ("logins", "password_bytes"):
            self.wait_for_count("custom:shop/login", metric, sent)
        self.cut()
        by_attributes = self.figures("custom:shop/login", ["method", "caller"])
        logins = {caller: int(total["calls"]) for (method, caller), total in by_attributes.items()
                  if method == "logins"}
        self.assertEqual(sum(logins.values()), sent)
        self.assertEqual(set(logins), {"level=28,vip=yes", "level=0,vip=no", "level=1,vip=no",
                                       "level=2,vip=no"})
        text = self.platform.cli("metrics", "custom", "shop/login", "--group-by", "vip").stdout
        self.assertRegex(text, rf"logins +counter +yes +{logins['level=28,vip=yes']} ")
        self.assertRegex(text, r"logins_under_way +gauge")

    def curl(self, body, *where):
        """Posts as a shell would; returns (HTTP status, answer)."""
        done = subprocess.run(["curl", "-s", "-w", "\n%{http_code}", *where, "-d", body],
                              text=True, capture_output=True, timeout=PATIENCE_S)
        answer, _, status = done.stdout.rpartition("\n")
        return int(status or 0), answer

    def places(self):
        socket = str(self.platform.dir / "run/agent.sock")
        return (["--unix-socket", socket, "http://agent/metrics/v1/push"],
                [f"http://{self.metrics}/metrics/v1/push"])

    def test_curl_is_enough_to_count_though_the_server_stands_still(self):
        sent = 0
        pushes = []
        for number in range(60):
            add = number % 7 + 1
            sent += add
            pushes.append((json.dumps(
                {"service": "shop/batch", "counters": [
                    {"name": "orders", "attributes": {"kind": "a=b,c"}, "add": add}],
                 "gauges": [{"name": "queue", "value": number}],
                 "calls": [{"callee": "shop/db", "method": "query", "latencies_us": [250, 300]}]}),
                self.places()[number % 2]))
        server = self.platform.processes["server"]
        goes_on = threading.Timer(5, lambda: server.send_signal(signal.SIGCONT))
        self.addCleanup(goes_on.join)
        with ThreadPoolExecutor(4) as pool:
            sending = pool.map(lambda push: self.curl(push[0], *push[1]), pushes)
            server.send_signal(signal.SIGSTOP)  # it is away; what it took may be sent again
            goes_on.start()
            answers = list(sending)
        self.assertEqual({status for status, _ in answers}, {200}, answers)
        self.wait_for_count("custom:shop/batch", "orders", sent)
        wait_until("calls", lambda: sum(int(total["calls"]) for total in
                                        self.figures("shop/db", ["result"]).values()) == 120)
        self.cut()
        self.assertEqual({caller for method, caller in
                          self.figures("custom:shop/batch", ["method", "caller"])
                          if method == "orders"}, {"kind=a%3Db%2Cc"})

    def test_a_push_that_is_numbered_counts_once_however_often_it_is_sent(self):
        for sequence in (1, 2, 2, 1, 3):
            body = {"service": "shop/batch", "source": "nightly", "sequence": sequence,
                    "counters": [{"name": "orders", "add": 5}]}
            wait_until("an answer",
                       lambda: self.curl(json.dumps(body), *self.places()[1])[0] == 200)
            if sequence == 2:
                self.platform.kill("server")
                self.platform.start_server()
        self.wait_for_count("custom:shop/batch", "orders", 15)
        self.cut()  # whatever was answered is in it
        self.assertEqual(self.counted("custom:shop/batch", "orders"), 15)

    def test_bad_input_is_refused_by_field_value_and_remedy(self):
        for body, text in [
                ("{}", "service: "), ("nonsense", ""),
                ('{"service": "a/b", "counter": []}', "counter"),
                ('{"service": "a/b", "counters": [{"name": "no good", "add": 1}]}',
                 'counters[0]: name: \\"no good\\"'),
                ('{"service": "a/b", "gauges": [{"name": "g", "value": -1}]}', "value"),
                ('{"service": "a/b", "source": "s"}', "sequence: 0")]:
            status, answer = self.curl(body, *self.places()[0])
            self.assertEqual(status, 400, answer)
            self.assertIn("INVALID_ARGUMENT", answer)
            self.assertIn(text, answer)


if __name__ == "__main__":
    unittest.main()
