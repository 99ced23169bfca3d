#!/usr/bin/env bash
# Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
# Whole pipelines: random graphs of real operators (tests/graphs/graph_scenarios.cpp), a graph for each seed.
#
#   ./dev soak graphs [--seconds N] [--first SEED] [--presets A,B]
#
# The time is shared by the presets: sim (a schedule for each seed) and test, or what --presets names. Seeds go on
# after the last one of tests/soak/log.csv, to which each preset adds a row; how many graphs had what is printed before.
# LEAT_SEED=N build/PRESET/graphs_soak repeats one: in sim step by step, elsewhere only the graph is the same.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source=tests/soak/log.bash
source "$root/tests/soak/log.bash"

seconds=60
first=
presets=(sim test)
while [[ $# -gt 0 ]]; do
  case $1 in
    --seconds) seconds=$2; shift 2 ;;
    --first) first=$2; shift 2 ;;
    --presets) IFS=, read -r -a presets <<<"$2"; shift 2 ;;
    *) echo "graphs: unknown option '$1'" >&2; exit 2 ;;
  esac
done

export TSAN_OPTIONS=${TSAN_OPTIONS:-halt_on_error=1:second_deadlock_stack=1}
unset LEAT_MUTANT
failed=0
for preset in "${presets[@]}"; do
  "$root/dev" build "$preset" graphs_soak
  from=${first:-$(next_seed graphs)}
  echo "graphs: $preset, from seed $from on"
  soak_logged graphs "$preset" "$root/build/$preset/graphs_soak" --first "$from" \
    --seconds $((seconds / ${#presets[@]})) || failed=1
done
exit "$failed"
