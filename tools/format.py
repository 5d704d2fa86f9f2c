#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Bellrock Authors
# SPDX-License-Identifier: Apache-2.0
"""./run format: puts the C++ sources and wire contracts into the project's format."""

import argparse
import pathlib
import sys

sys.dont_write_bytecode = True
from rules import formatting  # noqa: E402
from rules.tree import Tree  # noqa: E402


def main():
    parser = argparse.ArgumentParser(
        prog="./run format",
        description=f"Runs {formatting.FORMATTER} on sources and names those that changed.",
        epilog="examples:\n  ./run format",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.parse_args()
    if not formatting.installed():
        sys.exit(f"./run format: {formatting.FORMATTER} is not installed; run ./run setup")
    for path in formatting.fix(Tree(pathlib.Path(__file__).parent.parent)):
        print(f"formatted {path}")


if __name__ == "__main__":
    main()
