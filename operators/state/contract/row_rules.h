// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Which rows of a batch break which expectation. See row_rules.cpp.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "operators/operator.h"
#include "operators/state/contract/contract_plan.h"
#include "operators/state/join/join_lookup.h"

namespace leat::state {

/// How often an expectation was broken, and by which row first.
struct Broken {
  uint64_t rows = 0;
  Ordinal first;
  std::optional<TextPlace> place;

  void add(const Broken& other);
};

/// Which rows are the first of their key: a bit for each seat. See unique_rows.h.
struct Firsts {
  static constexpr int64_t kNoKey = -1;   ///< The row's seat when a key is NULL.
  static constexpr int64_t kBadKey = -2;  ///< ... and when a key cannot be computed.

  const uint8_t* bits;
  const int64_t* seats;  ///< By physical row.

  bool has(size_t row) const { return get_bit(bits, static_cast<size_t>(seats[row])); }
};

/// THREADS: one at a time.
class RowRules {
 public:
  /// `sides` begin with the tables of the references.
  RowRules(const ContractPlan& plan, const LaneContext& context, Sides sides);

  /// Emits the rows of `batch` that break nothing, or may; counts kPassed. `firsts` is there when
  /// keys are unique. ERRORS: kMemory; the first bad row's under `on_error: fail`.
  Status pass(const Batch& batch, const Firsts* firsts, Output& output);
  /// Under `on_error: warn`, for each expectation.
  const std::vector<Broken>& broken() const { return broken_; }

 private:
  using Faults = std::vector<RowFault>;

  Status find(size_t index, const Batch& batch, const Selection& rows, const Firsts* firsts,
              Faults& found);
  Status find_nulls(size_t index, const Batch& batch, const Selection& rows, Faults& found);
  Status find_untrue(size_t index, const Batch& batch, const Selection& rows, Faults& found);
  Status find_repeated(size_t index, const Batch& batch, const Selection& rows,
                       const Firsts& firsts, Faults& found);
  Status find_strangers(size_t index, const Batch& batch, const Selection& rows, Faults& found);
  RowFault fault(size_t index, const Batch& batch, size_t row, const std::string& error = {}) const;
  void note(size_t index, const Batch& batch, const Faults& found);

  const ContractPlan& plan_;
  LaneContext context_;
  std::vector<std::optional<expr::Evaluator>> programs_;  // by expectation
  std::vector<expr::Evaluator> keys_;                     // of unique
  std::vector<std::unique_ptr<JoinLookup>> lookups_;      // by reference
  std::vector<Broken> broken_;
};

}  // namespace leat::state
