# SPDX-FileCopyrightText: 2026 The Bellrock Authors
# SPDX-License-Identifier: Apache-2.0
"""One Kafka broker, its own controller, on free ports of loopback; data in a temporary folder."""

import base64
import pathlib
import socket
import subprocess
import tempfile
import time
import uuid

JARS = pathlib.Path(__file__).resolve().parents[2] / "build/kafka"
START_S = 120  # about 3 s, on a machine with nothing else to do
JAVA = ["java", "-Xms128m", "-Xmx256m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC",
        "-Dorg.slf4j.simpleLogger.logFile=System.out", "-cp", f"{JARS}/*"]
PROPERTIES = """
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller}
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{port}
controller.listener.names=CONTROLLER
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs={folder}/data
auto.create.topics.enable=false
num.network.threads=2
num.io.threads=2
# Killed, it is taken back as soon as its controller has missed it.
broker.session.timeout.ms=2000
broker.heartbeat.interval.ms=500
"""


def jars_there():
    return (JARS / "checked").exists()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class KafkaBroker:
    def __init__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="bellrock-kafka-")
        self.process = None
        self.port = free_port()
        self.address = f"127.0.0.1:{self.port}"
        folder = pathlib.Path(self.folder.name)
        self.properties = folder / "server.properties"
        self.log = folder / "broker.log"
        self.properties.write_text(
            PROPERTIES.format(port=self.port, controller=free_port(), folder=folder))
        cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        subprocess.run([*JAVA, "kafka.tools.StorageTool", "format", "-t", cluster,
                        "-c", str(self.properties)],
                       check=True, stdout=subprocess.DEVNULL, timeout=START_S)

    def start(self):
        """Blocks until it serves."""
        deadline = time.monotonic() + START_S
        while time.monotonic() < deadline:
            with open(self.log, "w") as log:
                self.process = subprocess.Popen([*JAVA, "kafka.Kafka", str(self.properties)],
                                                stdout=log, stderr=subprocess.STDOUT)
            while self.process.poll() is None and time.monotonic() < deadline:
                if "Kafka Server started" in self.log.read_text(errors="replace"):
                    return
                time.sleep(0.05)
            # A port that was left may be taken for a moment.
            self.kill()
            time.sleep(0.5)
        tail = "\n".join(self.log.read_text(errors="replace").splitlines()[-20:])
        raise AssertionError(f"the broker did not start in {START_S} s:\n{tail}")

    def kill(self):
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.kill()
        self.folder.cleanup()
