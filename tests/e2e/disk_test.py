# SPDX-FileCopyrightText: 2026 The Bellrock Authors
# SPDX-License-Identifier: Apache-2.0
"""The registry on a full disk: writes refused with a clear error, reads and watches go on, and
it ends by itself."""

import os
import pathlib
import subprocess
import sys
import unittest

from platform_under_test import CallError, Platform, wait_until

DISK_BYTES = 256 * 1024


class FullDiskTest(unittest.TestCase):
    def setUp(self):
        self.platform = Platform()
        self.addCleanup(self.platform.close)
        self.disk = pathlib.Path(self.platform.dir / "small")
        self.disk.mkdir()
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "tmpfs", str(self.disk)],
            capture_output=True, text=True)
        if mounted.returncode != 0:
            self.skipTest(f"cannot mount a small tmpfs (needs root): {mounted.stderr.strip()}")
        self.addCleanup(subprocess.run, ["umount", "-l", str(self.disk)])

    def register(self, number):
        self.platform.naming("Register", {"instance": {
            "path": f"/sz/d/fill/disk/default/{number}", "address": "127.0.0.1:80",
            "lease_ms": 3600000, "labels": {"filler": "x" * 200}}})

    def test_writes_are_refused_reads_go_on_and_space_heals_it(self):
        ballast = self.disk / "ballast"
        ballast.write_bytes(b"\0" * (DISK_BYTES // 2))
        self.platform.start_server(data=self.disk / "data")
        with self.assertRaises(CallError) as caught:
            for number in range(20_000):
                self.register(number)
        refused_at = number
        self.assertEqual(caught.exception.code, "RESOURCE_EXHAUSTED", caught.exception)
        self.assertNotEqual(self.platform.naming("Stats")["storage_error"], "")
        found = self.platform.naming("Lookup", {"target": "fill/disk", "include_unusable": True})
        # The one that found the disk full is known, only not on disk yet; it was told so.
        self.assertIn("not on disk yet", str(caught.exception))
        self.assertEqual(len(found["instances"]), refused_at + 1)
        ballast.unlink()
        wait_until("writes to be taken again", self.can_write)
        self.platform.kill("server")
        self.platform.start_server(data=self.disk / "data")
        found = self.platform.naming("Lookup", {"target": "fill/disk", "include_unusable": True})
        self.assertGreaterEqual(len(found["instances"]), refused_at + 1, "written when it could be")

    def can_write(self):
        try:
            self.register(1_000_000)
            return True
        except CallError:
            return False


if __name__ == "__main__":
    if os.geteuid() != 0:
        print("skipped: a full disk is made with a small tmpfs mount, which needs root")
        sys.exit(0)
    unittest.main(verbosity=2)
