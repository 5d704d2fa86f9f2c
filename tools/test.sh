#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The Bellrock Authors
# SPDX-License-Identifier: Apache-2.0
# Builds and runs every test. The checks of the code and the console's unit tests are ctest tests
# like the others (tests/CMakeLists.txt), so that the summary at the end covers all.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."

usage() {
  cat <<'TEXT'
usage: ./run test [--preset PRESET] [-R REGEX] [--no-browser]

Installs and builds what is missing, then runs the checks, the console's unit tests, the unit,
simulation and end-to-end tests, two at a time. The last lines are the summary.

  --preset PRESET  release (default), debug, asan, tsan or fuzz
  -R REGEX         only tests whose name matches
  --no-browser     leave out the tests that need chromium (label "browser")

examples:
  ./run test
  ./run test -R fiber
  ./run test --preset tsan -R 'fiber|rpc' --no-browser
TEXT
}

preset=release
setup=(--for build --for check --for peer --for browser)
select=()
while (($#)); do
  case "$1" in
    --preset) preset=${2:?./run test: --preset needs a name} && shift ;;
    -R) select+=(-R "${2:?./run test: -R needs a regular expression}") && shift ;;
    --no-browser)
      setup=(--for build --for check --for peer)
      select+=(-LE '^browser$')
      ;;
    -h | --help) usage && exit 0 ;;
    *) echo "./run test: no option '$1' (see ./run test --help)" >&2 && exit 2 ;;
  esac
  shift
done
bash tools/setup.sh "${setup[@]}"
bash tools/build.sh --quiet --preset "$preset"
# TSan of g++ 12 cannot live with the address randomness of newer kernels.
prefix=()
if [[ $preset == tsan ]] && setarch "$(uname -m)" -R true 2>/dev/null; then
  prefix=(setarch "$(uname -m)" -R)
fi
# What a sanitizer finds must fail a test, whatever the program does afterwards.
if [[ $preset == asan ]]; then
  strict=exitcode=99:detect_stack_use_after_return=1:strict_string_checks=1
  export ASAN_OPTIONS=${ASAN_OPTIONS:-$strict}
  export UBSAN_OPTIONS=${UBSAN_OPTIONS:-print_stacktrace=1:halt_on_error=1}
elif [[ $preset == tsan ]]; then
  export TSAN_OPTIONS=${TSAN_OPTIONS:-exitcode=99:halt_on_error=1:second_deadlock_stack=1}
fi
exec "${prefix[@]}" ctest --test-dir "build/$preset" --parallel 2 \
  --output-on-failure --no-tests=error "${select[@]}"
