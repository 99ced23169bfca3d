// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What the lanes of one `expect` bring together, and what is made of it behind the last row. See
// contract_state.cpp.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <vector>

#include "operators/operator.h"
#include "operators/state/contract/contract_plan.h"
#include "operators/state/contract/row_rules.h"

namespace leat::state {

/// What one lane has seen.
struct ContractPart {
  uint64_t rows = 0;
  std::vector<Broken> broken;
  std::unique_ptr<Partial> totals;
  std::unique_ptr<Partial> firsts;
  std::unique_ptr<Partial> held;
};

/// It is lent, not emitted. THREADS: any.
class ContractState final : public Collected {
 public:
  explicit ContractState(const ContractPlan& plan)
      : plan_(plan), broken_(plan.warns() ? plan.expectations.size() : 0) {}

  size_t parts() const override { return 0; }
  Status emit_part(size_t, const LaneContext&, Output&) const override { return {}; }

  /// Numbers that no other row of the run gets; the first of `rows`.
  uint64_t take_seats(size_t rows) const { return seats_.fetch_add(rows); }
  /// How many were taken. REQUIRES: no row comes any more.
  uint64_t seats() const { return seats_.load(); }
  /// A lane has had its last row.
  void take(ContractPart part) const;
  void add(uint64_t rows, const std::vector<Broken>& broken) const;

  /// Judges all rows together: an error, or a warning. REQUIRES: all lanes were taken. ERRORS:
  /// kData; kMemory. SUSPENDS
  Status check_totals(const LaneContext& context) const;
  /// The rows that were held, which are judged as they are emitted. REQUIRES: as above, and keys
  /// are unique. ERRORS: kMemory, kIo. SUSPENDS
  Result<CollectedRef> release(const LaneContext& context, Sides sides) const;
  /// Tells RunWatch what was broken, under `on_error: warn`.
  void warn(const RunWatch* watch) const;

 private:
  Result<CollectedRef> finish(const Collect& collect,
                              std::unique_ptr<Partial> ContractPart::* which,
                              const LaneContext& context) const;

  const ContractPlan& plan_;
  mutable std::atomic<uint64_t> seats_{0};
  mutable std::mutex mutex_;  // guards the rest; held for a push or a sum
  mutable std::vector<ContractPart> parts_;
  mutable uint64_t rows_ = 0;
  mutable std::vector<Broken> broken_;
};

}  // namespace leat::state
