# SPDX-FileCopyrightText: 2026 The Bellrock Authors
# SPDX-License-Identifier: Apache-2.0
"""Runs one server and one load program of ./run bench rpc, pinned to a core each."""

import json
import os
import pathlib
import subprocess

SERVER_CORE = 0
LOAD_CORE = 1
TIMEOUT_S = 120
TICK_US = 1e6 / os.sysconf("SC_CLK_TCK")
CONNECTIONS_WARM = 100  # what a server allocates once is allocated by then
CONNECTIONS_IDLE = 1000


class PeerError(Exception):
    """A program of a peer failed; the text says which and why."""


class Peer:
    """The programs of one framework: `server` prints "port N" and serves until its input ends,
    `load` takes the flags of load_options.h."""

    def __init__(self, name, server, load, server_options=(), load_options=()):
        self.name = name
        self.server = pathlib.Path(server)
        self.load = pathlib.Path(load)
        self.server_options = list(server_options)
        self.load_options = list(load_options)

    def present(self):
        return self.server.exists() and self.load.exists()

    def measure(self, options):
        """Figures of one run: qps, p50_us, p99_us, p999_us, cpu_us and server_cpu_us per call."""
        with Server(self.server, self.server_options) as server:
            before = server.cpu_us()
            command = [self.load, "--port", server.port, *self.load_options, *options]
            load = spawn(command, LOAD_CORE)
            output = finish(load)
            cpu = server.cpu_us() - before
            figures = json.loads(output)
        usage = load.usage
        calls = max(figures.pop("calls"), 1)
        figures["server_cpu_us"] = cpu / calls
        figures["cpu_us"] = (cpu + (usage.ru_utime + usage.ru_stime) * 1e6) / calls
        return figures

    def bytes_per_connection(self):
        """Memory the server's process grows by for one connection that is open and silent."""
        with Server(self.server, self.server_options) as server:
            with IdleConnections(self, server, CONNECTIONS_WARM):
                before = server.rss_bytes()
                with IdleConnections(self, server, CONNECTIONS_IDLE):
                    return (server.rss_bytes() - before) / CONNECTIONS_IDLE


class Process(subprocess.Popen):
    """A program whose own use of the processor is known once it has ended."""

    usage = None

    def _try_wait(self, wait_flags):
        try:
            pid, status, usage = os.wait4(self.pid, wait_flags)
        except ChildProcessError:
            return self.pid, 0
        if pid == self.pid:
            self.usage = usage
        return pid, status


def spawn(command, core):
    return Process([str(part) for part in command], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                   stderr=subprocess.PIPE, text=True,
                   preexec_fn=lambda: os.sched_setaffinity(0, {core}))


def finish(process):
    """What the program prints; it ends by itself."""
    name = pathlib.Path(process.args[0]).name
    try:
        output, errors = process.communicate(timeout=TIMEOUT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        raise PeerError(f"{name} did not end within {TIMEOUT_S} s") from None
    if process.returncode != 0:
        command = " ".join(process.args)
        raise PeerError(f"{command} ended with {process.returncode}: {errors.strip()}")
    return output


class Server:
    """A running server process."""

    def __init__(self, program, options):
        self._process = spawn([program, *options], SERVER_CORE)
        line = self._process.stdout.readline()
        if not line.startswith("port "):
            raise PeerError(f"{program.name} did not start: {self._process.stderr.read().strip()}")
        self.port = line.split()[1]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._process.stdin.close()
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()
        self._process.stderr.close()

    def _proc(self, name):
        return pathlib.Path(f"/proc/{self._process.pid}/{name}").read_text()

    def cpu_us(self):
        user, system = self._proc("stat").rsplit(")", 1)[1].split()[11:13]
        return (int(user) + int(system)) * TICK_US

    def rss_bytes(self):
        return int(self._proc("statm").split()[1]) * os.sysconf("SC_PAGE_SIZE")


class IdleConnections:
    """Connections that are open, were used once, and are silent now."""

    def __init__(self, peer, server, count):
        self._process = spawn([peer.load, "--port", server.port, *peer.load_options, "--idle",
                               "--connections", count], LOAD_CORE)

    def __enter__(self):
        if self._process.stdout.readline() != "ready\n":
            raise PeerError(f"idle connections: {self._process.stderr.read().strip()}")
        return self

    def __exit__(self, *_):
        finish(self._process)
