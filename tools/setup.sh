#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The Bellrock Authors
# SPDX-License-Identifier: Apache-2.0
# Installs the packages of tools/packages.txt that are missing. Needs nothing when none is.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."

usage() {
  cat <<'TEXT'
usage: ./run setup [--for PURPOSE]... [--list]

Installs what a fresh Debian 12 lacks (tools/packages.txt says why each package is needed). When
nothing is missing it takes no time, no network and no rights.

  --for PURPOSE   only what this needs: build, check, peer (programs of others that tests start,
                  with the jars of Kafka), browser, fuzz or bench; may be repeated
                  (default: build, check, peer and browser)
  --list          print the missing packages, one a line, and install nothing

examples:
  ./run setup
  ./run setup --for build --for check
  ./run setup --list
TEXT
}

die() { echo "./run setup: $*" >&2 && exit 2; }

purposes=()
list=0
while (($#)); do
  case "$1" in
    --for)
      case "${2:-}" in
        build | check | peer | browser | fuzz | bench) purposes+=("$2") && shift ;;
        *) die "--for '${2:-}': expected build, check, peer, browser, fuzz or bench" ;;
      esac
      ;;
    --list) list=1 ;;
    -h | --help) usage && exit 0 ;;
    *) die "no option '$1' (see ./run setup --help)" ;;
  esac
  shift
done
((${#purposes[@]})) || purposes=(build check peer browser)

has_node() {
  command -v npm >/dev/null && command -v node >/dev/null || return 1
  local version
  version=$(node --version 2>/dev/null) || return 1
  version=${version#v}
  ((${version%%.*} >= 18))
}

# Names of the wanted packages that are not installed, one a line.
missing_packages() {
  local wanted=() package purpose
  while read -r package purpose _; do
    [[ $package == "" || $package == \#* ]] && continue
    [[ " ${purposes[*]} " == *" $purpose "* ]] || continue
    [[ $package == nodejs || $package == npm ]] && ((node_present)) && continue
    wanted+=("$package")
  done <tools/packages.txt
  ((${#wanted[@]})) || return 0
  local installed format='${Package} ${db:Status-Status}\n'
  installed=$(dpkg-query -W -f "$format" "${wanted[@]}" 2>/dev/null || true)
  for package in "${wanted[@]}"; do
    grep -qxF "$package installed" <<<"$installed" || echo "$package"
  done
}

if ! command -v dpkg-query >/dev/null; then
  die "this is not Debian (no dpkg). Install by hand what tools/packages.txt names."
fi
node_present=0
has_node && node_present=1
mapfile -t missing < <(missing_packages)
if ((list)); then
  ((${#missing[@]} == 0)) || printf '%s\n' "${missing[@]}"
  exit 0
fi
# Packages that no distribution has. Who cannot get them builds and tests all the rest.
fetch_jars() {
  [[ " ${purposes[*]} " != *" peer "* ]] || bash tools/kafka/fetch.sh ||
    echo "setup: the tests with Kafka are left out" >&2
}
if ((${#missing[@]} == 0)); then
  fetch_jars
  exit 0
fi

if ((EUID != 0)); then
  echo "./run setup: ${#missing[@]} packages are missing and only root may install them." >&2
  echo "Run this, then try again:" >&2
  echo "  sudo apt-get update && sudo apt-get install -y --no-install-recommends ${missing[*]}" >&2
  exit 1
fi
echo "setup: installing ${missing[*]}" >&2
export DEBIAN_FRONTEND=noninteractive
mkdir -p build
log=build/setup.log
# Debian starts a server with its package. Benchmarks and tests start their own; a masked unit never
# runs.
mask_services() {
  local package unit
  for package in etcd-server:etcd haproxy:haproxy clickhouse-server:clickhouse-server \
    prometheus:prometheus; do
    [[ " ${missing[*]} " == *" ${package%:*} "* ]] || continue
    unit=/etc/systemd/system/${package#*:}.service
    mkdir -p "${unit%/*}"
    [[ -e $unit ]] || ln -s /dev/null "$unit"
  done
}
mask_services
install() { apt-get update && apt-get install -y --no-install-recommends "${missing[@]}"; }
if ! install >"$log" 2>&1; then
  tail -n 20 "$log" >&2
  echo "./run setup: apt-get failed; all of its output is in $log" >&2
  exit 1
fi
fetch_jars
echo "setup: done" >&2
