# SPDX-FileCopyrightText: 2026 The Bellrock Authors
# SPDX-License-Identifier: Apache-2.0
"""Real networks for the end-to-end tests: hosts as network namespaces on one bridge, whose links
are cut with nftables, both ways or one way, as a failed switch does it: silently. Nothing of it
touches the machine's own network, and what a killed test left behind is removed by name."""

import contextlib
import ctypes
import itertools
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import threading

NAMESPACES = pathlib.Path("/run/netns")
PREFIX = "bellrock-e2e-"  # then the process id of the test and the host's name
CLONE_NEWNET = 0x40000000
RULES = """
table bridge links {
  set cut { type ipv4_addr . ipv4_addr; }
  chain forward {
    type filter hook forward priority 0; policy accept;
    ip saddr . ip daddr @cut counter drop
  }
}
"""
_LIBC = ctypes.CDLL(None, use_errno=True)


def _run(*argv, **options):
    done = subprocess.run([str(a) for a in argv], text=True, capture_output=True, **options)
    if done.returncode != 0:
        raise OSError(f"{' '.join(map(str, argv))}: {done.stderr.strip()}")
    return done.stdout


def _enter(path):
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        if _LIBC.setns(descriptor, CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), f"setns {path}")
    finally:
        os.close(descriptor)


def why_not():
    """Why this machine has no namespaces for us, or "" if it has."""
    if os.geteuid() != 0:
        return "network namespaces need root"
    for program, package in (("ip", "iproute2"), ("nft", "nftables")):
        if shutil.which(program) is None:
            return f"no program '{program}'; install the Debian package {package}"
    try:
        Network().close()
    except OSError as error:
        return f"network namespaces are not permitted here: {error}"
    return ""


def remove_leftovers():
    """Namespaces of tests that were killed, with what still runs inside."""
    if not NAMESPACES.exists():
        return
    for path in NAMESPACES.iterdir():
        match = re.fullmatch(PREFIX + r"(\d+)-.*", path.name)
        if match and not pathlib.Path(f"/proc/{match[1]}").exists():
            _remove(path.name)


def _remove(namespace):
    with contextlib.suppress(OSError):
        for pid in _run("ip", "netns", "pids", namespace).split():
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(pid), signal.SIGKILL)
        _run("ip", "netns", "delete", namespace)


class Host:
    """One machine: a name and an address that all others reach."""

    def __init__(self, name, namespace, address):
        self.name = name
        self.namespace = namespace
        self.address = address

    def argv(self, argv):
        """The command line that runs a program here."""
        return ["ip", "netns", "exec", self.namespace, *map(str, argv)]

    @contextlib.contextmanager
    def inside(self):
        """Sockets that this thread opens meanwhile are of this host."""
        before = f"/proc/self/task/{threading.get_native_id()}/ns/net"
        descriptor = os.open(before, os.O_RDONLY | os.O_CLOEXEC)
        try:
            _enter(NAMESPACES / self.namespace)
            yield self
        finally:
            _LIBC.setns(descriptor, CLONE_NEWNET)
            os.close(descriptor)

    def __repr__(self):
        return self.name


class Network:
    """Hosts on one switch. Used by one thread at a time, but for Host.inside()."""

    _numbers = itertools.count()

    def __init__(self):
        remove_leftovers()
        self._prefix = f"{PREFIX}{os.getpid()}-{next(self._numbers)}-"
        self._switch = self._prefix + "switch"
        self.hosts = {}
        try:
            self._make(self._switch)
            self._in_switch("link", "add", "switch", "type", "bridge")
            self._in_switch("link", "set", "switch", "up")
            self._nft(RULES)
        except OSError:
            self.close()
            raise

    def add(self, name, group=0):
        """A new host; hosts of a group have addresses that look alike."""
        number = len(self.hosts) + 1
        host = Host(name, self._prefix + name, f"10.77.{group}.{number}")
        self._make(host.namespace)
        self.hosts[name] = host
        port = f"port{number}"
        self._in_switch("link", "add", port, "type", "veth", "peer", "name", "eth0", "netns",
                        host.namespace)
        self._in_switch("link", "set", port, "master", "switch", "up")
        _run("ip", "-n", host.namespace, "address", "add", f"{host.address}/16", "dev", "eth0")
        for device in ("lo", "eth0"):
            _run("ip", "-n", host.namespace, "link", "set", device, "up")
        return host

    def cut_one_way(self, senders, receivers):
        """Nothing that `senders` send reaches `receivers` any more."""
        pairs = [f"{a.address} . {b.address}" for a in senders for b in receivers if a is not b]
        if pairs:
            self._nft(f"add element bridge links cut {{ {', '.join(pairs)} }}")

    def cut(self, some, others):
        self.cut_one_way(some, others)
        self.cut_one_way(others, some)

    def isolate(self, host):
        self.cut([host], list(self.hosts.values()))

    def cut_into(self, parts):
        """Each part reaches itself only."""
        for part, other in itertools.combinations(parts, 2):
            self.cut(part, other)

    def heal(self):
        self._nft("flush set bridge links cut")

    def dropped(self):
        """Packets that cuts have swallowed so far."""
        listed = json.loads(self._nft_run("--json", "list", "chain", "bridge", "links", "forward"))
        rules = [entry["rule"]["expr"] for entry in listed["nftables"] if "rule" in entry]
        return sum(part["counter"]["packets"] for rule in rules for part in rule
                   if "counter" in part)

    def close(self):
        for host in self.hosts.values():
            _remove(host.namespace)
        _remove(self._switch)
        self.hosts = {}

    def _make(self, namespace):
        _run("ip", "netns", "add", namespace)

    def _in_switch(self, *argv):
        return _run("ip", "-n", self._switch, *argv)

    def _nft_run(self, *argv, **options):
        return _run("ip", "netns", "exec", self._switch, "nft", *argv, **options)

    def _nft(self, rules):
        self._nft_run("-f", "-", input=rules)
