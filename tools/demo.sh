#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The Bellrock Authors
# SPDX-License-Identifier: Apache-2.0
# Brings the demo up from nothing, or passes a verb to the one that runs. stdout is the demo's.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
bellrock=build/release/src/cli/bellrock

usage() {
  cat <<'TEXT'
usage: ./run demo [--seconds N] [--json]
       ./run demo kill|slow|fail|heal INSTANCE

Installs and builds what is missing, then starts the platform on loopback with a small music site
(gateway, catalog and storage, three instances each in two simulated sites) under 2,000 calls/s.
Prints the console's address, one line per second and what to try. Ctrl-C ends it. The second form
does something to an instance of a running demo.

  --seconds N   end after N seconds
  --json        print nothing but one JSON object on stdout at the end; progress goes to stderr

examples:
  ./run demo
  ./run demo --seconds 60 --json
  ./run demo kill music/storage/2       (in another terminal)
  ./run demo heal music/storage/2
TEXT
}

case "${1:-}" in
  -h | --help) usage && exit 0 ;;
  kill | slow | fail | heal)
    if [[ ! -x $bellrock ]]; then
      echo "./run demo $1: no demo was built yet; start one with ./run demo" >&2
      exit 1
    fi
    exec "$bellrock" demo "$@"
    ;;
esac
bash tools/setup.sh --for build 1>&2
# Only what the demo runs: a newcomer should not wait for the tests to compile.
bash tools/build.sh --quiet --target bellrock --target music_gateway --target music_catalog \
  --target music_storage --target music_load 1>&2
exec "$bellrock" demo run "$@"
