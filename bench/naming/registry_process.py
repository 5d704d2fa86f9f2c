# SPDX-FileCopyrightText: 2026 The Bellrock Authors
# SPDX-License-Identifier: Apache-2.0
"""Starts and stops the registries of ./run bench naming: each a process of its own, on loopback,
pinned to one core, with its data in a folder of the build tree and synced to disk as it is by
default."""

import http.client
import json
import os
import pathlib
import resource
import shutil
import signal
import socket
import subprocess
import tempfile
import time

SERVER_CORE = 0
LOAD_CORE = 1
START_S = 30
STOP_S = 20
LOAD_S = 400
TICK_S = 1 / os.sysconf("SC_CLK_TCK")
PROGRAMS = pathlib.Path(__file__).resolve().parent
LOAD = PROGRAMS / "registry_load"
ZOOKEEPER_JAR = pathlib.Path("/usr/share/java/zookeeper.jar")
ZOOKEEPER_CONFIG = """tickTime=2000
dataDir={folder}/data
clientPort={port}
clientPortAddress=127.0.0.1
maxClientCnxns=0
maxSessionTimeout=600000
admin.enableServer=false
"""


class RegistryError(Exception):
    """A registry or its load failed; the text says which and why."""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def ask(port, question):
    """What a server says to a few bytes before it closes the connection; "" if it does not yet."""
    answer = b""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
            connection.sendall(question)
            while part := connection.recv(4096):
                answer += part
    except OSError:
        return ""
    return answer.decode(errors="replace")


def spawn(command, core, log):
    return subprocess.Popen([str(part) for part in command], stdin=subprocess.DEVNULL, stdout=log,
                            stderr=log, preexec_fn=lambda: os.sched_setaffinity(0, {core}))


class Cores:
    """How the two cores were used since it was made: by a server, by its load, by all others."""

    def __init__(self, server_cpu_s):
        self._server_cpu_s = server_cpu_s
        self._before = self._now()

    def shares(self):
        wall, server, load, both = (now - then for now, then in zip(self._now(), self._before))
        others = max(both - server - load, 0) / (2 * wall)
        return {"server_busy": server / wall, "load_busy": load / wall, "others_busy": others}

    def _now(self):
        ours = resource.getrusage(resource.RUSAGE_CHILDREN)
        return (time.monotonic(), self._server_cpu_s(), ours.ru_utime + ours.ru_stime,
                self._busy_s(SERVER_CORE) + self._busy_s(LOAD_CORE))

    @staticmethod
    def _busy_s(core):
        for line in pathlib.Path("/proc/stat").read_text().splitlines():
            name, *ticks = line.split()
            if name == f"cpu{core}":
                user, nice, system, _idle, _wait, irq, softirq, steal = map(int, ticks[:8])
                return (user + nice + system + irq + softirq + steal) * TICK_S
        raise RegistryError(f"/proc/stat has no core {core}")


