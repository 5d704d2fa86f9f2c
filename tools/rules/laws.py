# SPDX-FileCopyrightText: 2026 The Bellrock Authors
# SPDX-License-Identifier: Apache-2.0
"""The laws: sizes, licence lines, banned words, the one door to the system, names, CMake lists."""

import dataclasses
import fnmatch
import posixpath
import re

from rules import functions
from rules.tree import Finding

FUNCTION_LINES_MAX = 70
# Nobody reads these from top to bottom, and their length is that of what they are made from.
WRITTEN_BY_TOOLS = "console/src/api/generated*.ts"
FILE_LINES_MAX = 800
COLUMNS_MAX = 100
EXCEPTIONS_FILE = "tools/exceptions.txt"

CODE = (".h", ".cc", ".proto", ".py", ".sh", ".ts", ".tsx", ".js", ".mjs")
LICENSED = CODE + (".css", ".cmake", "CMakeLists.txt")
SCRIPTS = ("run", ".ci/run")
SPDX = ("SPDX-FileCopyrightText: ", "SPDX-License-Identifier: Apache-2.0")
UNFINISHED = re.compile(r"\b(?:FIX" r"ME|TO" r"DO|XX" r"X)\b")
VAGUE = "util|common|helper|manager|misc|data|info|impl"
_VAGUE_PATH = re.compile(rf"(?:^|/)(?:{VAGUE})s?(?:\.\w+)?(?=/|$)")
_VAGUE_TYPE = re.compile(
    r"\b(?:class|struct|enum class|using)\s+(\w*(?:"
    + "|".join(w.capitalize() for w in VAGUE.split("|"))
    + r")s?)\b(?!\s*[(:]:)"
)


@dataclasses.dataclass(frozen=True)
class Ban:
    rule: str
    pattern: re.Pattern
    remedy: str
    headers_only: bool = False


def _ban(rule, pattern, remedy, headers_only=False):
    return Ban(rule, re.compile(pattern), remedy, headers_only)


# Everywhere in C++.
BANS = (
    _ban("throw", r"\bthrow\b", "no exceptions of ours; return a Status"),
    _ban(
        "regex",
        r"\bstd::(?:w?regex|basic_regex)\b|#\s*include\s*<regex>",
        "std::regex is slow and may recurse " "without bound on input; parse by hand",
    ),
    _ban(
        "new",
        r"(?<!operator )\bnew\s+(?:\(std::nothrow\)\s*)?[A-Za-z_:]",
        "naked new; use std::make_unique, or say "
        "`// leaked on purpose: why` or `// NOLINT(new): why`",
    ),
    _ban(
        "using-namespace",
        r"\busing\s+namespace\b",
        "leaks names into every includer; name what is used",
        True,
    ),
)

# Outside of src/fiber, the only door to the operating system. What a kind of file may do all the
# same stands in DOOR_FREE; single files stand in tools/exceptions.txt.
DOOR = (
    _ban(
        "clock",
        r"\b(?:steady|system|high_resolution|file|utc)_clock::now\b"
        r"|\b(?:clock_gettime|gettimeofday)\s*\("
        r"|(?<![\w.>:])(?:std::|::)?time\s*\(\s*(?:nullptr|NULL|0)\s*\)",
        "take fiber::Clock",
    ),
    _ban(
        "sleep",
        r"\bthis_thread::sleep_|(?<![\w.>])(?:::)?(?:u|nano|clock_nano)?sleep\s*\(",
        "use fiber::SleepFor, or move simulated time in a test",
    ),
    _ban(
        "thread",
        r"\bstd::(?:j?thread|async|condition_variable(?:_any)?)\b"
        r"(?!::(?:id|hardware_concurrency)\b)"
        r"|\bpthread_create\s*\(|#\s*include\s*<(?:thread|future)>",
        "use a fiber, or fiber::LoopGroup",
    ),
    _ban(
        "socket",
        r"#\s*include\s*<(?:sys/socket|netinet/\w+|arpa/inet|netdb|sys/epoll|sys/un)\.h>"
        r"|(?<![\w.>])::(?:socket|connect|bind|listen|accept4?|send|recv|sendto|recvfrom)\s*\(",
        "use fiber::Network",
    ),
    _ban(
        "file",
        r"\bstd::(?:basic_)?[io]?fstream\b|\bf(?:re)?open\s*\(|(?<![\w.>])::(?:open|openat|creat"
        r"|unlink|rename|pwrite|pread|ftruncate|fsync|fdatasync)\s*\("
        r"|\bfilesystem::(?:create|remove|rename|copy|resize)",
        "use fiber::Disk",
    ),
    _ban(
        "random",
        r"\bstd::random_device\b|(?<![\w.>:])(?:std::|::)?s?rand\s*\(|\bgetrandom\s*\(",
        "take fiber::Random",
    ),
)
DOOR_FREE = (
    ("src/fiber/*", "all"),  # the door itself
    ("src/shm/*", "file"),  # maps the host's tables; the simulator has no shared memory
    ("*_bench.cc", "all"),  # measures the real machine
    ("bench/*", "all"),
    ("tests/e2e/*", "all"),  # drives real processes
    (
        "*_test.cc",
        "thread socket file",
    ),  # hostile peers and temporary folders; time stays simulated
    ("tests/*", "thread socket file"),
)


