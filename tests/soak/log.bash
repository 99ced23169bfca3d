# Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
# The record of long tests, tests/soak/log.csv: which seeds, for how long, of which commit, with what result. Sourced.

soak_log=$root/tests/soak/log.csv

# next_seed SUITE: one after the last that is recorded.
next_seed() {
  local last
  last=$(awk -F, -v suite="$1" '$2 == suite && $5 > last { last = $5 } END { print last + 0 }' "$soak_log" 2>/dev/null)
  echo $((${last:-0} + 1))
}

# log_soak SUITE PRESET FIRST LAST SECONDS VERDICT: adds a row.
log_soak() {
  [[ -f $soak_log ]] || echo "date,suite,preset,first_seed,last_seed,seconds,commit,verdict" >"$soak_log"
  echo "$(date -u +%F),$1,$2,$3,$4,$5,$(git -C "$root" rev-parse --short HEAD 2>/dev/null || echo unknown),$6" >>"$soak_log"
}

# soak_logged SUITE PRESET COMMAND...: runs the command, whose last line tells the seeds, and adds a row.
soak_logged() {
  local suite=$1 preset=$2 started=$SECONDS code=0 line first last
  shift 2
  # Not tee /dev/stderr, which opens a log again and truncates it.
  line=$("$@" | tee >(cat >&2) | tail -n 1) || code=$?
  first=$(sed -n 's/.*first=\([0-9]*\).*/\1/p' <<<"$line")
  last=$(sed -n 's/.*last=\([0-9]*\).*/\1/p' <<<"$line")
  log_soak "$suite" "$preset" "$first" "$last" $((SECONDS - started)) "$([[ $code == 0 ]] && echo ok || echo FAILED)"
  return "$code"
}
