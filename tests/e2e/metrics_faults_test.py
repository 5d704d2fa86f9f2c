# SPDX-FileCopyrightText: 2026 The Bellrock Authors
# SPDX-License-Identifier: Apache-2.0
"""Six compute processes: two are killed, one is paused, the process with queue and store is killed,
pushes come twice and out of order. Every call is in every set of dimensions once. How fast it all
heals is measured by ./run bench metrics."""

import unittest

from metrics_fault_story import FaultStory
from platform_under_test import BUILD, PATIENCE_S, Platform, PlatformTest


class MetricsFaultsTest(PlatformTest):
    def setUp(self):
        self.platform = Platform()
        self.addCleanup(self.platform.close)

    def test_every_call_counts_once_in_every_set_whatever_happens(self):
        story = FaultStory(self.platform, BUILD / "bench/metrics/fault_load")
        story.start()
        self.addCleanup(setattr, story.probe, "stopping", True)
        story.start_load(calls=20_000, seconds=15, sources=8, services=6, buckets=5)
        story.kill_two()
        story.pause_one(2)
        story.restart_broker()
        story.start_two()
        sent = story.end_load(PATIENCE_S + 15 + 120)
        story.probe.stop()
        story.wait_for_workers()
        self.assertEqual(story.wrong_in_the_end(sent), [])
        print(f"{sent['calls']} calls; healed: " +
              ", ".join(f"{fault} {took:.2f} s" for fault, took in story.heals.items()))


if __name__ == "__main__":
    unittest.main()
