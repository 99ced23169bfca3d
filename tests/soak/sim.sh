#!/usr/bin/env bash
# Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
# Scenarios of the engine in the simulation, a new schedule for each seed.
#
#   ./dev soak sim [--seconds N] [--first SEED] [--only SCENARIO] [--mutants] [--suites]
#
# --suites builds the engine's own tests for the simulation as well, and runs those that apply: that need no other
# thread, no real clock, and no loop that calls nothing of the engine.
# First every mutant that breaks an interleaving must be caught within some thousand seeds, or the rest would say
# nothing; --mutants does only that. Seeds go on after the last one of tests/soak/log.csv, to which each run adds a row.
# A seed that fails fails again: LEAT_SEED=N build/sim/soak
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source=tests/soak/log.bash
source "$root/tests/soak/log.bash"

seconds=60
first=
only=()
mutants_only=
with_suites=
while [[ $# -gt 0 ]]; do
  case $1 in
    --seconds) seconds=$2; shift 2 ;;
    --first) first=$2; shift 2 ;;
    --only) only=(--only "$2"); shift 2 ;;
    --mutants) mutants_only=1; shift ;;
    --suites) with_suites=1; shift ;;
    *) echo "sim: unknown option '$1'" >&2; exit 2 ;;
  esac
done

"$root/dev" build sim soak
soak=$root/build/sim/soak
unset LEAT_MUTANT

# mutant_caught NAME SCENARIO: some seed must fail with it.
mutant_caught() {
  local output
  if output=$(LEAT_MUTANT=$1 "$soak" --only "$2" --seeds 3000 2>/dev/null); then
    echo "sim: mutant $1 SURVIVED 3000 seeds of $2"
    return 1
  fi
  echo "sim: mutant $1 is caught by $2 at seed $(sed -n 's/.* last=\([0-9]*\) .*/\1/p' <<<"$output")"
}

survived=0
while read -r mutant scenario; do
  mutant_caught "$mutant" "$scenario" || survived=1
done <"$root/tests/soak/sim_mutants.txt"
[[ $survived == 0 ]] || exit 1
[[ -z $mutants_only ]] || exit 0

# The same seed, the same steps.
for seed in 1 2 3 4 5 6 7 8 9; do
  one=$(LEAT_SEED=$seed "$soak" | sed -n 1p)
  two=$(LEAT_SEED=$seed "$soak" | sed -n 1p)
  [[ -n $one && $one == "$two" ]] || { echo "sim: seed $seed took other steps the second time: $one, $two"; exit 1; }
done

if [[ -n $with_suites ]]; then
  "$root/dev" build sim engine_tests
  applies='Sim*:*/ChannelTest*:*/SelectTest*:*SelectModelTest*:*/SyncTest*:*/CancelTest*:*/TimeTest*:*GLocal*'
  applies+=':*/WaitGraphTest*:*/ThreadModelTest*:*/GoTest*:*/LockedThreadsTest*'
  applies+='-*Foreign*:*Hog*:*ThreadsAreAsManyAsPromised*:*NobodyElseRunsOnTheThread*:*TheThreadEndsWith*:*LockedPairs*'
  "$root/build/sim/engine_tests" --gtest_brief=1 --gtest_filter="$applies"
fi

soak_logged sim sim "$soak" "${only[@]}" --seconds "$seconds" --first "${first:-$(next_seed sim)}"
