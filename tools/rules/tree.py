# SPDX-FileCopyrightText: 2026 The Bellrock Authors
# SPDX-License-Identifier: Apache-2.0
"""The project's files as the rules see them, and the memory of what passed before."""

import dataclasses
import hashlib
import os
import pathlib
import re
import subprocess

NOT_OURS = ("build", "node_modules", ".git", ".cache", "dist")


@dataclasses.dataclass(frozen=True, order=True)
class Finding:
    """One breach of a rule: where, which rule, what is wrong and what to do."""

    path: str
    line: int
    rule: str
    what: str

    def __str__(self):
        return f"{self.path}:{self.line}: {self.rule}: {self.what}"


class Tree:
    """A checkout. Read-only; texts are read once."""

    def __init__(self, root):
        self.root = pathlib.Path(root).resolve()
        self.files = sorted(_git_files(self.root) or _walked_files(self.root))
        self._known = set(self.files)
        self._texts = {}
        self._code = {}

    def has_file(self, path):
        return path in self._known

    def text(self, path):
        if path not in self._texts:
            self._texts[path] = (self.root / path).read_text(encoding="utf-8", errors="replace")
        return self._texts[path]

    def lines(self, path):
        return self.text(path).splitlines()

    def code(self, path):
        """C++ text with comments and literals blanked; every line keeps its number."""
        if path not in self._code:
            self._code[path] = blank_comments_and_literals(self.text(path))
        return self._code[path]

    def with_suffix(self, *suffixes):
        return [f for f in self.files if f.endswith(suffixes)]

    def cxx(self):
        return self.with_suffix(".h", ".cc")


def _git_files(root):
    """Tracked and new files that are not ignored; nothing if this is no git checkout."""
    command = [
        "git",
        "-C",
        str(root),
        "ls-files",
        "-z",
        "-co",
        "--exclude-standard",
        "--deduplicate",
    ]
    try:
        listed = subprocess.run(command, capture_output=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return []
    names = [name for name in listed.decode().split("\0") if name]
    return [name for name in names if (root / name).is_file()]


def _walked_files(root):
    found = []
    for folder, subfolders, names in os.walk(root):
        subfolders[:] = [s for s in subfolders if s not in NOT_OURS]
        found += [str(pathlib.Path(folder, name).relative_to(root)) for name in names]
    return found


_CXX_TOKEN = re.compile(
    r"""(?P<comment>//(?:[^\n\\]|\\.|\\\n)*|/\*.*?\*/)
      | R"(?P<tag>[^()\s\\]{0,16})\(.*?\)(?P=tag)"
      | "(?:[^"\\\n]|\\.)*"
      | (?<![0-9A-Fa-f])'(?:[^'\\\n]|\\.)+'""",
    re.DOTALL | re.VERBOSE,
)
_INCLUDE_LINE = re.compile(r'^\s*#\s*include\s*"[^"]*"', re.MULTILINE)


def blank_comments_and_literals(text):
    """Keeps newlines and the quotes of literals, and #include lines as they are."""
    includes = [m.span() for m in _INCLUDE_LINE.finditer(text)]
    starts = {start for start, _ in includes}

    def replace(match):
        token = match.group(0)
        line_start = text.rfind("\n", 0, match.start()) + 1
        if token[0] == '"' and line_start in starts:
            return token
        newlines = "\n" * token.count("\n")
        if match.group("comment") is not None:
            return " " + newlines
        return ('""' if token[0] != "'" else "' '") + newlines

    return _CXX_TOKEN.sub(replace, text)


class PassedBefore:
    """Hashes of what passed a slow rule, so that only what changed is looked at again."""

    BOUND = 20_000  # entries kept

    def __init__(self, path):
        self._path = pathlib.Path(path)
        try:
            self._hashes = dict.fromkeys(self._path.read_text().split())
        except OSError:
            self._hashes = {}

    @staticmethod
    def key(*parts):
        digest = hashlib.sha256()
        for part in parts:
            digest.update(str(part).encode() + b"\0")
        return digest.hexdigest()[:32]

    def __contains__(self, key):
        return key in self._hashes

    def add(self, key):
        self._hashes[key] = None

    def save(self):
        self._path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._path.with_suffix(f".{os.getpid()}")
        fresh.write_text("\n".join(list(self._hashes)[-self.BOUND :]))
        fresh.replace(self._path)
