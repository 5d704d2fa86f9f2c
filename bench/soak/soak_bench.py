#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Bellrock Authors
# SPDX-License-Identifier: Apache-2.0
"""Minutes of full load while peers misbehave and die: no reply lost, doubled or mixed up, every
call ended by its deadline, memory that does not grow.

100 clients open, call and close; rough peers send garbage, read slowly, stop half way; every 5 s
one of three servers is killed and started again. A fourth server is never killed: its memory is
the curve.
"""

import argparse
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time

import rough_peers

HERE = pathlib.Path(__file__).resolve().parent
KILL_EVERY_S = 5
ROUGH_THREADS = 4
SERVERS = 4  # the last one is never killed
SAMPLE_EVERY_S = 5
END_MAX_S = 60  # of a program that was told to end; leak checks take their time
SHOWN_MAX = 4000  # characters of what a program said on stderr
FINDING = re.compile(r"(?:Address|Leak|Thread)Sanitizer|runtime error:")
EPILOG = """A build with ASan looks for leaks when a program ends by itself, so every server that
was not killed is ended with SIGTERM. That the search took place is seen in what LSan says of it
(LSAN_OPTIONS=log_threads=1); a program that ends without it counts as a bad end. So does one that
ends with another exit code than 0, dies before it was killed, or whose stderr has a finding of a
sanitizer.

examples:
  ./run bench soak
  python3 bench/soak/soak_bench.py --build build/asan --seconds 600"""


class Program:
    """A process whose end is judged: bad_end is "" or what was wrong with it."""

    def __init__(self, path, *arguments):
        self.name = path.name
        self.leak_check = b"__asan_init" in path.read_bytes()
        self.said = tempfile.TemporaryFile()
        environment = dict(os.environ)
        if self.leak_check:
            environment["LSAN_OPTIONS"] = "log_threads=1"
        self.process = subprocess.Popen(
            [path, *map(str, arguments)], stdout=subprocess.PIPE, stderr=self.said, text=True,
            env=environment)
        self.bad_end = ""

    def stderr(self):
        self.said.seek(0)
        return self.said.read().decode(errors="replace")

    def kill(self):
        alive = self.process.poll() is None
        self.process.kill()
        self.process.communicate()
        self._judge([] if alive else [f"died by itself, exit code {self.process.returncode}"])

    def end(self, how=signal.SIGTERM, within_s=END_MAX_S):
        """Waits for an end in good order; what it printed on stdout."""
        self.process.send_signal(how)
        try:
            out, _ = self.process.communicate(timeout=within_s)
        except subprocess.TimeoutExpired:
            self.process.kill()
            out, _ = self.process.communicate()
        faults = []
        if self.process.returncode != 0:
            faults.append(f"exit code {self.process.returncode}")
        if self.leak_check and "Processing thread" not in self.stderr():
            faults.append("no search for leaks")
        self._judge(faults)
        return out

    def _judge(self, faults):
        text = self.stderr()
        if FINDING.search(text):
            faults.append("a sanitizer's finding")
        self.said.close()
        self.bad_end = ", ".join(faults)
        if faults:
            print(f"\n{self.name}: {self.bad_end}\n{text[:SHOWN_MAX]}", file=sys.stderr)


class Server(Program):
    def __init__(self, programs, port=0):
        super().__init__(programs / "soak_server", "--port", port)
        line = self.process.stdout.readline()
        if not line.startswith("port "):
            sys.exit(f"soak_server did not start on port {port}: {self.stderr()}")
        self.port = int(line.split()[1])

    def rss_mb(self):
        with open(f"/proc/{self.process.pid}/statm", encoding="ascii") as statm:
            return int(statm.read().split()[1]) * 4096 / 1e6


