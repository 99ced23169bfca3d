// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Folds literal values with one accumulator.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "operators/state/accumulators/accumulator.h"
#include "tests/support/operator_fixture.h"

namespace leat::test {

/// One accumulator with `groups` groups.
class Accumulated {
 public:
  Accumulated(OperatorFixture& fixture, state::Fold fold, Type type, size_t groups)
      : fixture_(fixture),
        fold_(fold),
        type_(std::move(type)),
        groups_(groups),
        accumulator_(state::Accumulator::make(fold, type_, fixture.memory)) {
    EXPECT_TRUE(accumulator_->resize(groups));
  }

  /// Folds `cells[i]` into group `group_of[i]`; the rows' identities begin at `first`.
  void add(const std::vector<Cell>& cells, const std::vector<uint32_t>& group_of,
           Ordinal first = Ordinal(0, 0)) {
    const ColumnRef column = make_column(fixture_.memory, type_, cells);
    RowPlaces ids;
    ids.first = first;
    const Selection rows(cells.size());
    EXPECT_TRUE(accumulator_->update({column.get(), rows, group_of.data(), ids}));
  }
  void merge(const Accumulated& other, const std::vector<uint32_t>& group_of) {
    state::GroupNumbers numbers(fixture_.memory);
    for (const uint32_t group : group_of) ASSERT_TRUE(numbers.push_back(group));
    EXPECT_TRUE(accumulator_->merge(*other.accumulator_, numbers));
  }
  /// The value of each group as text; what is wrong with it instead when it cannot be represented.
  std::vector<std::string> values(const Type& result,
                                  std::optional<state::Fold> fold = std::nullopt) const {
    std::vector<uint32_t> groups(groups_);
    for (uint32_t i = 0; i < groups.size(); ++i) groups[i] = i;
    std::vector<RowFault> faults;
    const auto column =
        accumulator_->finish({groups, fold.value_or(fold_), result, fixture_.memory, faults});
    EXPECT_TRUE(column);
    std::vector<std::string> texts;
    for (size_t i = 0; i < groups.size(); ++i) texts.push_back(value_text(**column, i));
    for (const RowFault& fault : faults) texts[fault.row] = fault.error.message;
    return texts;
  }

 private:
  OperatorFixture& fixture_;
  state::Fold fold_;
  Type type_;
  size_t groups_;
  std::unique_ptr<state::Accumulator> accumulator_;
};

}  // namespace leat::test
