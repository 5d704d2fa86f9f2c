# SPDX-FileCopyrightText: 2026 The Bellrock Authors
# SPDX-License-Identifier: Apache-2.0
"""Every header compiles alone; a public one with nothing but include/ on the path."""

import concurrent.futures
import os
import pathlib
import re
import subprocess

from rules.includes import GENERATED, includes_of
from rules.tree import Finding, PassedBefore

COMPILER = "g++"
FLAGS = ["-std=c++20", "-fsyntax-only", "-Wall", "-Wextra", "-x", "c++", "-"]


class Closure:
    """The project's own text behind a header, so that a change below it is noticed."""

    def __init__(self, tree, generated):
        self._tree = tree
        self._generated = generated
        self.missing = set()  # generated headers asked for but not built

    def find(self, name, beside):
        folders = [pathlib.Path("include"), pathlib.Path("src"), pathlib.Path(beside).parent]
        for folder in folders:
            path = self._tree.root / folder / name
            if path.is_file():
                return path
        if self._generated and (self._generated / name).is_file():
            return self._generated / name
        return None

    def texts(self, path):
        """Texts of the header and all it includes of the project, in a stable order."""
        self.missing = set()
        seen, todo, texts = set(), [self._tree.root / path], []
        while todo:
            current = todo.pop()
            if current in seen:
                continue
            seen.add(current)
            text = current.read_text(encoding="utf-8", errors="replace")
            texts.append(text)
            for _, name, quoted in includes_of(text):
                if not quoted and not name.endswith(GENERATED):
                    continue
                found = self.find(name, current)
                if found:
                    todo.append(found)
                elif name.endswith(GENERATED):
                    self.missing.add(name)
        return texts


def generated_folder(root, build):
    """build/<preset>/proto of the asked or any built preset."""
    candidates = [pathlib.Path(build)] if build else []
    candidates += [root / "build" / preset for preset in ("release", "debug", "asan", "tsan")]
    for candidate in candidates:
        if (candidate / "proto").is_dir() and list((candidate / "proto").rglob("*.pb.h")):
            return candidate / "proto"
    return None


def _compile(tree, path, generated):
    paths = ["-I", str(tree.root / "include")]
    name = path
    if path.startswith("include/"):
        name = path[len("include/") :]
    else:
        paths += ["-I", str(tree.root / "src"), "-I", str(tree.root)]
        if generated:
            paths += ["-I", str(generated)]
    result = subprocess.run(
        [COMPILER, *paths, *FLAGS],
        input=f'#include "{name}"\n',
        capture_output=True,
        text=True,
        check=False,
    )
    return path, result.returncode, result.stderr


def first_error(stderr, root):
    for line in stderr.splitlines():
        match = re.match(r"(\S+?):(\d+)(?::\d+)?: (?:fatal )?error: (.*)", line)
        if match:
            where = match.group(1).removeprefix(f"{root}/")
            return f"{where}:{match.group(2)}: {match.group(3)}"
    return stderr.strip().splitlines()[0] if stderr.strip() else "the compiler failed"


def check(tree, build, notes):
    generated = generated_folder(tree.root, build)
    closure = Closure(tree, generated)
    passed = PassedBefore(tree.root / "build/check/headers.txt")
    try:
        version = subprocess.run(
            [COMPILER, "--version"], capture_output=True, text=True, check=True
        ).stdout
    except (OSError, subprocess.CalledProcessError):
        notes.append(f"headers: skipped, {COMPILER} is not installed (./run setup)")
        return []
    todo, skipped = {}, 0
    for path in tree.with_suffix(".h"):
        key = PassedBefore.key(version, *FLAGS, path, *closure.texts(path))
        if closure.missing:
            skipped += 1
        elif key not in passed:
            todo[path] = key
    if skipped:
        notes.append(
            f"headers: {skipped} skipped, they need generated headers not built yet (./run build)"
        )
    findings = []
    with concurrent.futures.ThreadPoolExecutor(max_workers=os.cpu_count() or 2) as pool:
        for path, code, stderr in pool.map(lambda p: _compile(tree, p, generated), todo):
            if code == 0:
                passed.add(todo[path])
                continue
            what = f"does not compile alone: {first_error(stderr, tree.root)}; include what it uses"
            findings.append(Finding(path, 1, "headers", what))
    passed.save()
    return findings
