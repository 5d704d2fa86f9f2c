# SPDX-FileCopyrightText: 2026 The Bellrock Authors
# SPDX-License-Identifier: Apache-2.0
"""A ClickHouse of its own on loopback that folds calls as they are inserted: a Null table with a
materialized view for each dimension set (Debian's 18.16 and current versions alike)."""

import http.client
import os
import pathlib
import socket
import subprocess
import time
import urllib.parse

SERVER = "/usr/sbin/clickhouse-server"
COLUMNS = {"callee": "UInt16", "method": "UInt8", "callee_host": "UInt8", "callee_site": "UInt8",
           "caller": "UInt8", "caller_host": "UInt16", "caller_site": "UInt8",
           "result": "UInt8", "latency": "UInt32"}
LEVELS = "0.5, 0.99, 0.9999, 0.999999"
STATE = f"quantilesExactWeightedState({LEVELS})(latency, toUInt32(1))"
BLOCK_BYTES = 32 << 20  # about a million calls
START_S = 60
QUERY_S = 1400
CONFIG = """<yandex>
<logger><level>warning</level><log>{folder}/log</log><errorlog>{folder}/errors</errorlog></logger>
<listen_host>127.0.0.1</listen_host><http_port>{http}</http_port><tcp_port>{tcp}</tcp_port>
<path>{folder}/data/</path><tmp_path>{folder}/tmp/</tmp_path>
<mark_cache_size>67108864</mark_cache_size><users_config>{folder}/users.xml</users_config>
<default_profile>default</default_profile><default_database>default</default_database>
</yandex>"""
USERS = """<yandex><profiles><default><max_threads>1</max_threads></default></profiles>
<users><default><password></password><networks><ip>127.0.0.1</ip></networks>
<profile>default</profile><quota>default</quota></default></users>
<quotas><default></default></quotas></yandex>"""


class ClickHouseError(Exception):
    pass


def free_ports(count):
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


class ClickHouse:
    def __init__(self, folder):
        self.http, tcp = free_ports(2)
        folder = pathlib.Path(folder)
        (folder / "users.xml").write_text(USERS)
        (folder / "config.xml").write_text(
            CONFIG.format(folder=folder, http=self.http, tcp=tcp))
        self.process = subprocess.Popen(
            [SERVER, f"--config-file={folder}/config.xml"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder)
        self._wait()

    def _wait(self):
        ends = time.monotonic() + START_S
        while True:
            try:
                return self.query("SELECT 1")
            except OSError:
                if self.process.poll() is not None or time.monotonic() > ends:
                    self.stop()
                    raise ClickHouseError("ClickHouse did not start") from None
                time.sleep(0.1)

    def query(self, text, body=b""):
        connection = http.client.HTTPConnection("127.0.0.1", self.http, timeout=QUERY_S)
        try:
            connection.request("POST", "/?query=" + urllib.parse.quote(text), body=body)
            answer = connection.getresponse()
            content = answer.read().decode()
        finally:
            connection.close()
        if answer.status != 200:
            raise ClickHouseError(f"{text[:60]}: {content[:300]}")
        return content

    def cpu_seconds(self):
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1]
        user, system = fields.split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def blocks_of(csv):
    """The file's lines, many at once."""
    with csv.open("rb") as file:
        while block := file.read(BLOCK_BYTES):
            yield block + file.readline()


def fold(server, csv, sets):
    """CPU seconds of inserting the calls under all views, and percentiles of callee and result."""
    columns = ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())
    server.query(f"CREATE TABLE calls ({columns}) ENGINE = Null")
    for number, dimensions in enumerate(sets):
        key = f"({dimensions})"
        server.query(
            f"CREATE MATERIALIZED VIEW set{number} ENGINE = AggregatingMergeTree ORDER BY {key} "
            f"AS SELECT {dimensions}, {STATE} AS card FROM calls GROUP BY {dimensions}")
    # What reading the text takes is measured apart, into a table without views.
    server.query(f"CREATE TABLE nothing ({columns}) ENGINE = Null")
    took = {}
    for table in ("nothing", "calls"):
        begin = server.cpu_seconds()
        for block in blocks_of(csv):
            server.query(f"INSERT INTO {table} FORMAT CSV", block)
        took[table] = server.cpu_seconds() - begin
    rows = server.query(
        f"SELECT callee, result, quantilesExactWeightedMerge({LEVELS})(card) "
        f"FROM set{sets.index('callee,result')} GROUP BY callee, result FORMAT TabSeparated")
    percentiles = {}
    for row in rows.splitlines():
        callee, result, values = row.split("\t")
        percentiles[f"{callee},{result}"] = [int(each) for each in values.strip("[]").split(",")]
    return took["calls"] - took["nothing"], percentiles
