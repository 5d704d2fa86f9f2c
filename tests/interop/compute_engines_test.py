#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Bellrock Authors
# SPDX-License-Identifier: Apache-2.0
"""A data centre of two processes on a real Kafka broker and ClickHouse: one process is killed, then
the broker, and every call is in the figures once."""

import os
import pathlib
import sys
import time

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))

# pylint: disable=wrong-import-position
from clickhouse_server import PROGRAM, ClickhouseServer
from data_centre_under_test import calls_by, make_push, push, workers
from kafka_broker import JARS, KafkaBroker, jars_there
from platform_under_test import BELLROCK, Platform, wait_until

CALLS = 5  # of a push
PATIENCE_S = 120


class Story:
    def __init__(self, platform, broker, clickhouse):
        self.platform = platform
        self.broker = broker
        self.begin = int(time.time()) // 60 * 60
        self.sequence = 0
        self.engines = ["--metrics-queue", f"kafka:{broker.address}",
                        "--metrics-store", f"clickhouse:{clickhouse.address}/figures"]
        password = platform.dir / "password"
        password.write_text(clickhouse.password + "\n")
        os.environ["BELLROCK_CLICKHOUSE_USER"] = clickhouse.user
        os.environ["BELLROCK_CLICKHOUSE_PASSWORD_FILE"] = str(password)
        platform.server_flags = self.engines

    def start_compute(self):
        ready = self.platform.dir / "compute.json"
        process = self.platform.spawn("compute", [
            BELLROCK, "compute", "--server", self.platform.server, "--ready-file", ready,
            *self.engines])
        wait_until("the compute node to listen",
                   lambda: ready.exists() or self.platform.ended(process), PATIENCE_S)

    def send(self, count):
        for _ in range(count):
            self.sequence += 1
            message = make_push("h:1", self.sequence, f"shop/s{self.sequence % 7}", CALLS)
            wait_until("a push to be taken", lambda: push(self.platform.server, message),
                       PATIENCE_S)

    def wait_for_nodes(self, count):
        wait_until(f"{count} nodes to work all",
                   lambda: len(workers(self.platform.server)) == count, PATIENCE_S)

    def wait_for_calls(self):
        def counted():
            calls = calls_by(self.platform.server, self.begin, "callee")
            return sum(calls.values()) == self.sequence * CALLS
        wait_until(f"{self.sequence * CALLS} calls in the figures", counted, PATIENCE_S)

    def run(self):
        self.platform.start_server()
        self.start_compute()
        self.wait_for_nodes(2)
        self.send(20)
        self.wait_for_calls()
        self.platform.kill("compute")
        self.send(20)
        self.wait_for_nodes(1)
        self.wait_for_calls()
        self.broker.kill()
        self.broker.start()
        self.send(20)
        self.wait_for_calls()
        # Killed itself, it finds all in Kafka and ClickHouse again.
        self.platform.kill("server")
        self.platform.start_server()
        self.wait_for_nodes(1)
        self.wait_for_calls()


def main():
    if not jars_there():
        print(f"skipped: {JARS} has no jars: ./run setup --for peer fetches them")
        return
    if PROGRAM is None:
        print("skipped: clickhouse-server is not installed")
        return
    platform = Platform()
    try:
        with KafkaBroker() as broker, ClickhouseServer() as clickhouse:
            Story(platform, broker, clickhouse).run()
    except BaseException:
        print(platform.logs())
        raise
    finally:
        platform.close()
    print("every call counted once")


if __name__ == "__main__":
    sys.exit(main())
