# SPDX-FileCopyrightText: 2026 The Bellrock Authors
# SPDX-License-Identifier: Apache-2.0
"""Clients of a registry while it is in trouble: they register one instance after the other through
one server and keep all of them alive, and remember what was acknowledged and what was refused."""

import itertools
import threading
import time

from platform_under_test import CallError, call, wait_until

NAMING = "bellrock.naming.v1.Naming/"
DESCRIBE = "bellrock.naming.v1.Cluster/Describe"
LEASE_MS = 10_000
BEAT_S = 0.5
PAUSE_S = 0.02  # between words
INSTANCES_MAX = 300  # of one load unless more are asked for; then it only keeps them alive
CALL_S = 5.0


def ask(address, method, request=None):
    return call(address, NAMING + method, request, timeout=CALL_S)


class Load(threading.Thread):
    """One client at one server, which passes words on to the leader if it is not the leader."""

    def __init__(self, address, name):
        super().__init__(daemon=True)
        self.address = address
        self.name = name
        self.acknowledged = []
        self.refusals = []  # (code, message)
        self._max = INSTANCES_MAX
        self._numbers = itertools.count()
        self._ended = threading.Event()

    def run(self):
        beaten = time.monotonic()
        while not self._ended.is_set():
            if len(self.acknowledged) < self._max:
                self.register()
            time.sleep(PAUSE_S)
            if time.monotonic() > beaten + BEAT_S:
                beaten = time.monotonic()
                self.beat()

    def register(self):
        path = f"/sz/d/fill/load/default/{self.name}-{next(self._numbers)}"
        if self._asks("Register", {"instance": {"path": path, "address": "127.0.0.1:80",
                                                "lease_ms": LEASE_MS}}):
            self.acknowledged.append(path)

    def beat(self):
        self._asks("Heartbeat", {"paths": self.acknowledged})

    def _asks(self, method, request):
        try:
            return ask(self.address, method, request) is not None
        except CallError as error:
            self.refusals.append((error.code, error.message))
        except OSError as error:
            self.refusals.append(("", str(error)))
        return False

    def more(self, count):
        wanted = len(self.acknowledged) + count
        self._max = max(self._max, wanted)
        wait_until(f"{count} more to be registered through {self.name}",
                   lambda: len(self.acknowledged) >= wanted)

    def end(self):
        self._ended.set()
        self.join()


class Loads:
    """A load at each server of a cluster."""

    def __init__(self, addresses):
        self.each = [Load(address, node) for node, address in addresses.items()]
        for load in self.each:
            load.start()

    def more(self, count):
        for load in self.each:
            load.more(count)

    def acknowledged(self):
        return set().union(*(load.acknowledged for load in self.each))

    def refusals(self):
        return [told for load in self.each for told in load.refusals]

    def end(self):
        for load in self.each:
            if load.is_alive():
                load.end()

    def keep_alive(self, seconds):
        """Heartbeats only, after end()."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            for load in self.each:
                load.beat()
            time.sleep(BEAT_S)

    def nobody_is_lost(self, test):
        """All servers hold all that was acknowledged, working, and have ended no lease."""
        wanted = self.acknowledged()

        def complete(address):
            states = held(address)
            return all(states.get(path) == "INSTANCE_STATE_WORKING" for path in wanted)

        for load in self.each:
            load.beat()
        for load in self.each:
            wait_until(f"{load.name} to hold all {len(wanted)}",
                       lambda at=load.address: complete(at))
            test.assertEqual(int(ask(load.address, "Stats")["expirations"]), 0, load.name)


def leader_of(addresses):
    """The node that all of these servers follow, itself one of them and leading; or ""."""
    named, leading = set(), []
    for address in addresses:
        try:
            seen = call(address, DESCRIBE, timeout=CALL_S)
        except (CallError, OSError):
            return ""
        named.add(seen.get("leader", {}).get("name", ""))
        if seen["role"] == "ROLE_LEADER":
            leading.append(seen["node"])
    return leading[0] if len(leading) == 1 and named == set(leading) else ""


def held(address):
    """What that server holds of all loads: path -> state."""
    found = ask(address, "Lookup", {"target": "fill/load", "include_unusable": True})
    return {i["spec"]["path"]: i["state"] for i in found["instances"]}
