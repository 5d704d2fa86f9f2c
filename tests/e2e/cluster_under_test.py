# SPDX-FileCopyrightText: 2026 The Bellrock Authors
# SPDX-License-Identifier: Apache-2.0
"""A cluster of real servers, each on a host of its own, with clients beside them: what the scenes
of cluster_netns_test.py break, and how they see whether anybody noticed."""

import contextlib
import itertools
import json
import pathlib
import shutil
import signal
import subprocess
import tempfile
import threading
import time

from netns import Network
from platform_under_test import BELLROCK, EXAMPLES, FINDING, SANITIZED, CallError, call, wait_until

SITES = {"sz": ("sz1", "sz2", "sz3"), "sh": ("sh1", "sh2", "sh3")}
PORT = 7600
CALL_S = 6.0 if SANITIZED else 2.0  # how long a client waits for a server that may be cut off
LEASE_MS = 10_000
BEAT_S = 1.0
LOOK_S = 0.5
LOAD_RATE = 20 if SANITIZED else 100
NAMING = "bellrock.naming.v1.Naming/"
DESCRIBE = "bellrock.naming.v1.Cluster/Describe"
# What a client meets when its server is gone, cut off or not ready.
FAILURES = (OSError, CallError, ValueError)


class Server:
    """One control-plane node on its own host."""

    def __init__(self, name, site, host, folder):
        self.name = name
        self.site = site
        self.host = host
        self.folder = folder
        self.address = f"{host.address}:{PORT}"
        self.process = None

    def start(self, join):
        self.process = spawn(self.host, self.folder / f"{self.name}.log", [
            BELLROCK, "server", "--listen", self.address, "--data-dir", self.folder / self.name,
            "--node", self.name, "--site", self.site, "--cluster", "drill", "--join", join])

    def ask(self, method, request=None, timeout=CALL_S):
        """As a program on the server's own host asks, whatever is cut."""
        with self.host.inside():
            return call(self.address, method, request, timeout)

    def describe(self):
        return self.ask(DESCRIBE)

    def instances(self):
        """Everything it holds: path -> (address, state)."""
        found = self.ask(NAMING + "Lookup", {"target": "/", "include_unusable": True})
        return {i["spec"]["path"]: (i["spec"]["address"], i["state"]) for i in found["instances"]}

    def end(self, with_signal):
        self.process.send_signal(with_signal)
        self.process.wait(timeout=30)

    def __repr__(self):
        return self.name


def spawn(host, log_path, argv, environment=None):
    with open(log_path, "ab") as log:
        return subprocess.Popen(host.argv(argv), stdout=log, stderr=log, env=environment)


class Client(threading.Thread):
    """A program that registers instances, sends their heartbeats and looks them up, at the first of
    its servers that answers, as the SDK does it."""

    def __init__(self, host, servers):
        super().__init__(daemon=True)
        self.host = host
        self.name = f"client-{host.name}"
        self.servers = list(servers)
        self.acknowledged = {}  # path -> address: what a server said it has
        self.kept = set()  # of these, what gets heartbeats
        self.removed = set()  # what a server said it has removed
        self.failures = 0
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()
        self._ended = threading.Event()

    def run(self):
        with self.host.inside():
            while not self._ended.wait(BEAT_S):
                self._beat()

    def end(self):
        self._ended.set()
        self.join()

    def register(self, lease_ms=LEASE_MS, keep=True):
        """Until somebody acknowledges it; the path."""
        site = self.servers[0].site
        number = next(self._numbers)
        path = f"/{site}/drill/test/svc/default/{self.host.name}-{number}"
        address = f"{self.host.address}:{number}"
        self._until_done("Register", {
            "instance": {"path": path, "address": address, "lease_ms": lease_ms}})
        with self._lock:
            self.acknowledged[path] = address
            if keep:
                self.kept.add(path)
        if keep:
            with self.host.inside():
                self._ask("Heartbeat", {"paths": [path]})
        return path

    def deregister(self, path):
        with self._lock:
            self.kept.discard(path)
        self._until_done("Deregister", {"path": path})
        with self._lock:
            del self.acknowledged[path]
            self.removed.add(path)

    def finds(self, path):
        """Whether a lookup has it among the usable ones."""
        with self.host.inside():
            reply = self._ask("Lookup", {"target": "test/svc"})
        return reply is not None and path in {i["spec"]["path"] for i in reply["instances"]}

    def _until_done(self, method, request):
        def done():
            with self.host.inside():
                return self._ask(method, request) is not None
        wait_until(f"{self.name}: {method} of {request}", done)

    def _beat(self):
        with self._lock:
            paths = sorted(self.kept)
        reply = self._ask("Heartbeat", {"paths": paths}) if paths else None
        for path in (reply or {}).get("unknown", []):
            with self._lock:
                address = self.acknowledged.get(path)
            if address:
                self._ask("Register", {"instance": {
                    "path": path, "address": address, "lease_ms": LEASE_MS}})

    def _ask(self, method, request):
        """The reply of the first server that gives one, which is then the first to be asked."""
        for server in list(self.servers):
            try:
                reply = call(server.address, NAMING + method, request, CALL_S)
            except FAILURES:
                self.failures += 1
                with self._lock:
                    self.servers.append(self.servers.pop(0))
                continue
            return reply
        return None


class Observer(threading.Thread):
    """Looks at a server all the time, from its own host: what does it think of those that live?"""

    def __init__(self, server):
        super().__init__(daemon=True)
        self.server = server
        self.unreachable = []  # (seconds, path)
        self._ended = threading.Event()

    def run(self):
        while not self._ended.wait(LOOK_S):
            with contextlib.suppress(*FAILURES):
                for path, (_, state) in self.server.instances().items():
                    if state == "INSTANCE_STATE_UNREACHABLE":
                        self.unreachable.append((time.monotonic(), path))

    def end(self):
        self._ended.set()
        self.join()


