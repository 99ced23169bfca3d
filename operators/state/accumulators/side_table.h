// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What accumulators of exact sums share: the wide sums of values outside the window of ExactSum,
// and columns made of the sums of groups.
#pragma once

#include "operators/data/exact_sum.h"
#include "operators/state/accumulators/accumulator.h"
#include "operators/state/accumulators/state_columns.h"

namespace leat::state {

/// The wide sums of the few groups that have values outside the window.
template <typename Side>
class SideTable {
 public:
  explicit SideTable(MemoryAccount& memory) : index_(memory), sums_(memory) {}

  /// The wide sum of `group`, or null.
  const Side* find(size_t group) const {
    const bool has = group < index_.size() && index_[group] != 0;
    return has ? &sums_[index_[group] - 1] : nullptr;
  }
  /// The wide sum of `group`, made if need be.
  Result<Side*> at(size_t group) {
    if (group >= index_.size()) LEAT_TRY(index_.resize(group + 1, 0));
    if (index_[group] == 0) {
      LEAT_TRY(sums_.push_back(Side{}));
      index_[group] = static_cast<uint32_t>(sums_.size());
    }
    return &sums_[index_[group] - 1];
  }
  /// A binary column of the sums, NULL where there is none, and back. ERRORS: kMemory.
  Result<ColumnRef> save(std::span<const uint32_t> groups, MemoryAccount& memory) const {
    return save_bytes(groups, memory, [&](uint32_t group) {
      const Side* const side = find(group);
      return side == nullptr ? std::nullopt : std::optional(bytes_of(*side));
    });
  }
  Status load(const Column& column, const uint32_t* group_of) {
    for (size_t row = 0; row < column.length(); ++row) {
      if (!column.is_valid(row)) continue;
      LEAT_TRY_ASSIGN(Side* const to, at(group_of[row]));
      Side from;
      std::memcpy(&from, column.view_at(row).data(), sizeof(from));
      add_words(to->words, from.words);
    }
    return {};
  }
  Status merge(const SideTable& other, const GroupNumbers& group_of) {
    for (size_t i = 0; i < other.index_.size(); ++i) {
      const Side* const from = other.find(i);
      if (from == nullptr) continue;
      LEAT_TRY_ASSIGN(Side* const to, at(group_of[i]));
      add_words(to->words, from->words);
    }
    return {};
  }

 private:
  GroupArray<uint32_t> index_;  // plus 1; 0: none
  GroupArray<Side> sums_;
};

/// A value that did not fit the window of its group's sum.
struct Misfit {
  uint32_t group;
  double value;
};

/// Builds a column of float64 or of integers of some width from the sums of groups. NULL for groups
/// without values.
template <typename Builder, typename Append>
Result<ColumnRef> build_results(const GroupArray<ExactSum>& sums, std::span<const uint32_t> groups,
                                uint64_t fewest, Builder builder, Append&& append) {
  LEAT_TRY(builder.reserve(groups.size()));
  LEAT_TRY(for_each_state(sums, groups, [&](size_t i, const ExactSum& sum) -> Status {
    return sum.count() < fewest ? builder.append_null() : append(builder, i, groups[i]);
  }));
  return builder.finish();
}

}  // namespace leat::state