def _sizes(tree, path):
    lines = tree.lines(path)
    if len(lines) > FILE_LINES_MAX and not fnmatch.fnmatch(path, WRITTEN_BY_TOOLS):
        what = f"{len(lines)} lines; at most {FILE_LINES_MAX}: split it by what its parts are for"
        yield Finding(path, FILE_LINES_MAX + 1, "file-length", what)
    for number, line in enumerate(lines, 1):
        if len(line) > COLUMNS_MAX and "://" not in line:
            yield Finding(path, number, "columns", f"{len(line)} columns; at most {COLUMNS_MAX}")
    found = []
    if path.endswith((".h", ".cc")):
        found = functions.cxx_functions(tree.code(path))
    elif path.endswith(".py"):
        found = functions.python_functions(tree.text(path))
    for first, last, name in found:
        if last - first + 1 > FUNCTION_LINES_MAX:
            what = f"{name}: {last - first + 1} lines; at most {FUNCTION_LINES_MAX}: name its steps"
            yield Finding(path, first, "function-length", what)


def _licence(tree, path):
    top = "\n".join(tree.lines(path)[:4])
    if not all(line in top for line in SPDX):
        what = f"begins without the two SPDX lines; copy them from another file of its kind"
        yield Finding(path, 1, "spdx", what)


def _unfinished(tree, path):
    for number, line in enumerate(tree.lines(path), 1):
        match = UNFINISHED.search(line)
        if match:
            what = f"'{match.group(0)}': finish it, or write an issue and say here what holds today"
            yield Finding(path, number, "unfinished", what)


def _new_is_explained(line):
    return re.search(r"leaked on purpose|NOLINT\(new\):? *\w", line) or re.search(
        r"_ptr<[^;]*>\s*[({]\s*new\b", line
    )


def _bans(tree, path, exceptions):
    free = set()
    for glob, rules in DOOR_FREE:
        if fnmatch.fnmatch(path, glob):
            free.update(rules.split())
    door = () if "all" in free else [ban for ban in DOOR if ban.rule not in free]
    source = tree.lines(path)
    for number, line in enumerate(tree.code(path).split("\n"), 1):
        for ban in (*BANS, *door):
            match = ban.pattern.search(line)
            if not match or (ban.headers_only and not path.endswith(".h")):
                continue
            if ban.rule == "new" and _new_is_explained(source[number - 1]):
                continue
            if not exceptions.cover(ban.rule, path):
                yield Finding(path, number, ban.rule, f"'{match.group(0).strip()}': {ban.remedy}")


class Exceptions:
    """tools/exceptions.txt: 'rule path: reason' lines. Each has a reason and is still needed."""

    def __init__(self, tree):
        self.rows, self.used, self.bad = {}, set(), []
        if not tree.has_file(EXCEPTIONS_FILE):
            return
        for number, line in enumerate(tree.lines(EXCEPTIONS_FILE), 1):
            if not line.strip() or line.startswith("#"):
                continue
            match = re.fullmatch(r"([a-z-]+) (\S+): (\S.*)", line)
            if match:
                self.rows[match.group(1), match.group(2)] = number
            else:
                self.bad.append((number, "expected 'rule path: reason'"))

    def cover(self, rule, path):
        if (rule, path) not in self.rows:
            return False
        self.used.add((rule, path))
        return True

    def findings(self):
        stale = [
            (n, f"'{key[0]} {key[1]}' is no longer needed; delete the line")
            for key, n in self.rows.items()
            if key not in self.used
        ]
        return [
            Finding(EXCEPTIONS_FILE, number, "exceptions", what)
            for number, what in self.bad + stale
        ]


def _names(tree, path):
    match = _VAGUE_PATH.search(path)
    if match:
        yield Finding(
            path,
            1,
            "names",
            f"'{match.group(0).strip('/')}' says nothing; name it after what it holds",
        )
    if path.endswith((".h", ".cc")):
        for number, line in enumerate(tree.code(path).split("\n"), 1):
            match = _VAGUE_TYPE.search(line)
            if match:
                yield Finding(
                    path,
                    number,
                    "names",
                    f"'{match.group(1)}' ends in a word that says nothing; name its role",
                )


def _pragma(tree, path):
    if not re.search(r"^#pragma once$", tree.code(path), re.MULTILINE):
        yield Finding(path, 1, "pragma-once", "a header begins with #pragma once")


def _cmake_text(tree, path):
    return re.sub(r"#.*", "", tree.text(path))


def _cmake(tree):
    """Every .cc stands in the list of its folder or of one above, and no list is a glob."""
    lists = {
        posixpath.dirname(p): _cmake_text(tree, p)
        for p in tree.files
        if posixpath.basename(p) == "CMakeLists.txt"
    }
    for folder, text in lists.items():
        if re.search(r"file\s*\(\s*GLOB", text):
            yield Finding(
                posixpath.join(folder, "CMakeLists.txt"), 1, "cmake", "file(GLOB): list the sources"
            )
    for path in tree.with_suffix(".cc"):
        folder = posixpath.dirname(path)
        while True:
            listed = re.escape(posixpath.relpath(path, folder or "."))
            if re.search(rf"(?:^|[\s(/\"]){listed}(?=[\s)\"]|$)", lists.get(folder, "")):
                break
            if not folder:
                yield Finding(path, 1, "cmake", "in no CMakeLists.txt; list it, or delete it")
                break
            folder = posixpath.dirname(folder)


def check(tree):
    findings = []
    exceptions = Exceptions(tree)
    for path in tree.files:
        findings += _names(tree, path)
        if path.endswith(CODE) or path in SCRIPTS:
            findings += _sizes(tree, path)
            findings += _unfinished(tree, path)
        if path.endswith(LICENSED) or path in SCRIPTS:
            findings += _licence(tree, path)
        if path.endswith((".h", ".cc")):
            findings += _bans(tree, path, exceptions)
        if path.endswith(".h"):
            findings += _pragma(tree, path)
    findings += _cmake(tree)
    return findings + exceptions.findings()
