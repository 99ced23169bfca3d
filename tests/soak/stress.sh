#!/usr/bin/env bash
# Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
# The scenarios of tests/soak on real threads: channels, select, timers, blocking calls, hogs, locked threads, files, a
# changing number of processors. Nothing may be lost, doubled, late or left over.
#
#   ./dev soak stress [--seconds N] [--first SEED] [--only SCENARIO] [--presets A,B]
#
# The time is shared by the presets: test, and those of bench (release code) and tsan that have been built, or what
# --presets names. Seeds go on after the last one of tests/soak/log.csv, to which each preset adds a row. A seed decides
# what is run, not when threads run: LEAT_SEED=N build/test/soak repeats the scenario.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source=tests/soak/log.bash
source "$root/tests/soak/log.bash"

seconds=60
first=
only=()
presets=(test)
for preset in bench tsan; do
  [[ ! -f $root/build/$preset/build.ninja ]] || presets+=("$preset")
done
while [[ $# -gt 0 ]]; do
  case $1 in
    --seconds) seconds=$2; shift 2 ;;
    --first) first=$2; shift 2 ;;
    --only) only=(--only "$2"); shift 2 ;;
    --presets) IFS=, read -r -a presets <<<"$2"; shift 2 ;;
    *) echo "stress: unknown option '$1'" >&2; exit 2 ;;
  esac
done

export TSAN_OPTIONS=${TSAN_OPTIONS:-halt_on_error=1:second_deadlock_stack=1}
unset LEAT_MUTANT
first=${first:-$(next_seed stress)}
failed=0
for preset in "${presets[@]}"; do
  "$root/dev" build "$preset" soak
  echo "stress: $preset, from seed $first on"
  soak_logged stress "$preset" "$root/build/$preset/soak" "${only[@]}" --first "$first" \
    --seconds $((seconds / ${#presets[@]})) || failed=1
  first=$(next_seed stress)
done
exit "$failed"
