# SPDX-FileCopyrightText: 2026 The Bellrock Authors
# SPDX-License-Identifier: Apache-2.0
"""One ClickHouse server on a free port of loopback; data in a temporary folder."""

import pathlib
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.request

PROGRAM = shutil.which("clickhouse-server", path="/usr/sbin:/usr/bin")
START_S = 100
CONFIG = """<yandex>
  <logger><level>warning</level><log>{folder}/log</log><errorlog>{folder}/errors</errorlog></logger>
  <http_port>{port}</http_port><listen_host>127.0.0.1</listen_host>
  <path>{folder}/data/</path><tmp_path>{folder}/tmp/</tmp_path>
  <users_config>users.xml</users_config>
  <default_profile>default</default_profile><default_database>default</default_database>
  <mark_cache_size>5368709</mark_cache_size>
</yandex>
"""
USERS = """<yandex>
  <profiles><default></default></profiles><quotas><default></default></quotas>
  <users><metrics><password>{password}</password><networks><ip>127.0.0.1</ip></networks>
    <profile>default</profile><quota>default</quota></metrics></users>
</yandex>
"""


class ClickhouseServer:
    user = "metrics"
    password = "secret"

    def __init__(self):
        self.kept = tempfile.TemporaryDirectory(prefix="bellrock-clickhouse-")
        folder = pathlib.Path(self.kept.name)
        for part in ("data", "tmp"):
            (folder / part).mkdir()
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.address = f"127.0.0.1:{port}"
        (folder / "config.xml").write_text(CONFIG.format(folder=folder, port=port))
        (folder / "users.xml").write_text(USERS.format(password=self.password))
        self.process = subprocess.Popen(
            [PROGRAM, f"--config-file={folder}/config.xml"], stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)

    def __enter__(self):
        """Blocks until it answers."""
        deadline = time.monotonic() + START_S
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                with urllib.request.urlopen(f"http://{self.address}/ping", timeout=10):
                    return self
            except OSError:
                time.sleep(0.05)
        raise AssertionError(f"ClickHouse did not answer in {START_S} s")

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.kept.cleanup()
