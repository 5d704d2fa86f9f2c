#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Bellrock Authors
# SPDX-License-Identifier: Apache-2.0
"""./run bench: builds and runs the micro benchmarks of a subject; holds them against their bars.

A benchmark is what a CMakeLists.txt under src/SUBJECT or bench/SUBJECT names with
bellrock_bench(). With --json it prints a list of {"name", "value", "unit", "conditions"}; with
--quick, if it can, it takes less time. The bars lie in tools/bench_bars.json.
"""

import argparse
import json
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILD = ROOT / "build/release"
BAR_WIDTH = 20  # characters that stand for the bar itself
TIMEOUT_S = 1500
ROWS_MAX = 40  # a benchmark of more figures prints a table of its own; only those with a bar follow
EXAMPLES = """examples:
  ./run bench --list
  ./run bench fiber
  ./run bench routing naming --strict
  ./run bench rpc --quick
"""


def benchmarks(root):
    """{subject: [(target, folder)]} of every bellrock_bench() in the CMake lists."""
    found = {}
    for base in ("src", "bench"):
        for cmake in sorted((root / base).rglob("CMakeLists.txt")):
            folder = cmake.parent.relative_to(root)
            if len(folder.parts) < 2:
                continue
            text = re.sub(r"#.*", "", cmake.read_text())
            for match in re.finditer(r"bellrock_bench\s*\(\s*NAME\s+(\S+)", text):
                found.setdefault(folder.parts[1], []).append((match.group(1), folder))
    return found


def judge(result, bars):
    """'met', 'MISSED' or '' (no bar), and value / bar."""
    bar = bars.get(result["name"])
    if bar is None:
        return "", None
    value = result["value"]
    met = value <= bar["bar"] if bar["direction"] == "max" else value >= bar["bar"]
    return "met" if met else "MISSED", value / bar["bar"] if bar["bar"] else None


def drawing(ratio):
    """A bar of the value's length, with the mark where the project's bar stands."""
    filled = min(round(ratio * BAR_WIDTH), 2 * BAR_WIDTH)
    cells = ["█"] * filled + [" "] * (2 * BAR_WIDTH - filled)
    cells[BAR_WIDTH - 1] = "▓" if filled >= BAR_WIDTH else "|"
    return "".join(cells).rstrip() + ("…" if round(ratio * BAR_WIDTH) > 2 * BAR_WIDTH else "")


def number(value):
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}" if abs(value) < 100 else f"{value:.1f}"


def table(results, bars):
    if len(results) > ROWS_MAX:
        results = [result for result in results if result["name"] in bars]
    rows = [("name", "value", "unit", "bar", "", "")]
    for result in results:
        verdict, ratio = judge(result, bars)
        bar = bars.get(result["name"])
        limit = f"{'<=' if bar['direction'] == 'max' else '>='} {number(bar['bar'])}" if bar else ""
        picture = drawing(ratio) if ratio is not None else ""
        rows.append(
            (result["name"], number(result["value"]), result["unit"], limit, verdict, picture)
        )
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    lines = []
    for row in rows:
        cells = [row[0].ljust(widths[0]), row[1].rjust(widths[1])]
        cells += [row[i].ljust(widths[i]) for i in (2, 3, 4)]
        lines.append("  ".join(cells + [row[5]]).rstrip())
    return "\n".join(lines)


def valid(results):
    kinds = {"name": str, "value": (int, float), "unit": str, "conditions": str}
    return isinstance(results, list) and all(
        isinstance(r, dict) and all(isinstance(r.get(k), kind) for k, kind in kinds.items())
        for r in results
    )


def run_one(target, folder, quick):
    """The results one benchmark program prints; ends this program with a reason if it cannot."""
    binary = BUILD / folder / target
    print(f"bench: {target}", file=sys.stderr)
    try:
        done = subprocess.run(
            [binary, "--json", *(["--quick"] if quick else [])],
            stdout=subprocess.PIPE, check=True, timeout=TIMEOUT_S,
        )
        results = json.loads(done.stdout)
    except (OSError, subprocess.SubprocessError, json.JSONDecodeError) as error:
        sys.exit(f"./run bench: {target} failed: {error}")
    if not valid(results):
        sys.exit(f"./run bench: {target} --json printed no list of name, value, unit, conditions")
    return results


def build(targets):
    command = ["bash", ROOT / "tools/build.sh", "--quiet", "--no-console"]
    for target in targets:
        command += ["--target", target]
    subprocess.run(command, check=True)


def parse(arguments):
    parser = argparse.ArgumentParser(
        prog="./run bench",
        description="Builds and runs micro benchmarks, writes build/bench/NAME.json and prints\n"
        "each value against its bar.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("names", metavar="NAME", nargs="*", help="subjects (default: all)")
    parser.add_argument("--list", action="store_true", help="print the names and run nothing")
    parser.add_argument("--quick", action="store_true", help="take less time where much is to save")
    parser.add_argument("--strict", action="store_true", help="exit 1 if a bar is missed")
    return parser.parse_args(arguments)


def main():
    options = parse(sys.argv[1:])
    known = benchmarks(ROOT)
    if options.list:
        for name, programs in known.items():
            print(f"{name:10} {' '.join(target for target, _ in programs)}")
        return
    for name in options.names:
        if name not in known:
            sys.exit(f"./run bench: no benchmark '{name}'; there are: {', '.join(known)}")
    names = options.names or list(known)
    if not names:
        sys.exit("./run bench: no CMakeLists.txt names a bellrock_bench()")
    try:
        build(target for name in names for target, _ in known[name])
    except subprocess.CalledProcessError as error:
        sys.exit(error.returncode)
    bars = json.loads((ROOT / "tools/bench_bars.json").read_text())
    missed = False
    for name in names:
        results = [
            result
            for target, folder in known[name]
            for result in run_one(target, folder, options.quick)
        ]
        out = ROOT / "build/bench" / f"{name}.json"
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(json.dumps(results, indent=2) + "\n")
        print(f"{table(results, bars)}\n(written to {out.relative_to(ROOT)})\n")
        missed |= any(judge(r, bars)[0] == "MISSED" for r in results)
    sys.exit(1 if options.strict and missed else 0)


if __name__ == "__main__":
    main()
