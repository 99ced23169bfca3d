// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/ledger.h"

namespace leat {

std::string_view to_string(Counter counter) {
  switch (counter) {
    case Counter::kIn: return "in";
    case Counter::kOut: return "out";
    case Counter::kRead: return "read";
    case Counter::kPassed: return "passed";
    case Counter::kDropped: return "dropped";
    case Counter::kSkipped: return "skipped";
    case Counter::kRejected: return "rejected";
    case Counter::kFolded: return "folded";
    case Counter::kMade: return "made";
    case Counter::kBeyond: return "beyond";
    case Counter::kWritten: return "written";
    case Counter::kCommitted: return "committed";
    case Counter::kMatched: return "matched";
    case Counter::kUnmatched: return "unmatched";
    case Counter::kPaired: return "paired";
    case Counter::kPadded: return "padded";
    case Counter::kSpilled: return "spilled";
    case Counter::kRestored: return "restored";
  }
  return "unknown";
}

bool Equation::holds(const Ledger& ledger) const {
  uint64_t left_sum = 0;
  uint64_t right_sum = 0;
  for (const Counter counter : left()) left_sum += ledger[counter];
  for (const Counter counter : right()) right_sum += ledger[counter];
  return left_sum == right_sum;
}

}  // namespace leat
