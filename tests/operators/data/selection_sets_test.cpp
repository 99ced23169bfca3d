// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/data/selection_sets.h"

#include <gtest/gtest.h>

#include "tests/support/operator_fixture.h"

namespace leat {
namespace {

std::vector<size_t> rows_of(const Selection& selection) {
  std::vector<size_t> rows;
  for_each_row(selection, [&](size_t row) { rows.push_back(row); });
  return rows;
}

TEST(SelectionSets, BothAndWithout) {
  test::OperatorFixture fixture;
  const Batch batch = test::make_batch(fixture.memory, test::make_schema({{"a", kInt64Type}}),
                                       {{0}, {1}, {2}, {3}, {4}});
  const Selection some = test::select_rows(fixture.memory, batch, {0, 2, 3}).selection();
  const Selection others = test::select_rows(fixture.memory, batch, {1, 2, 4}).selection();
  EXPECT_EQ(rows_of(*rows_in_both(some, others, fixture.memory)), (std::vector<size_t>{2}));
  EXPECT_EQ(rows_of(*rows_without(some, others, fixture.memory)), (std::vector<size_t>{0, 3}));
  EXPECT_EQ(rows_of(*rows_without(Selection(5), some, fixture.memory)),
            (std::vector<size_t>{1, 4}));
  EXPECT_EQ(rows_of(*rows_in_both(some, Selection(0), fixture.memory)), (std::vector<size_t>{}));
}

}  // namespace
}  // namespace leat