class Soak:
    def __init__(self, programs, seconds):
        self.programs, self.seconds = programs, seconds
        self.counts, self.curve, self.kills, self.ended = {}, [], 0, []

    def run(self):
        """What soak_load counted, or None if it did not get so far."""
        servers = [Server(self.programs) for _ in range(SERVERS)]
        ports = [server.port for server in servers]
        load = Program(
            self.programs / "soak_load", "--seconds", self.seconds, "--connections", 100,
            *(part for port in ports for part in ("--port", port)))
        stop = threading.Event()
        rough = [threading.Thread(target=rough_peers.run, args=(ports, stop, self.counts))
                 for _ in range(ROUGH_THREADS)]
        for thread in rough:
            thread.start()
        try:
            self._disturb(servers, load)
        finally:
            stop.set()
            for thread in rough:
                thread.join()
            report = load.end(how=0)  # it knows its time
            for server in servers:
                server.end()
            self.ended += [load, *servers]
        return json.loads(report) if report else None

    def _disturb(self, servers, load):
        """Kills one server after the other while the load lasts."""
        begun = time.monotonic()
        while load.process.poll() is None:
            time.sleep(min(KILL_EVERY_S, SAMPLE_EVERY_S))
            elapsed = time.monotonic() - begun
            if elapsed >= self.seconds:
                return
            self.curve.append((round(elapsed), round(servers[-1].rss_mb(), 1)))
            victim = servers[self.kills % (SERVERS - 1)]
            victim.kill()
            self.ended.append(victim)
            servers[self.kills % (SERVERS - 1)] = Server(self.programs, victim.port)
            self.kills += 1
            print(f"\r{self.curve[-1][0]} s, {self.curve[-1][1]} MB, {self.kills} killed", end="",
                  file=sys.stderr)

    def figures(self, report):
        # The first third fills caches and pools; what comes after it should not grow.
        settled = [mb for _, mb in self.curve[len(self.curve) // 3:]]
        return {
            "soak.calls": (report["ended"], "calls"),
            "soak.ok": (report["ok"], "calls"),
            "soak.grpc_calls": (report["grpc_calls"], "calls"),
            "soak.calls_without_end": (report["begun"] - report["ended"], "calls"),
            "soak.wrong_replies": (report["wrong_replies"], "calls"),
            "soak.foreign_errors": (report["foreign_errors"], "calls"),
            "soak.latest_ms": (report["latest_ms"], "ms"),
            "soak.loop_lag_ms": (report["loop_lag_ms"], "ms"),
            "soak.latest_turns": (report["latest_turns"], "turns"),
            "soak.rss_growth": (settled[-1] / settled[0] if settled else 1, "x"),
            "soak.bad_ends": (sum(bool(program.bad_end) for program in self.ended), "programs"),
        }


def parse():
    parser = argparse.ArgumentParser(
        description=__doc__, epilog=EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--quick", action="store_true", help="20 seconds instead of 60")
    parser.add_argument("--seconds", type=int, help="how long; the full soak is 600")
    parser.add_argument("--build", type=pathlib.Path, metavar="DIR",
                        help="the build whose programs are soaked, such as build/asan")
    return parser.parse_args()


def main():
    options = parse()
    seconds = options.seconds or (20 if options.quick else 60)
    programs = options.build.resolve() / "bench/soak" if options.build else HERE
    if not (programs / "soak_server").exists():
        sys.exit(f"no soak_server in {programs}; build the target soak_bench and name its build "
                 "with --build")
    soak = Soak(programs, seconds)
    report = soak.run()
    if report is None:
        sys.exit("soak_load failed")
    conditions = (f"{seconds} s, 100 clients that come and go, {soak.kills} servers killed, "
                  f"{sum(soak.counts.values())} rough peers")
    rows = [{"name": name, "value": value, "unit": unit, "conditions": conditions}
            for name, (value, unit) in soak.figures(report).items()]
    if options.json:
        print(json.dumps(rows))
        return
    for row in rows:
        print(f"{row['name']:<26} {row['value']:>14,.2f} {row['unit']}")
    print(f"codes {report['codes']}, rough peers {soak.counts}\nRSS, MB: {soak.curve}")
    print(f"ended in good order: {sum(not program.bad_end for program in soak.ended)} "
          f"of {len(soak.ended)}")


if __name__ == "__main__":
    main()
