#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The Bellrock Authors
# SPDX-License-Identifier: Apache-2.0
# Builds the console, when its sources are newer than what was built, and the programs.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."

usage() {
  cat <<'TEXT'
usage: ./run build [--preset PRESET] [--target TARGET]... [--no-console] [--quiet]

Compiles into build/PRESET and the console into console/dist. Only what changed is built again.

  --preset PRESET  release (default), debug, asan, tsan or fuzz
  --target TARGET  only this CMake target; may be repeated
  --no-console     leave the web console alone (and need no Node.js)
  --quiet          one line per tenth of the way, on stderr; the compiler's output only on failure

examples:
  ./run build
  ./run build --preset asan --target fiber_loop_test --no-console
TEXT
}

die() { echo "./run build: $*" >&2 && exit 2; }

preset=release
targets=()
console=1
quiet=0
while (($#)); do
  case "$1" in
    --preset) preset=${2:?./run build: --preset needs a name} && shift ;;
    --target) targets+=("${2:?./run build: --target needs a name}") && shift ;;
    --no-console) console=0 ;;
    --quiet) quiet=1 ;;
    -h | --help) usage && exit 0 ;;
    *) die "no option '$1' (see ./run build --help)" ;;
  esac
  shift
done
case "$preset" in
  release | debug | asan | tsan | fuzz) ;;
  *) die "--preset '$preset': expected release, debug, asan, tsan or fuzz" ;;
esac

# A clone in another folder shares what was compiled here.
export CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=true

# One compiler needs up to 1.5 GB: no more of them than memory holds, lest the machine swaps.
jobs() {
  local cores gigabytes_halves
  cores=$(nproc)
  gigabytes_halves=$(awk '/^MemAvailable:/ { print int($2 / 1572864) }' /proc/meminfo)
  ((gigabytes_halves < 1)) && gigabytes_halves=1
  echo $((cores < gigabytes_halves ? cores : gigabytes_halves))
}

# Runs a command into a log file; shows a line per tenth of the way, and on failure the errors.
run_logged() {
  local log=$1
  shift
  if "$@" 2>&1 | tee "$log" | awk '
      match($0, /^\[[0-9]+\/[0-9]+\]/) {
        split(substr($0, 2, RLENGTH - 2), step, "/")
        tenth = int(10 * step[1] / step[2])
        if (tenth > shown && step[2] > 20) {
          shown = tenth
          print "build: " tenth * 10 " %"
          fflush()
        }
      }' >&2; then
    return 0
  fi
  grep -A 40 -m 3 -E '^FAILED:|error:|CMake Error' "$log" >&2 || tail -n 40 "$log" >&2
  echo "./run build: failed; all of its output is in $log" >&2
  return 1
}

step() {
  local log=$1
  shift
  if ((quiet)); then run_logged "$log" "$@"; else "$@"; fi
}

# True when a file or folder of the console is newer than the stamp of its last build.
console_is_stale() {
  [[ -f console/dist/index.html && -f build/console.stamp ]] || return 0
  [[ -n $(find console -mindepth 1 \( -path console/node_modules -o -path console/dist \) -prune \
    -o -newer build/console.stamp -print -quit) ]]
}

build_console() {
  [[ -f console/package.json ]] || return 0
  local stamp=console/node_modules/.bellrock-stamp
  if [[ ! -f $stamp || console/package-lock.json -nt $stamp ]]; then
    ((quiet)) && echo "build: fetching the console's packages" >&2
    step build/console-packages.log npm --prefix console ci --no-audit --no-fund
    touch "$stamp"
  fi
  console_is_stale || return 0
  ((quiet)) && echo "build: console" >&2
  local started
  started=$(mktemp build/console.XXXXXX) # files saved while the build runs must count as newer
  step build/console.log npm --prefix console run build
  mv "$started" build/console.stamp
}

if [[ $preset == fuzz ]]; then
  console=0 # nobody looks at it there
  bash tools/setup.sh --for build --for fuzz
else
  bash tools/setup.sh --for build
fi
mkdir -p "build/$preset"
((console)) && build_console
# The console's files are compiled in and their names change: CMake has to see the new list.
configured=build/$preset/configured.stamp
if [[ ! -f build/$preset/build.ninja || ! -f $configured ||
  build/console.stamp -nt $configured ]]; then
  ((quiet)) && echo "build: configuring $preset" >&2
  step "build/$preset/configure.log" cmake --preset "$preset"
  touch "$configured"
fi
((${#targets[@]})) || targets=(all)
step "build/$preset/build.log" ninja -C "build/$preset" -j "$(jobs)" "${targets[@]}"
