#!/usr/bin/env bash
# Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
# Fuzzes what reads bytes from outside, with libFuzzer (clang 19).
#
#   ./dev soak fuzz [--seconds N] [--seed N] [TARGET...]
#
# Each target runs for N seconds (default 60), as many targets at once as there are processors. What a target learnt is
# kept in build/fuzz/corpus/TARGET and used by the next run. An input that breaks a promise is kept in
# build/fuzz/found/TARGET-*, and the command that repeats it is printed. With the same seed, corpus and program the
# inputs are the same. Each target adds a row to tests/soak/log.csv, with the numbers of its inputs for seeds.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source=tests/soak/log.bash
source "$root/tests/soak/log.bash"
cd "$root"
seconds=60
seed=0
targets=()
while [[ $# -gt 0 ]]; do
  case $1 in
    --seconds) seconds=$2; shift 2 ;;
    --seed) seed=$2; shift 2 ;;
    -*) echo "usage: ./dev soak fuzz [--seconds N] [--seed N] [TARGET...]" >&2; exit 2 ;;
    *) targets+=("$1"); shift ;;
  esac
done
[[ ${#targets[@]} -gt 0 ]] || mapfile -t targets < <(basename -s _fuzz.cpp tests/fuzz/*_fuzz.cpp)

programs=()
for target in "${targets[@]}"; do
  [[ -f tests/fuzz/${target}_fuzz.cpp ]] || { echo "there is no target '$target' in tests/fuzz" >&2; exit 2; }
  programs+=("${target}_fuzz")
done
./dev build asan "${programs[@]}"

# fuzz TARGET: one line at the end; the whole output is in build/fuzz/TARGET.log.
fuzz() {
  local target=$1 log=build/fuzz/$1.log inputs
  mkdir -p "build/fuzz/corpus/$target" build/fuzz/found
  if "build/asan/${target}_fuzz" -max_total_time="$seconds" -seed="$seed" -timeout=20 -rss_limit_mb=3000 -max_len=4096 \
    -print_final_stats=1 -artifact_prefix="build/fuzz/found/$target-" \
    "build/fuzz/corpus/$target" "tests/fuzz/seeds/$target" >"$log" 2>&1; then
    inputs=$(awk '/number_of_executed_units/ { print $2 }' "$log")
    echo "$target: $inputs inputs in $seconds s, nothing found"
    log_soak "fuzz_$target" asan 1 "$inputs" "$seconds" ok
    return
  fi
  log_soak "fuzz_$target" asan 1 1 "$seconds" FAILED
  tail -n 40 "$log"
  echo "FAILED $target; again: build/asan/${target}_fuzz $(sed -n 's/.*Test unit written to //p' "$log" | tail -n 1)"
  return 1
}

export -f fuzz log_soak
export root soak_log seconds seed
printf '%s\n' "${targets[@]}" | xargs -P "$(nproc)" -I{} bash -c 'fuzz {}'