class App:
    """A host of the first site with an agent, a small site of services, and calls to them."""

    SERVICES = ("storage", "catalog", "gateway")

    def __init__(self, host, servers, folder):
        self.host = host
        self.folder = folder
        self.servers = ",".join(server.address for server in servers)
        self.processes = []
        self._spawn("agent", [BELLROCK, "agent", "--server", self.servers, "--run-dir",
                              folder / "run", "--ready-file", folder / "agent.json"])
        wait_until("the agent to listen", (folder / "agent.json").exists)
        for service in self.SERVICES:
            self._spawn(service, [EXAMPLES / f"music_{service}"])
        self._spawn("load", [EXAMPLES / "music_load", LOAD_RATE])
        wait_until("the first calls", lambda: self.tally()[0] > 0)

    def _spawn(self, name, argv):
        environment = {
            "PATH": "/usr/bin:/bin", "BELLROCK_RUN_DIR": str(self.folder / "run"),
            "BELLROCK_SERVERS": self.servers, "BELLROCK_SITE": "sz", "BELLROCK_INSTANCE": "app",
            "BELLROCK_LISTEN": f"{self.host.address}:0", "BELLROCK_TIMEOUT_MS": "10000"}
        self.processes.append(spawn(self.host, self.folder / f"app-{name}.log", argv, environment))

    def tally(self):
        """(calls, failed calls) so far."""
        calls = failed = 0
        for line in (self.folder / "app-load.log").read_text().splitlines():
            if line.startswith("{") and line.endswith("}"):
                seen = json.loads(line)
                calls, failed = calls + seen["calls"], failed + seen["failed"]
        return calls, failed


class Cluster:
    """Two sites of three servers, a client beside each, and an app."""

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="bellrock-e2e-"))
        self.network = Network()
        self.servers = {}
        for group, (site, names) in enumerate(SITES.items(), 1):
            for name in names:
                host = self.network.add(name, group)
                self.servers[name] = Server(name, site, host, self.folder)
        self.join = ",".join(self.servers[names[0]].address for names in SITES.values())
        self.clients = []
        self.observers = []
        self.app = None

    def start(self):
        for server in self.servers.values():
            server.start(self.join)
        self.wait_settled()
        for server in self.servers.values():
            rest = [s for s in self.site(server.site) if s is not server]
            self.clients.append(Client(server.host, [server, *rest]))
            self.observers.append(Observer(server))
        self.app = App(self.network.add("app", 1), self.site("sz"), self.folder)
        for thread in self.clients + self.observers:
            thread.start()

    def site(self, name):
        return [self.servers[server] for server in SITES[name]]

    def client(self, server):
        return next(c for c in self.clients if c.host is server.host)

    def leaders(self, servers):
        """Whom each of these takes for its leader, and who says to lead; None: no answer."""
        with contextlib.suppress(*FAILURES):
            told = [server.describe() for server in servers]
            leading = [t["node"] for t in told if t["role"] == "ROLE_LEADER"]
            return {t.get("leader", {}).get("name", "") for t in told}, leading
        return None

    def leader(self, site):
        """The one that all of a site follow."""
        servers = self.site(site)
        wait_until(f"one leader in {site}", lambda: self.has_one_leader(servers))
        return self.servers[self.leaders(servers)[1][0]]

    def has_one_leader(self, servers):
        found = self.leaders(servers)
        return found is not None and len(found[1]) == 1 and found[0] == set(found[1])

    def wait_settled(self):
        for site in SITES:
            self.leader(site)
        wait_until("all servers to see each other", lambda: all(
            self.sees(server, len(self.servers)) for server in self.servers.values()))

    def sees(self, server, count):
        with contextlib.suppress(*FAILURES):
            alive = [m for m in server.describe()["members"]
                     if m["liveness"] == "LIVENESS_ALIVE"]
            return len(alive) == count
        return False

    def equal(self):
        """What all servers hold, if they hold the same."""
        with contextlib.suppress(*FAILURES):
            held = [server.instances() for server in self.servers.values()]
            return held[0] if all(other == held[0] for other in held) else None
        return None

    def differences(self):
        """For people: what each server lacks or sees otherwise."""
        lines = []
        held = {}
        for server in self.servers.values():
            try:
                held[server.name] = server.instances()
            except FAILURES as error:
                lines.append(f"{server}: {error}")
        for path in sorted(set().union(*held.values())):
            seen = {name: held[name].get(path, "-") for name in held}
            if len(set(map(str, seen.values()))) > 1:
                lines.append(f"{path}: {seen}")
        return "\n".join(lines)

    def logs(self):
        return "\n".join(f"--- {path.name}\n{path.read_text(errors='replace')[-3000:]}"
                         for path in sorted(self.folder.glob("*.log")))

    def findings(self):
        """What checks and sanitizers wrote into the logs."""
        return [path.name for path in sorted(self.folder.glob("*.log"))
                if FINDING.search(path.read_text(errors="replace"))]

    def close(self):
        for thread in self.observers + self.clients:
            if thread.is_alive():
                thread.end()
        processes = [s.process for s in self.servers.values() if s.process]
        for process in (self.app.processes if self.app else []) + processes:
            if process.poll() is None:
                process.send_signal(signal.SIGKILL)
                process.wait()
        self.network.close()
        found = self.findings()
        shutil.rmtree(self.folder, ignore_errors=True)
        if found:
            raise AssertionError(f"a program found an error in itself: {found}")
