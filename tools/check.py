#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Bellrock Authors
# SPDX-License-Identifier: Apache-2.0
"""./run check: what a machine can hold about the code. The rules are in tools/rules."""

import argparse
import pathlib
import sys
import time

sys.dont_write_bytecode = True
from rules import formatting, headers, includes, laws, links  # noqa: E402
from rules.tree import Tree  # noqa: E402

GROUPS = {
    "format": "C++ sources are as clang-format 14 leaves them",
    "includes": "each #include goes only where tools/layers.txt allows",
    "headers": "each header compiles alone",
    "links": "links and anchors in documents resolve; one title per document",
    "laws": "sizes, licence lines, banned words, the door to the system, names, CMake lists",
}
EXAMPLES = """examples:
  ./run check
  ./run check --fix
  ./run check --only includes --only links
"""


def parse(arguments):
    groups = "\n".join(f"  {name:9} {what}" for name, what in GROUPS.items())
    parser = argparse.ArgumentParser(
        prog="./run check",
        description="Checks the sources; prints 'file:line: rule: what, remedy'.\n\nrules:\n"
        + groups,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--only",
        metavar="RULE",
        action="append",
        choices=list(GROUPS),
        help="only this; may be repeated",
    )
    parser.add_argument("--fix", action="store_true", help="format the C++ sources first")
    parser.add_argument(
        "--build",
        metavar="DIR",
        help="where generated headers lie (default: build/release, then others)",
    )
    parser.add_argument(
        "--root",
        metavar="DIR",
        default=pathlib.Path(__file__).parent.parent,
        help="another checkout",
    )
    return parser.parse_args(arguments)


def run(options):
    """(findings, notes) of the asked rules."""
    tree = Tree(options.root)
    notes = []
    rules = {
        "format": lambda: formatting.check(tree, notes),
        "includes": lambda: includes.check(tree),
        "headers": lambda: headers.check(tree, options.build, notes),
        "links": lambda: links.check(tree),
        "laws": lambda: laws.check(tree),
    }
    findings = []
    for name in options.only or GROUPS:
        findings += rules[name]()
    return sorted(set(findings)), notes, len(tree.files)


def main():
    started = time.monotonic()
    options = parse(sys.argv[1:])
    if options.fix:
        if not formatting.installed():
            sys.exit(f"./run check --fix: {formatting.FORMATTER} is not installed; run ./run setup")
        for path in formatting.fix(Tree(options.root)):
            print(f"formatted {path}")
    findings, notes, files = run(options)
    for finding in findings:
        print(finding)
    for note in notes:
        print(f"note: {note}")
    took = time.monotonic() - started
    print(f"check: {files} files, {len(findings)} findings, {took:.1f} s")
    sys.exit(1 if findings else 0)


if __name__ == "__main__":
    main()
