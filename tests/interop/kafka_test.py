#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Bellrock Authors
# SPDX-License-Identifier: Apache-2.0
"""The metrics queue on a real Kafka broker, which is killed in the middle and comes back."""

import os
import pathlib
import subprocess
import sys
import time

from kafka_broker import JARS, KafkaBroker, jars_there

STORY = pathlib.Path(os.environ["BELLROCK_BUILD"]) / "tests/interop/kafka_story"


def expect(story, word):
    line = story.stdout.readline().strip()
    assert line.startswith(word), f'expected "{word}", got "{line}"'
    print(f"kafka_story: {line}", flush=True)


def run(broker):
    story = subprocess.Popen([STORY, broker.address], text=True,
                             stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        expect(story, "contract")
        expect(story, "appending")
        broker.kill()
        began = time.monotonic()
        broker.start()
        print(f"the broker was away for {time.monotonic() - began:.1f} s", flush=True)
        story.stdin.write("restarted\n")
        story.stdin.flush()
        expect(story, "kept")
        assert story.wait(60) == 0
    finally:
        story.kill()
        story.wait()


def main():
    if not jars_there():
        print(f"skipped: {JARS} has no jars: ./run setup --for peer fetches them")
        return
    began = time.monotonic()
    with KafkaBroker() as broker:
        print(f"a broker after {time.monotonic() - began:.1f} s", flush=True)
        run(broker)


if __name__ == "__main__":
    sys.exit(main())
