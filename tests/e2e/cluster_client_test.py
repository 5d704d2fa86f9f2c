# SPDX-FileCopyrightText: 2026 The Bellrock Authors
# SPDX-License-Identifier: Apache-2.0
"""The clients of a registry of three real servers while its leader dies, hangs and comes back:
1,000 instances of 20 hosts heartbeat, 20 watchers look, and nobody becomes unreachable."""

import json
import signal
import socket
import time
import unittest

from platform_under_test import BELLROCK, BUILD, CallError, Load, Platform, call, wait_until

HOSTS = 20
INSTANCES = 50  # each host
ALL = HOSTS * INSTANCES
LEASE_MS = 10_000
NAMING = "bellrock.naming.v1.Naming/"


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def name_of_loopback():
    """A name of this machine that a resolver is needed for, if it has one."""
    name = socket.gethostname()
    try:
        return name if socket.gethostbyname(name) == "127.0.0.1" else "127.0.0.1"
    except OSError:
        return "127.0.0.1"


class Cluster:
    """Three servers of one site."""

    def __init__(self, platform):
        self.platform = platform
        self.addresses = [f"127.0.0.1:{port}" for port in free_ports(3)]
        for number in range(3):
            self.start(number)
        wait_until("a leader", lambda: self.leader() is not None)

    def start(self, number):
        ready = self.platform.dir / f"server{number}.json"
        ready.unlink(missing_ok=True)
        process = self.platform.spawn(f"server{number}", [
            BELLROCK, "server", "--listen", self.addresses[number], "--site", "sz",
            "--node", f"n{number}", "--data-dir", self.platform.dir / f"data{number}",
            "--join", ",".join(self.addresses), "--ready-file", ready])
        wait_until("server to listen", lambda: ready.exists() or self.platform.ended(process))

    def ask(self, address, method, request=None):
        try:
            return call(address, NAMING + method, request, timeout=1)
        except (CallError, OSError):
            return None

    def leader(self, besides=None):
        """Number of the one that serves heartbeats itself, if all who answer name it."""
        found = None
        for number, address in enumerate(self.addresses):
            if number == besides:
                continue
            reply = self.ask(address, "Heartbeat", {"on_follower": "ON_FOLLOWER_REDIRECT"})
            if reply is None:
                return None
            named = reply.get("redirect", {}).get("address", address)
            if named not in self.addresses or found not in (None, self.addresses.index(named)):
                return None
            found = self.addresses.index(named)
        return None if found == besides else found

    def expirations(self):
        stats = [self.ask(address, "Stats") for address in self.addresses]
        return sum(int(each["expirations"]) for each in stats if each)


class Hosts:
    """The program naming_hosts; reads its JSON lines."""

    def __init__(self, platform, servers):
        self.path = platform.dir / "hosts.log"
        self.process = platform.spawn(
            "hosts", [BUILD / "tests/naming_hosts", servers, HOSTS, INSTANCES, LEASE_MS])

    def lines(self):
        text = self.path.read_text() if self.path.exists() else ""
        return [json.loads(line) for line in text.splitlines()
                if line.startswith("{") and line.endswith("}")]

    def now(self):
        lines = self.lines()
        return lines[-1] if lines else {"registered": 0, "usable": 0, "leaders": {}, "fewest": 0}


class ClusterTest(unittest.TestCase):
    """A test with a cluster; prints all logs when it fails."""

    def setUp(self):
        self.platform = Platform()
        self.addCleanup(self.platform.close)
        self.cluster = Cluster(self.platform)
        # One entry is a name, the others are addresses.
        first, *others = self.cluster.addresses
        self.servers = ",".join([f"{name_of_loopback()}:{first.split(':')[1]}", *others])

    def tearDown(self):
        outcome = self._outcome.result
        if any(test is self for test, _ in outcome.failures + outcome.errors):
            print(self.platform.logs())


