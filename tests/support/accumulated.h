// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Folds literal values with one accumulator.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "operators/data/encoding.h"
#include "operators/state/accumulators/accumulator.h"
#include "tests/support/operator_fixture.h"

namespace leat::test {

/// One accumulator with `groups` groups.
class Accumulated {
 public:
  Accumulated(OperatorFixture& fixture, state::Fold fold, Type type, size_t groups)
      : Accumulated(fixture, state::FoldSpec{fold, {std::move(type)}}, groups) {}
  Accumulated(OperatorFixture& fixture, state::FoldSpec spec, size_t groups)
      : fixture_(fixture),
        spec_(std::move(spec)),
        groups_(groups),
        accumulator_(state::Accumulator::make(spec_, fixture.memory)) {
    EXPECT_TRUE(accumulator_->resize(groups));
  }

  /// Folds `cells[i]` into group `group_of[i]`; the rows' identities begin at `first`.
  void add(const std::vector<Cell>& cells, const std::vector<uint32_t>& group_of,
           Ordinal first = Ordinal(0, 0)) {
    add_columns({cells}, group_of, first);
  }
  /// As add, with several arguments; those of the order come last.
  void add_columns(const std::vector<std::vector<Cell>>& cells,
                   const std::vector<uint32_t>& group_of, Ordinal first = Ordinal(0, 0)) {
    std::vector<ColumnRef> columns;
    for (size_t i = 0; i < cells.size(); ++i)
      columns.push_back(make_column(fixture_.memory, spec_.types[i], cells[i]));
    RowPlaces ids;
    ids.first = first;
    const Selection rows(cells[0].size());
    EXPECT_TRUE(accumulator_->update({columns[0].get(), rows, group_of.data(), ids, columns}));
  }
  void merge(const Accumulated& other, const std::vector<uint32_t>& group_of) {
    state::GroupNumbers numbers(fixture_.memory);
    for (const uint32_t group : group_of) ASSERT_TRUE(numbers.push_back(group));
    EXPECT_TRUE(accumulator_->merge(*other.accumulator_, numbers));
  }
  /// The states of `groups` as they are saved and read again; the accumulator is of no use
  /// afterwards.
  std::vector<ColumnRef> save(const std::vector<uint32_t>& groups) {
    seal();
    return save_more(groups);
  }
  /// As save, after it.
  std::vector<ColumnRef> save_more(const std::vector<uint32_t>& groups) {
    auto saved = accumulator_->save(groups, fixture_.memory);
    EXPECT_TRUE(saved);
    return through_encoding(std::move(*saved), groups.size());
  }
  /// Loads what was saved into `group_of`.
  void load(const std::vector<ColumnRef>& states, const std::vector<uint32_t>& group_of) {
    EXPECT_TRUE(accumulator_->load(states, group_of.data()));
  }
  /// The value of each group as text; what is wrong with it instead when it cannot be represented.
  std::vector<std::string> values(const Type& result,
                                  std::optional<state::Fold> fold = std::nullopt,
                                  state::FoldParameters parameters = {}) const {
    seal();
    std::vector<uint32_t> groups(groups_);
    for (uint32_t i = 0; i < groups.size(); ++i) groups[i] = i;
    std::vector<RowFault> faults;
    const auto column = accumulator_->finish({groups, fold.value_or(spec_.fold), result,
                                              fixture_.memory, faults, std::move(parameters)});
    EXPECT_TRUE(column);
    std::vector<std::string> texts;
    for (size_t i = 0; i < groups.size(); ++i) texts.push_back(value_text(**column, i));
    for (const RowFault& fault : faults) texts[fault.row] = fault.error.message;
    return texts;
  }

 private:
  /// The columns as they come back from disk.
  std::vector<ColumnRef> through_encoding(std::vector<ColumnRef> saved, size_t length) const {
    const std::vector<Type> types = accumulator_->state_types();
    std::vector<Field> fields;
    for (const Type& type : types) fields.push_back({std::to_string(fields.size()), type});
    EXPECT_EQ(saved.size(), types.size());
    for (size_t i = 0; i < types.size(); ++i) EXPECT_EQ(saved[i]->type(), types[i]);
    const Batch batch(make_schema(std::move(fields)), std::move(saved), length, {});
    const auto bytes = encode_batch(batch, fixture_.memory);
    EXPECT_TRUE(bytes);
    const auto decoded = decode_batch({(*bytes)->data(), (*bytes)->size()}, fixture_.memory);
    EXPECT_TRUE(decoded);
    return decoded->columns();
  }

  /// Once; accumulators without a step of that kind can be added to afterwards.
  void seal() const {
    const Status status = sealed_ ? Status() : accumulator_->seal();
    EXPECT_TRUE(status);
    sealed_ = true;
  }

  OperatorFixture& fixture_;
  state::FoldSpec spec_;
  size_t groups_;
  std::unique_ptr<state::Accumulator> accumulator_;
  mutable bool sealed_ = false;
};

}  // namespace leat::test
