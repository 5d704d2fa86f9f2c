# SPDX-FileCopyrightText: 2026 The Bellrock Authors
# SPDX-License-Identifier: Apache-2.0
"""Routing settings on real servers of two sites: set at one, in force at all and at a host's agent,
still there after everybody was killed, refused over somebody else's change, in the log and in a
backup."""

import http.client
import json
import socket
import statistics
import time
import unittest

from platform_under_test import BELLROCK, Platform, call, wait_until
from three_servers import NODES, Cluster

SERVICE = "music/storage"
PATH = f"/sz/d/{SERVICE}/default/1"
CHANGES = 20


class TwoSites(Cluster):
    """n1 and n2 in sz, n3 in sh."""

    def start_node(self, node):
        self.spawn(node, [BELLROCK, "server", "--listen", self.addresses[node], "--data-dir",
                          self.dir / node, "--node", node, "--site", self.site_of(node),
                          "--cluster", "t", "--join", ",".join(self.addresses.values())])

    @staticmethod
    def site_of(node):
        return "sh" if node == "n3" else "sz"

    def leads(self, node):
        view = self.view(node)
        return bool(view and view.get("leader", {}).get("name"))

    def routing(self, node, *args, **more):
        return self.cli("routing", *args, "--server", self.addresses[node], **more)

    def stored(self, node):
        done = self.routing(node, "get", SERVICE, "--json", check=False)
        return json.loads(done.stdout) if done.returncode == 0 else {}

    def start_agent(self):
        ready = self.dir / "agent.json"
        ready.unlink(missing_ok=True)
        process = self.spawn("agent", [
            BELLROCK, "agent", "--servers", ",".join(self.addresses.values()), "--run-dir",
            self.dir / "run", "--ready-file", ready])
        wait_until("agent to listen", lambda: ready.exists() or self.ended(process))

    def ask_agent(self, method, request=None):
        """Over its socket; None if it refuses."""
        connection = http.client.HTTPConnection("agent", timeout=10)
        connection.sock = socket.socket(socket.AF_UNIX)
        connection.sock.settimeout(10)
        connection.sock.connect(str(self.dir / "run/agent.sock"))
        try:
            connection.request("POST", f"/bellrock.routing.v1.HostRouting/{method}",
                               json.dumps(request or {}), {"Content-Type": "application/json"})
            answer = connection.getresponse()
            body = answer.read()
            return json.loads(body) if answer.status == 200 else None
        finally:
            connection.close()

    def agents_version(self):
        shown = self.ask_agent("Show", {"service": SERVICE})
        return int(shown["tables"][0]["settings_version"]) if shown else 0