class ThousandInstancesTest(ClusterTest):
    def setUp(self):
        super().setUp()
        self.hosts = Hosts(self.platform, self.servers)
        begun = time.monotonic()
        wait_until("all to be registered and seen", lambda: self.hosts.now()["fewest"] == ALL)
        print(f"\n{ALL} instances of {HOSTS} hosts registered and seen by {HOSTS} watchers in "
              f"{time.monotonic() - begun:.1f} s")

    def all_heartbeat_to(self, leader):
        now = self.hosts.now()
        to_leader = now["leaders"].get(self.cluster.addresses[leader], 0)
        return to_leader == HOSTS and now["registered"] == ALL and now["usable"] == ALL

    def check_nobody_was_lost(self, what):
        now = self.hosts.now()
        print(f"{what}: fewest usable in any watcher's list {now['fewest']} of {ALL}, "
              f"told that it is not registered {now['refused']}, "
              f"leases ended {self.cluster.expirations()}")
        self.assertEqual(now["fewest"], ALL)
        self.assertEqual(now["refused"], 0)
        self.assertEqual(self.cluster.expirations(), 0)

    def wait_for_three(self):
        def agreed():
            leader = self.cluster.leader()
            return leader is not None and self.all_heartbeat_to(leader)

        time.sleep(1.5 * LEASE_MS / 1000)
        wait_until("three servers to agree and all hosts to heartbeat to the leader", agreed)

    def after_losing_the_leader(self, lose):
        leader = self.cluster.leader()
        begun = time.monotonic()
        lose(leader)
        wait_until("the next leader", lambda: self.cluster.leader(besides=leader) is not None)
        elected = time.monotonic() - begun
        after = self.cluster.leader(besides=leader)
        wait_until("all hosts to heartbeat to it", lambda: self.all_heartbeat_to(after))
        return leader, elected, time.monotonic() - begun

    def test_leader_killed_under_a_thousand_instances(self):
        leader, elected, direct = self.after_losing_the_leader(
            lambda number: self.platform.kill(f"server{number}"))
        time.sleep(1.5 * LEASE_MS / 1000)  # whoever was forgotten would end now
        print(f"kill -9 of the leader: the next leads after {elected:.1f} s, all hosts heartbeat "
              f"to it after {direct:.1f} s")
        self.check_nobody_was_lost("killed")
        self.cluster.start(leader)
        self.wait_for_three()
        self.check_nobody_was_lost("back")

    def test_leader_that_hangs_is_left_and_found_again(self):
        processes = self.platform.processes
        leader, elected, direct = self.after_losing_the_leader(
            lambda number: processes[f"server{number}"].send_signal(signal.SIGSTOP))
        time.sleep(1.5 * LEASE_MS / 1000)
        print(f"kill -STOP of the leader: the next leads after {elected:.1f} s, all hosts "
              f"heartbeat to it after {direct:.1f} s")
        processes[f"server{leader}"].send_signal(signal.SIGCONT)
        self.wait_for_three()
        self.check_nobody_was_lost("hung")

    def test_one_server_left_serves_all(self):
        first = self.cluster.leader()
        self.platform.kill(f"server{first}")
        wait_until("the next leader", lambda: self.cluster.leader(besides=first) is not None)
        second = self.cluster.leader(besides=first)
        self.platform.kill(f"server{second}")
        begun = time.monotonic()
        last = ({0, 1, 2} - {first, second}).pop()
        alone = self.cluster.addresses[last]

        def leads():
            reply = self.cluster.ask(alone, "Heartbeat", {"on_follower": "ON_FOLLOWER_REDIRECT"})
            return reply is not None and "redirect" not in reply

        wait_until("the last one to lead itself", leads)
        elected = time.monotonic() - begun
        wait_until("all hosts to heartbeat to it", lambda: self.all_heartbeat_to(last))
        print(f"the last of three leads after {elected:.1f} s, all hosts heartbeat to it after "
              f"{time.monotonic() - begun:.1f} s")
        time.sleep(1.5 * LEASE_MS / 1000)
        self.check_nobody_was_lost("alone")


class AgentTest(ClusterTest):
    """The music site: its programs know the agent, and the servers as the agent does."""

    def test_calls_go_on_while_leader_after_leader_dies(self):
        ready = self.platform.dir / "agent.json"
        agent = self.platform.spawn("agent", [
            BELLROCK, "agent", "--servers", self.servers, "--run-dir", self.platform.dir / "run",
            "--ready-file", ready])
        wait_until("agent to listen", lambda: ready.exists() or self.platform.ended(agent))
        self.platform.server = self.servers
        first = self.cluster.leader()
        last = (first + 1) % 3
        self.platform.naming = lambda method, request=None: call(
            self.cluster.addresses[last], NAMING + method, request)
        self.platform.start_music()
        load = Load(self.platform)
        self.assertEqual(load.go_on(1000), 0, load.last_error())
        for lost in (first, (first + 2) % 3):
            self.platform.kill(f"server{lost}")
            self.assertEqual(load.go_on(3000), 0, load.last_error())
        # What comes after still gets through to whoever is left.
        self.platform.start_music(instances=("4",), services=("storage",))
        wait_until("all ten to work", lambda: self.platform.working() == 10)
        self.assertEqual(load.go_on(1000), 0, load.last_error())


if __name__ == "__main__":
    unittest.main(verbosity=2)
