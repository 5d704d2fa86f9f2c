# SPDX-FileCopyrightText: 2026 The Bellrock Authors
# SPDX-License-Identifier: Apache-2.0
"""The proxies of ./run bench routing: HAProxy and the agent's own, each on one core in front of the
same instances, started and ended here."""

import json
import os
import pathlib
import shutil
import socket
import subprocess
import tempfile
import time

PROXY_CORE = 0
OTHER_CORE = 1  # load and instances
START_S = 30
TICK_US = 1e6 / os.sysconf("SC_CLK_TCK")
KINDS = ("http", "grpc", "raw", "bulk")
HAPROXY = "/usr/sbin/haproxy"


class PeerError(Exception):
    """A program did not do what it is here for; the text says which and why."""


def spawn(command, core, **more):
    return subprocess.Popen([str(part) for part in command], stdin=subprocess.PIPE, text=True,
                            preexec_fn=lambda: os.sched_setaffinity(0, {core}), **more)


def end(process):
    process.stdin.close()
    process.terminate()
    try:
        process.wait(timeout=5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def cpu_us(pid):
    """User and system time of all threads of a process."""
    text = pathlib.Path(f"/proc/{pid}/stat").read_text()
    user, system = text.rsplit(")", 1)[1].split()[11:13]
    return (int(user) + int(system)) * TICK_US


def wait_until(what, condition):
    stop = time.monotonic() + START_S
    while not condition():
        if time.monotonic() > stop:
            raise PeerError(f"still waiting for {what} after {START_S} s")
        time.sleep(0.05)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answers(port):
    """Whether a connection to the port stays: the proxy has found its instance."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as probe:
            probe.settimeout(0.2)
            try:
                return probe.recv(1) != b""
            except TimeoutError:
                return True
    except OSError:
        return False


class Backends:
    """One instance of each kind; `ports` says where."""

    def __init__(self, bench):
        programs = {"http": [bench / "routing/bench_proxy_backend", "http"],
                    "grpc": [bench / "rpc/bench_echo_server"],
                    "raw": [bench / "rpc/bench_raw_server"],
                    "bulk": [bench / "routing/bench_proxy_backend", "bulk"]}
        self.processes = []
        self.ports = {}
        for kind, command in programs.items():
            process = spawn(command, OTHER_CORE, stdout=subprocess.PIPE)
            self.processes.append(process)
            line = process.stdout.readline()
            if not line.startswith("port "):
                raise PeerError(f"{command[0]} did not start")
            self.ports[kind] = int(line.split()[1])

    def close(self):
        for process in self.processes:
            end(process)


class HaProxy:
    name = "haproxy"

    def __init__(self, backends):
        self.folder = tempfile.mkdtemp(prefix="bellrock-bench-")
        self.ports = {kind: free_port() for kind in KINDS}
        path = pathlib.Path(self.folder) / "haproxy.cfg"
        path.write_text(self.configuration(backends))
        self.process = spawn([HAPROXY, "-f", path, "-db"], PROXY_CORE,
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.pid = self.process.pid
        wait_until("haproxy", lambda: all(answers(port) for port in self.ports.values()))

    def configuration(self, backends):
        lines = ["global", "  nbthread 1", "  maxconn 4000", "defaults", "  timeout connect 1s",
                 "  timeout client 60s", "  timeout server 60s", "  retries 2"]
        for kind in KINDS:
            proto = " proto h2" if kind == "grpc" else ""
            lines += [f"listen {kind}", f"  bind 127.0.0.1:{self.ports[kind]}{proto}"]
            if kind in ("http", "grpc"):
                lines += ["  mode http", "  option forwardfor", "  http-reuse always"]
            else:
                lines += ["  mode tcp", "  option splice-auto"]
            lines += [f"  server one 127.0.0.1:{backends.ports[kind]}{proto}"]
        return "\n".join(lines) + "\n"

    def close(self):
        end(self.process)
        shutil.rmtree(self.folder, ignore_errors=True)


class OurProxy:
    name = "proxy"

    def __init__(self, bellrock, backends):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="bellrock-bench-"))
        ready = self.folder / "ready.json"
        self.process = spawn(
            [bellrock, "dev", "--listen", "127.0.0.1:0", "--run-dir", self.folder / "run",
             "--ready-file", ready, "--proxy", "http:bench/http=127.0.0.1:0,traceparent=off",
             "--proxy", "http:bench/grpc=127.0.0.1:0,traceparent=off",
             "--proxy", "tcp:bench/raw=127.0.0.1:0", "--proxy", "tcp:bench/bulk=127.0.0.1:0"],
            PROXY_CORE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.pid = self.process.pid
        wait_until("bellrock dev", ready.exists)
        told = json.loads(ready.read_text())
        self.ports = {kind: int(address.rsplit(":", 1)[1])
                      for kind, address in zip(KINDS, told["proxies"])}
        for kind in KINDS:
            subprocess.run(
                [bellrock, "naming", "register", f"/local/default/bench/{kind}/default/1",
                 f"127.0.0.1:{backends.ports[kind]}", "--probe", "static"],
                env={**os.environ, "BELLROCK_SERVERS": told["server"],
                     "BELLROCK_RUN_DIR": str(self.folder / "run")},
                check=True, stdout=subprocess.DEVNULL)
        for port in self.ports.values():
            wait_until("a table of the proxied service", lambda: answers(port))

    def close(self):
        end(self.process)
        shutil.rmtree(self.folder, ignore_errors=True)
