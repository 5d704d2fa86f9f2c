# SPDX-FileCopyrightText: 2026 The Bellrock Authors
# SPDX-License-Identifier: Apache-2.0
"""The leader's clock jumps an hour ahead or back, its machine is suspended, or it stands still,
while clients register and an operator speaks: nobody who lives is called unreachable, nothing that
was acknowledged is lost, and the later word prevails whichever clock it was said by."""

import itertools
import mmap
import signal
import struct
import time
import unittest

from platform_under_test import BUILD, SANITIZED, CallError, call, wait_until
from registry_load import DESCRIBE, LEASE_MS, Loads, ask, leader_of
from three_servers import NODES, Cluster

HOUR_S = 3600
STOPPED_S = 10.0
MOVED_CLOCK = BUILD / "tests/libmoved_clock.so"
SPOKEN_OF = "/sz/d/fill/load/default/spoken-of"


class MovedClock:
    """The clocks of one server: the machine's, moved by seconds (e2e/clock/moved_clock.cc)."""

    def __init__(self, path):
        self.path = path
        path.write_bytes(struct.pack("=qq", 0, 0))
        with open(path, "r+b") as file:
            self._mapped = mmap.mmap(file.fileno(), 16)

    def move(self, wall=0.0, monotonic=0.0):
        self._mapped[:] = struct.pack("=qq", int(wall * 1e9), int(monotonic * 1e9))


class MovableClocks(Cluster):
    """Three servers whose clocks can be moved while they run."""

    def __init__(self):
        self.clocks = {}
        super().__init__()

    def start_node(self, node):
        if node not in self.clocks:
            self.clocks[node] = MovedClock(self.dir / f"{node}.clock")
        super().start_node(node)

    def spawn(self, name, argv, **extra):
        return super().spawn(name, argv, LD_PRELOAD=MOVED_CLOCK,
                             BELLROCK_TEST_CLOCK=self.clocks[name].path, **extra)


class ClockTest(unittest.TestCase):
    def setUp(self):
        self.cluster = MovableClocks()
        self.addCleanup(self.cluster.close)
        self.leader = wait_until("a leader", self.leads)
        self.loads = Loads(self.cluster.addresses)
        self.addCleanup(self.loads.end)
        self.weights = itertools.count(1)
        self.loads.more(20)

    def tearDown(self):
        outcome = self._outcome.result
        if any(test is self for test, _ in outcome.failures + outcome.errors):
            print(self.cluster.logs())

    def leads(self, besides=()):
        return leader_of(a for n, a in self.cluster.addresses.items() if n not in besides)

    def say(self, method, request):
        """Through any server, until it is acknowledged."""
        def said():
            for address in self.cluster.addresses.values():
                try:
                    return ask(address, method, request)
                except (CallError, OSError):
                    continue
            return None
        return wait_until(f"{method} to be acknowledged", said)

    def speak(self):
        """One more life of an instance and one more word of an operator about it; later than all
        before. What they say."""
        weight = next(self.weights)
        self.say("Deregister", {"path": SPOKEN_OF})
        self.say("Register", {"instance": {
            "path": SPOKEN_OF, "address": f"127.0.0.1:{weight}", "lease_ms": 100 * LEASE_MS}})
        self.say("SetOperatorState", {"path": SPOKEN_OF, "operator_state": {"weight": weight}})
        return {"address": f"127.0.0.1:{weight}", "weight": weight}

    def seen(self, node):
        found = ask(self.cluster.addresses[node], "Lookup", {
            "target": SPOKEN_OF, "include_unusable": True})["instances"]
        return {"address": found[0]["spec"]["address"],
                "weight": found[0].get("operator_state", {}).get("weight")} if found else None

    def prevails(self, said, nodes=NODES):
        for node in nodes:
            wait_until(f"{node} to hold {said}", lambda n=node: self.seen(n) == said)

    def off_by(self):
        """Seconds that the leader's wall clock and its latest stamps are ahead."""
        address = self.cluster.addresses[self.leader]
        told = call(address, DESCRIBE)["now_unix_ms"]
        stamped = ask(address, "Lookup", {"target": SPOKEN_OF, "include_unusable": True})[
            "instances"][0]["changed_unix_ms"]
        return [int(ms) / 1000 - time.time() for ms in (told, stamped)]

    def jump(self, seconds):
        self.prevails(self.speak())
        self.cluster.clocks[self.leader].move(wall=seconds)
        self.prevails(self.speak())
        self.loads.more(20)
        time.sleep(1.5 * LEASE_MS / 1000)  # who was forgotten would end now
        self.assertEqual(self.leads(), self.leader, "a wall clock decides about no leadership")
        clock, stamps = self.off_by()
        self.assertAlmostEqual(clock, seconds, delta=60, msg="the clock was not moved")
        # Whoever leads next has a clock that is right, and speaks later all the same.
        self.cluster.kill(self.leader)
        others = [node for node in NODES if node != self.leader]
        wait_until("the next leader", lambda: self.leads(besides=[self.leader]))
        self.prevails(self.speak(), others)
        self.cluster.clocks[self.leader].move()
        self.cluster.start_node(self.leader)
        wait_until("all three to follow one", self.leads)
        self.prevails(self.speak())
        self.loads.more(20)
        self.loads.end()
        self.loads.nobody_is_lost(self)
        return stamps

    def test_an_hour_ahead(self):
        self.assertAlmostEqual(self.jump(HOUR_S), HOUR_S, delta=60)

    def test_an_hour_back(self):
        self.assertAlmostEqual(self.jump(-HOUR_S), 0, delta=60, msg="stamps never go back")

    def stand_still(self, lost_monotonic):
        """The leader stops and goes on; with `lost_monotonic` it knows nothing of that."""
        process = self.cluster.processes[self.leader]
        others = [node for node in NODES if node != self.leader]
        self.prevails(self.speak())
        process.send_signal(signal.SIGSTOP)
        stopped = time.monotonic()
        self.addCleanup(process.send_signal, signal.SIGCONT)
        wait_until("the next leader", lambda: self.leads(besides=[self.leader]))
        led = time.monotonic() - stopped
        for load in self.loads.each:
            if load.name != self.leader:
                load.more(20)
        self.prevails(self.speak(), others)
        time.sleep(max(0.0, stopped + STOPPED_S - time.monotonic()))
        if lost_monotonic:
            self.cluster.clocks[self.leader].move(monotonic=stopped - time.monotonic())
        process.send_signal(signal.SIGCONT)
        resumed = time.monotonic()
        wait_until("one leader", self.leads)
        print(f"the next leads after {led:.1f} s; resumed, one leader after "
              f"{time.monotonic() - resumed:.1f} s")
        self.prevails(self.speak())
        self.loads.more(20)
        time.sleep(1.5 * LEASE_MS / 1000)
        self.loads.end()
        self.loads.nobody_is_lost(self)

    def test_the_leader_stands_still(self):
        self.stand_still(lost_monotonic=False)

    def test_the_leaders_machine_is_suspended(self):
        self.stand_still(lost_monotonic=True)


if __name__ == "__main__":
    if SANITIZED:
        print("skipped: a sanitizer has to be loaded before what moves the clock")
    else:
        unittest.main(verbosity=2)
