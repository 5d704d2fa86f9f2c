#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The Bellrock Authors
# SPDX-License-Identifier: Apache-2.0
# Brings the jars of pom.xml to build/kafka, by Maven and out of its cache where it has them. Takes
# no time when they are there. Exits 1 with the reason when they cannot be had; the tests that need
# them then say that they are left out.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/../.."

sums=$PWD/tools/kafka/jars.sha256
jars=build/kafka
log=build/kafka.log
whole() { [[ -d $1 ]] && (cd "$1" && sha256sum --quiet --check "$sums") >/dev/null 2>&1; }

# The sums themselves mark what was checked: reading 46 MB for each setup would be waste.
if cmp -s "$sums" "$jars/checked"; then exit 0; fi

mkdir -p build
aside=build/kafka.tmp
rm -rf "$aside"
copy() {
  timeout 900 mvn --batch-mode --quiet "$@" --file tools/kafka/pom.xml \
    org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies \
    "-DoutputDirectory=$PWD/$aside" >"$log" 2>&1
}
if ! copy --offline; then
  echo "setup: fetching the jars of Kafka" >&2
  if ! copy; then
    grep -m 3 ERROR "$log" >&2 || tail -n 3 "$log" >&2
    echo "setup: Maven cannot get Kafka's jars; all of its output is in $log" >&2
    exit 1
  fi
fi
if ! whole "$aside"; then
  echo "setup: $aside differs from tools/kafka/jars.sha256: not used" >&2
  exit 1
fi
cp "$sums" "$aside/checked"
rm -rf "$jars"
mv "$aside" "$jars"
