# SPDX-FileCopyrightText: 2026 The Bellrock Authors
# SPDX-License-Identifier: Apache-2.0
"""Runs cluster_test.mjs against three servers: usage on_a_cluster.py FOLDER_FOR_SCREENSHOTS. A line
"KILL node" of the test's output kills that server."""

import os
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "e2e"))
from three_servers import NODES, Cluster  # noqa: E402
from platform_under_test import call, wait_until  # noqa: E402

INSTANCES = [f"/sz/im/music/{service}/default/{number}"
             for service in ("storage", "catalog") for number in range(1, 5)]


def fill(address):
    for path in INSTANCES:
        call(address, "bellrock.naming.v1.Naming/Register",
             {"instance": {"path": path, "address": "10.0.0.1:80", "lease_ms": 600000}})
    call(address, "bellrock.naming.v1.Naming/Heartbeat", {"paths": INSTANCES})


def run(cluster, screenshots):
    address = cluster.addresses["n1"]
    test = subprocess.Popen(
        ["node", pathlib.Path(__file__).with_name("cluster_test.mjs"), screenshots],
        env={**os.environ, "BELLROCK_CONSOLE": f"http://{address}"},
        stdout=subprocess.PIPE, text=True)
    for line in test.stdout:
        print(line, end="", flush=True)
        if line.startswith("KILL "):
            cluster.kill(line.split()[1])
    return test.wait()


def main():
    screenshots = pathlib.Path(sys.argv[1])
    screenshots.mkdir(parents=True, exist_ok=True)
    cluster = Cluster()
    try:
        wait_until("a leader", lambda: cluster.leader_by(NODES))
        fill(cluster.addresses["n1"])
        return run(cluster, screenshots)
    finally:
        cluster.close()


if __name__ == "__main__":
    sys.exit(main())