class Registry:
    """One make of registry and, between start() and stop(), its process. The folder of its data
    lives as long as the object's with-block."""

    name = ""
    title = ""
    port = 0
    core = SERVER_CORE

    def __enter__(self):
        self._folder = tempfile.TemporaryDirectory(prefix="registry-", dir=PROGRAMS)
        self.folder = pathlib.Path(self._folder.name)
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()
        self._folder.cleanup()

    @staticmethod
    def present():
        """Whether it is installed."""
        return True

    def command(self):
        """The command line; chooses the port, if it is to be chosen."""
        raise NotImplementedError

    def ready(self):
        """Whether it serves now; a registry that tells its port is asked for it here."""
        raise NotImplementedError

    def start(self):
        with open(self.folder / "log", "ab") as log:
            self._process = spawn(self.command(), self.core, log)
        until = time.monotonic() + START_S
        try:
            while not self.ready():
                if self._process.poll() is not None or time.monotonic() > until:
                    raise RegistryError(f"{self.title} did not start: {self._last_words()}")
                time.sleep(0.005)
        except BaseException:
            self.stop()
            raise

    def stop(self):
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(timeout=STOP_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def load(self, duty, *options, patience_s=0):
        """Figures of one run of the load program; `patience_s` on top of what others may take."""
        command = [LOAD, "--registry", self.name, "--port", self.port, "--duty", duty, *options]
        cores = Cores(self._cpu_s)
        done = subprocess.run(
            [str(part) for part in command], capture_output=True, text=True, check=False,
            timeout=LOAD_S + patience_s, preexec_fn=lambda: os.sched_setaffinity(0, {LOAD_CORE}))
        if done.returncode != 0:
            raise RegistryError(f"{self.title}, {duty}: {done.stderr.strip()}; its last words: "
                                f"{self._last_words()}")
        return json.loads(done.stdout) | cores.shares()

    def rss_bytes(self):
        return int(self._proc("statm").split()[1]) * os.sysconf("SC_PAGE_SIZE")

    def _cpu_s(self):
        user, system = self._proc("stat").rsplit(")", 1)[1].split()[11:13]
        return (int(user) + int(system)) * TICK_S

    def _proc(self, name):
        return pathlib.Path(f"/proc/{self._process.pid}/{name}").read_text()

    def _last_words(self):
        lines = (self.folder / "log").read_text(errors="replace").splitlines()
        return lines[-1] if lines else "it said nothing"


class Bellrock(Registry):
    name = "bellrock"
    title = "Bellrock"
    program = PROGRAMS.parent.parent / "src/cli/bellrock"

    def command(self):
        self._ready_file.unlink(missing_ok=True)
        return [self.program, "server", "--listen", "127.0.0.1:0",
                "--data-dir", self.folder / "data", "--ready-file", self._ready_file]

    def ready(self):
        try:
            addresses = json.loads(self._ready_file.read_text())
        except (OSError, json.JSONDecodeError):
            return False
        self.port = int(addresses["server"].rpartition(":")[2])
        return True

    def warnings(self):
        """What it warned of since its data's folder was made."""
        lines = (self.folder / "log").read_text(errors="replace").splitlines()
        return [line for line in lines if " W " in line]

    @property
    def _ready_file(self):
        return self.folder / "ready.json"


class Member(Bellrock):
    """A server of a cluster that the bench makes, with its process on a core of its choice."""

    def __init__(self, node, site, core=SERVER_CORE, seeds=()):
        self.node = node
        self._site = site
        self._seeds = seeds
        self.core = core

    def command(self):
        self._ready_file.unlink(missing_ok=True)
        self.port = free_port()
        known = [*self._seeds, self]
        seeds = ",".join(f"127.0.0.1:{member.port}" for member in known)
        return [self.program, "server", "--listen", f"127.0.0.1:{self.port}", "--cluster", "bench",
                "--node", self.node, "--site", self._site, "--join", seeds,
                "--data-dir", self.folder / "data", "--ready-file", self._ready_file]

    def instances(self):
        """How many it holds; None if it does not answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/bellrock.naming.v1.Naming/Stats")
            return int(json.load(connection.getresponse()).get("instances", 0))
        except (OSError, http.client.HTTPException, ValueError):
            return None
        finally:
            connection.close()

    def verb(self, *words):
        """Runs `bellrock naming ...` against it; whether it went well."""
        command = [self.program, "naming", *words, "--server", f"127.0.0.1:{self.port}"]
        return subprocess.run([str(part) for part in command], capture_output=True,
                              check=False, timeout=LOAD_S).returncode == 0

    def leads(self):
        address = f"127.0.0.1:{self.port}"
        command = [str(self.program), "naming", "cluster", "--json", "--server", address]
        seen = subprocess.run(command, capture_output=True, text=True, check=False, timeout=LOAD_S)
        return seen.returncode == 0 and json.loads(seen.stdout)["role"] == "ROLE_LEADER"


class Etcd(Registry):
    name = "etcd"
    title = "etcd"

    @staticmethod
    def present():
        return shutil.which("etcd") is not None

    def command(self):
        self.port = free_port()
        clients, peers = (f"http://127.0.0.1:{port}" for port in (self.port, free_port()))
        return ["etcd", "--data-dir", self.folder / "data", "--listen-client-urls", clients,
                "--advertise-client-urls", clients, "--listen-peer-urls", peers,
                "--initial-advertise-peer-urls", peers, "--initial-cluster", f"default={peers}"]

    def ready(self):
        return '"health":"true"' in ask(self.port, b"GET /health HTTP/1.0\r\n\r\n")


class Zookeeper(Registry):
    name = "zookeeper"
    title = "ZooKeeper"

    @staticmethod
    def present():
        return ZOOKEEPER_JAR.exists() and shutil.which("java") is not None

    def command(self):
        self.port = free_port()
        config = self.folder / "zoo.cfg"
        config.write_text(ZOOKEEPER_CONFIG.format(folder=self.folder, port=self.port))
        return ["java", "-Xmx2g", "-cp", ZOOKEEPER_JAR,
                "org.apache.zookeeper.server.quorum.QuorumPeerMain", config]

    def ready(self):
        return "Mode: standalone" in ask(self.port, b"srvr")


REGISTRIES = (Bellrock, Etcd, Zookeeper)
