#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Bellrock Authors
# SPDX-License-Identifier: Apache-2.0
"""Our fold of calls into the twelve default dimension sets beside DuckDB (the same tree as GROUP
BYs) and ClickHouse (a materialized view for each set), one thread each, the same calls, in one run.
What they give must be equal. A peer that is not there is left out, and why is said."""

import argparse
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

from clickhouse_peer import SERVER, ClickHouse, ClickHouseError, fold

BENCH = pathlib.Path(__file__).resolve().parent
CALLS, CALLS_QUICK = 10_000_000, 1_000_000
PEER_S = 1400


def say(text):
    print(f"metrics_peers_bench: {text}", file=sys.stderr)


def output(command):
    return json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True,
                                     timeout=PEER_S).stdout)


def equal(ours, theirs, what):
    if ours != theirs:
        different = [key for key in ours if theirs.get(key) != ours[key]]
        sys.exit(f"metrics_peers_bench: {what} differ: {different[:5]}, as "
                 f"{ours[different[0]] if different else len(ours)} and "
                 f"{theirs.get(different[0]) if different else len(theirs)}")


def find_duckdb():
    """The folder with the installed packages, or None. They are fetched once, by the lock."""
    folder = BENCH / "duckdb"
    if shutil.which("node") is None or shutil.which("npm") is None:
        say("without DuckDB: no node and npm; ./run setup")
        return None
    if not (folder / "node_modules/@duckdb/node-api").exists():
        done = subprocess.run(["npm", "ci", "--no-audit", "--no-fund"], cwd=folder,
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=600)
        if done.returncode != 0:
            say(f"without DuckDB: npm ci: {done.stderr.decode()[-300:].strip()}")
            return None
    return folder


def run_duckdb(csv, ours):
    folder = find_duckdb()
    if folder is None:
        return None
    theirs = output(["node", folder / "peer.mjs", csv])
    equal(ours["buckets"], theirs["buckets"], "buckets of DuckDB")
    equal(ours["percentiles"], theirs["percentiles"], "DuckDB's quantile_disc and our percentiles")
    return theirs["cpu_seconds"]


def run_clickhouse(csv, ours):
    if not pathlib.Path(SERVER).exists():
        say("without ClickHouse; ./run setup --for bench")
        return None
    with tempfile.TemporaryDirectory() as folder:
        server = None
        try:
            server = ClickHouse(folder)
            took, percentiles = fold(server, csv, list(ours["buckets"]))
        except (ClickHouseError, OSError) as error:
            say(f"without ClickHouse: {error}")
            return None
        finally:
            if server is not None:
                server.stop()
    equal(ours["percentiles"], percentiles, "ClickHouse's percentiles and ours")
    return took


def results(calls):
    with tempfile.TemporaryDirectory() as folder:
        csv = pathlib.Path(folder) / "calls.csv"
        ours = output([BENCH / "bench_metrics_scene", str(calls), csv])
        peers = {"metrics.vs_duckdb": (run_duckdb(csv, ours), "DuckDB, the tree as GROUP BYs over "
                                       "small numbers, loading left out"),
                 "metrics.vs_clickhouse_mv": (run_clickhouse(csv, ours), "ClickHouse, a view with "
                                              "quantilesExactWeightedState for each set, reading "
                                              "of the text left out")}
    found = []
    for name, (took, what) in peers.items():
        if took is None:
            continue
        found.append({"name": name, "value": round(took / ours["cpu_seconds"], 3), "unit": "x",
                      "conditions": f"CPU time of folding {calls} calls into 12 sets at 1 us, one "
                                    f"thread: {what}: {took:.2f} s; ours, decoding and names "
                                    f"included: {ours['cpu_seconds']:.2f} s; equal results"})
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print a list for ./run bench")
    parser.add_argument("--quick", action="store_true", help="fewer calls")
    parser.add_argument("--calls", type=int, help="how many")
    options = parser.parse_args()
    found = results(options.calls or (CALLS_QUICK if options.quick else CALLS))
    if options.json:
        print(json.dumps(found, indent=1))
        return
    for each in found:
        print(f"{each['name']:28} {each['value']:8.2f} {each['unit']}  ({each['conditions']})")


if __name__ == "__main__":
    main()
