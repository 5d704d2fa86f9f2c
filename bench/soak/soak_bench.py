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
import pathlib
import signal
import subprocess
import sys
import threading
import time

import rough_peers

PROGRAMS = pathlib.Path(__file__).resolve().parent
KILL_EVERY_S = 5
ROUGH_THREADS = 4
SERVERS = 4  # the last one is never killed
SAMPLE_EVERY_S = 5


class Server:
    def __init__(self, port=0):
        self.process = subprocess.Popen(
            [PROGRAMS / "soak_server", "--port", str(port)], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        line = self.process.stdout.readline()
        if not line.startswith("port "):
            sys.exit(f"soak_server did not start on port {port}")
        self.port = int(line.split()[1])

    def rss_mb(self):
        with open(f"/proc/{self.process.pid}/statm", encoding="ascii") as statm:
            return int(statm.read().split()[1]) * 4096 / 1e6

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        return Server(self.port)

    def end(self):
        """Its exit code: not 0 if a sanitizer found something."""
        self.process.stdin.close()
        return self.process.wait(timeout=60)


def soak(seconds):
    servers = [Server() for _ in range(SERVERS)]
    ports = [server.port for server in servers]
    load = subprocess.Popen(
        [PROGRAMS / "soak_load", "--seconds", str(seconds), "--connections", "100"]
        + [part for port in ports for part in ("--port", str(port))],
        stdout=subprocess.PIPE, text=True)
    stop, counts, curve, kills = threading.Event(), {}, [], 0
    rough = [threading.Thread(target=rough_peers.run, args=(ports, stop, counts))
             for _ in range(ROUGH_THREADS)]
    for thread in rough:
        thread.start()
    begun = time.monotonic()
    while load.poll() is None:
        time.sleep(min(KILL_EVERY_S, SAMPLE_EVERY_S))
        curve.append((round(time.monotonic() - begun), round(servers[-1].rss_mb(), 1)))
        if time.monotonic() - begun < seconds:
            victim = kills % (SERVERS - 1)
            servers[victim] = servers[victim].kill()
            kills += 1
            print(f"\r{curve[-1][0]} s, {curve[-1][1]} MB, {kills} killed", end="", file=sys.stderr)
    print(file=sys.stderr)
    stop.set()
    for thread in rough:
        thread.join()
    report = json.loads(load.stdout.read()) if load.returncode == 0 else None
    bad_ends = sum(server.end() != 0 for server in servers) + (load.returncode != 0)
    return report, counts, curve, kills, bad_ends


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--quick", action="store_true", help="20 seconds instead of 60")
    parser.add_argument("--seconds", type=int, help="how long; the full soak is 600")
    options = parser.parse_args()
    seconds = options.seconds or (20 if options.quick else 60)
    report, counts, curve, kills, bad_ends = soak(seconds)
    if report is None:
        sys.exit("soak_load failed")
    # The first third fills caches and pools; what comes after it should not grow.
    settled = [mb for _, mb in curve[len(curve) // 3:]]
    growth = settled[-1] / settled[0] if settled else 1
    conditions = (f"{seconds} s, 100 clients that come and go, {kills} servers killed, "
                  f"{sum(counts.values())} rough peers")
    figures = {
        "soak.calls": (report["ended"], "calls"),
        "soak.ok": (report["ok"], "calls"),
        "soak.calls_without_end": (report["begun"] - report["ended"], "calls"),
        "soak.wrong_replies": (report["wrong_replies"], "calls"),
        "soak.foreign_errors": (report["foreign_errors"], "calls"),
        "soak.latest_ms": (report["latest_ms"], "ms"),
        "soak.rss_growth": (growth, "x"),
        "soak.bad_ends": (bad_ends, "programs"),
    }
    rows = [{"name": name, "value": value, "unit": unit, "conditions": conditions}
            for name, (value, unit) in figures.items()]
    if options.json:
        print(json.dumps(rows))
        return
    for row in rows:
        print(f"{row['name']:<26} {row['value']:>14,.2f} {row['unit']}")
    print(f"codes {report['codes']}, rough peers {counts}\nRSS, MB: {curve}")


if __name__ == "__main__":
    main()