class RoutingSettingsTest(unittest.TestCase):
    def setUp(self):
        self.sites = TwoSites()
        self.addCleanup(self.sites.close)
        self.wait_for_leaders()

    def wait_for_leaders(self):
        for node in NODES:
            wait_until(f"{node} to have a leader", lambda n=node: self.sites.leads(n))

    def tearDown(self):
        outcome = self._outcome.result
        if any(test is self for test, _ in outcome.failures + outcome.errors):
            print(self.sites.logs())

    def set_policy(self, node, policy, *more, **options):
        return self.sites.routing(node, "set", SERVICE, "--policy", policy, "--why",
                                  f"ann: {policy}", *more, **options)

    def wait_for_policy(self, policy):
        versions = set()
        for node in NODES:
            wait_until(f"{node} to have {policy}", lambda n=node: self.sites.stored(n).get(
                "settings", {}).get("policy") == policy)
            versions.add(self.sites.stored(node)["version"])
        self.assertEqual(len(versions), 1, versions)
        return versions.pop()

    def test_what_is_set_at_one_server_holds_at_all_and_outlives_them(self):
        self.set_policy("n2", "ring")
        self.wait_for_policy("ring")
        self.set_policy("n3", "maglev")
        version = self.wait_for_policy("maglev")
        events = self.sites.naming_verb("n1", "events", SERVICE).stdout
        self.assertRegex(events, r"operator +/-/-/music/storage/-/routing .*ann: maglev")
        self.assertRegex(events, r"operator +/-/-/music/storage/-/routing .*ann: ring")
        self.assertEqual(self.sites.instances("n1"), 0, "settings are no instance")
        self.assertNotIn("storage", self.sites.naming_verb("n1", "ls").stdout)
        for node in NODES:
            self.sites.kill(node)
        for node in NODES:
            self.sites.start_node(node)
        self.wait_for_leaders()
        self.assertEqual(self.wait_for_policy("maglev"), version)
        listed = self.sites.routing("n1", "list").stdout
        self.assertRegex(listed, rf"{SERVICE} +maglev .*{version} +ann: maglev")
        self.sites.routing("n1", "reset", SERVICE, "--why", "ann: over")
        self.wait_for_policy("")

    def test_bad_settings_and_changes_over_somebody_elses_are_refused(self):
        bad = self.set_policy("n1", "rung", check=False)
        self.assertEqual(bad.returncode, 2, bad.stderr)
        self.assertIn("rung", bad.stderr)
        self.set_policy("n1", "ring")
        version = self.wait_for_policy("ring")
        refused = self.set_policy("n1", "jump", "--expect", str(int(version) - 1), check=False)
        self.assertEqual(refused.returncode, 1, refused.stderr)
        self.assertIn(version, refused.stderr)
        checked = self.sites.routing("n1", "set", SERVICE, "--merge",
                                     '{"warm_up": {"duration_ms": 30000}}', "--check")
        self.assertIn("ring", checked.stdout)
        self.assertIn("30000", checked.stdout)
        self.assertEqual(self.sites.stored("n1")["version"], version, "a check changes nothing")
        self.assertEqual(self.set_policy("n1", "jump", "--expect", version).returncode, 0)

    def test_a_move_without_room_is_refused_until_forced_and_taken_back(self):
        move = ("move", SERVICE, "--from", "sz", "--to", "sh", "--share", "30%", "--over", "60s",
                "--why", "ann: drill")
        refused = self.sites.routing("n1", *move, check=False)
        self.assertEqual(refused.returncode, 1, refused.stderr)
        self.assertIn("NO HEADROOM", refused.stdout)
        self.assertEqual(self.sites.stored("n1")["version"], "0")
        self.sites.routing("n1", *move, "--force")
        moves = wait_until("the move", lambda: self.sites.stored("n3")["settings"]["ratio_moves"])
        self.assertEqual((moves[0]["from_site"], moves[0]["to_site"], moves[0]["share"]),
                         ("sz", "sh", 0.3))
        self.sites.routing("n3", "abort", SERVICE, "--why", "ann: over")
        wait_until("no move", lambda: not self.sites.stored("n1")["settings"]["ratio_moves"])
        again = self.sites.routing("n3", "abort", SERVICE, "--why", "ann: over", check=False)
        self.assertEqual(again.returncode, 3, again.stderr)

    def shown_at(self, node):
        """The hosts whose tables a server shows, of whichever server they report to."""
        done = self.sites.routing(node, "show", SERVICE, "--json", check=False)
        shown = json.loads(done.stdout)["tables"] if done.returncode == 0 else []
        return [table["host"] for table in shown]

    def keep_storage(self):
        call(self.sites.addresses["n1"], "bellrock.naming.v1.Naming/Register", {"instance": {
            "path": PATH, "address": "127.0.0.1:9001", "health": {"kind": "KIND_STATIC"}}})
        self.sites.start_agent()
        wait_until("the service to be kept", lambda: (
            self.sites.ask_agent("Subscribe", {"service": SERVICE}) or {}).get("has_instances"))

    def test_any_server_shows_and_previews_by_what_a_host_reports_to_one(self):
        self.keep_storage()
        for node in NODES:
            wait_until(f"{node} to show the table", lambda n=node: len(self.shown_at(n)) == 1)
            done = self.sites.routing(node, "move", SERVICE, "--from", "sz", "--to", "sh",
                                      "--share", "30%", "--preview", "--json")
            preview = json.loads(done.stdout)
            self.assertEqual((preview["servers"], preview["unheard_servers"]), (3, []))
            self.assertEqual([site["site"] for site in preview["sites"]], ["sz"])

    def explain(self, *where, **more):
        return self.sites.cli("routing", "explain", SERVICE, "--key", "user-7", *where, **more)

    def test_a_host_explains_itself_alike_to_its_own_and_through_any_server(self):
        self.keep_storage()
        (host,) = wait_until("the table", lambda: self.shown_at("n3"))
        own = json.loads(self.explain("--json").stdout)
        self.assertEqual((own["path"], own["host"]), (PATH, host))
        for node in NODES:
            for where in ((), ("--host", host)):
                asked = self.explain("--json", "--server", self.sites.addresses[node], *where)
                self.assertEqual(json.loads(asked.stdout), own)
        spoken = self.explain("--server", self.sites.addresses["n2"]).stdout
        self.assertIn(f"as host {host} decides", spoken)
        nobody = self.explain("--server", self.sites.addresses["n2"], "--host", "moon", check=False)
        self.assertEqual(nobody.returncode, 3, nobody.stderr)
        self.assertIn("nobody on host 'moon'", nobody.stderr)

    def test_a_backup_brings_settings_into_another_registry(self):
        self.set_policy("n1", "ring")
        self.wait_for_policy("ring")
        backup = self.sites.dir / "backup.jsonl"
        backup.write_text(self.sites.naming_verb("n3", "export").stdout)
        self.assertIn("/-/-/music/storage/-/routing", backup.read_text())
        other = Platform()
        self.addCleanup(other.close)
        other.start_server()
        done = other.cli("naming", "import", backup, "--server", other.server, "--json")
        self.assertEqual(json.loads(done.stdout)["operator_words"], 1)
        got = other.cli("routing", "get", SERVICE, "--server", other.server, "--json")
        self.assertEqual(json.loads(got.stdout)["settings"]["policy"], "ring")
        self.assertEqual(json.loads(got.stdout)["who_and_why"], "ann: ring")

    def test_an_agent_has_a_change_within_a_second_and_keeps_it_without_any_server(self):
        self.keep_storage()
        took = sorted(self.change(number) for number in range(CHANGES))
        print(f"settings at the agent after: median {1e3 * statistics.median(took):.0f} ms, "
              f"longest {1e3 * took[-1]:.0f} ms of {CHANGES} changes")
        version = self.sites.agents_version()
        snapshot = self.sites.dir / "run/routing.snapshot"
        last = f"ann: {CHANGES - 1}".encode()
        wait_until("the snapshot to have the last", lambda: (
            snapshot.exists() and last in snapshot.read_bytes()))
        for name in (*NODES, "agent"):
            self.sites.kill(name)
        self.sites.start_agent()
        self.assertEqual(self.sites.agents_version(), version, "by the snapshot alone")

    def change(self, number):
        """Sets at one server after the other; how long it took until the agent had it, in s."""
        policy = ("ring", "p2c")[number % 2]
        begin = time.monotonic()
        put = call(self.sites.addresses[NODES[number % len(NODES)]],
                   "bellrock.routing.v1.Routing/PutSettings",
                   {"service": SERVICE, "settings": {"policy": policy},
                    "who_and_why": f"ann: {number}"})
        version = int(put["stored"]["version"])
        wait_until(f"change {number} at the agent",
                   lambda: self.sites.agents_version() >= version)
        return time.monotonic() - begin


if __name__ == "__main__":
    unittest.main()
