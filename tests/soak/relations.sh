#!/usr/bin/env bash
# Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
# The relational operators beside PostgreSQL at length (tests/relations_postgres): new tables and cases for each seed.
#
#   ./dev soak relations [--seeds N] [--first SEED] [--cases N]
#
# Each seed is --cases cases (600) over tables of up to 10,000 rows. Seeds go on after the last one of
# tests/soak/log.csv, to which each run adds a row. compare.py --seed N repeats one.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source=tests/soak/log.bash
source "$root/tests/soak/log.bash"

seeds=4
first=
cases=600
while [[ $# -gt 0 ]]; do
  case $1 in
    --seeds) seeds=$2; shift 2 ;;
    --first) first=$2; shift 2 ;;
    --cases) cases=$2; shift 2 ;;
    *) echo "relations: unknown option '$1'" >&2; exit 2 ;;
  esac
done
first=${first:-$(next_seed relations)}

"$root/dev" build test leat

all_seeds() {
  local seed failed=0
  for ((seed = first; seed < first + seeds; ++seed)); do
    python3 "$root/tests/relations_postgres/compare.py" --binary-dir "$root/build/test" --seed "$seed" \
      --count "$cases" || failed=1
  done
  echo "first=$first last=$((first + seeds - 1))"
  return "$failed"
}

soak_logged relations test all_seeds
