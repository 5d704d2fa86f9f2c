# SPDX-FileCopyrightText: 2026 The Bellrock Authors
# SPDX-License-Identifier: Apache-2.0
"""The format of C++ sources and wire contracts is what clang-format 14 makes of them."""

import re
import shutil
import subprocess

from rules.tree import Finding, PassedBefore

FORMATTER = "clang-format-14"
FORMATTED = (".h", ".cc", ".proto")
REMEDY = "not in the project's format; run ./run format"
_WARNING = re.compile(r"(\S+?):(\d+):\d+: (?:warning|error): ")


def installed():
    return shutil.which(FORMATTER) is not None


def fix(tree):
    """Formats all of them in place; returns the names of those that changed."""
    before = {path: (tree.root / path).read_bytes() for path in tree.with_suffix(*FORMATTED)}
    if before:
        subprocess.run([FORMATTER, "-i", *before], cwd=tree.root, check=True)
    return [path for path, text in before.items() if (tree.root / path).read_bytes() != text]


def check(tree, notes):
    if not installed():
        notes.append(f"format: skipped, {FORMATTER} is not installed (./run setup)")
        return []
    style = tree.text(".clang-format") if tree.has_file(".clang-format") else ""
    passed = PassedBefore(tree.root / "build/check/format.txt")
    keys = {
        path: PassedBefore.key(style, path, tree.text(path))
        for path in tree.with_suffix(*FORMATTED)
    }
    todo = [path for path, key in keys.items() if key not in passed]
    if not todo:
        return []
    result = subprocess.run(
        [FORMATTER, "--dry-run", *todo], cwd=tree.root, capture_output=True, text=True, check=False
    )
    first_line = {}
    for line in result.stderr.splitlines():
        match = _WARNING.match(line)
        if match:
            first_line.setdefault(match.group(1), int(match.group(2)))
    for path in todo:
        if path not in first_line:
            passed.add(keys[path])
    passed.save()
    return [Finding(path, line, "format", REMEDY) for path, line in first_line.items()]
