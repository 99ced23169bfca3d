// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What all tables have in common is tested in group_table_test.cpp.
#include <cmath>
#include <limits>

#include "tests/support/absorbed_groups.h"

namespace leat::state {
namespace {

using test::make_batch;
using test::make_schema;
using test::OperatorFixture;

TEST(FixedGroupTable, FloatsThatAreEqualAreOneGroup) {
  OperatorFixture fixture;
  const auto table = GroupTable::make({kFloat64Type}, fixture.memory);
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const Batch batch = make_batch(fixture.memory, make_schema({{"f", kFloat64Type}}),
                                 {{0.0}, {-0.0}, {nan}, {-nan}, {1.0}});
  std::vector<uint32_t> group_of(5);
  ASSERT_TRUE(table->assign(batch.columns(), batch.selection(), group_of.data()));
  EXPECT_EQ(group_of, (std::vector<uint32_t>{0, 0, 1, 1, 2}));
  const auto keys = table->keys_of(std::vector<uint32_t>{0}, fixture.memory);
  ASSERT_TRUE(keys);
  EXPECT_FALSE(std::signbit((*keys)[0]->values<double>()[0]));
}

TEST(FixedGroupTable, AKeyOfZeroIsNotNull) {
  OperatorFixture fixture;
  const auto table = GroupTable::make({kInt64Type}, fixture.memory);
  const Batch batch = make_batch(fixture.memory, make_schema({{"i", kInt64Type}}),
                                 {{test::null_cell}, {0}, {test::null_cell}, {0}});
  std::vector<uint32_t> group_of(4);
  ASSERT_TRUE(table->assign(batch.columns(), batch.selection(), group_of.data()));
  EXPECT_EQ(group_of, (std::vector<uint32_t>{0, 1, 0, 1}));
}

TEST(FixedGroupTable, LargeTablesAreAbsorbedByAllProcessors) {
  for (const int procs : {1, 2, 4, 8}) {
    test::AbsorbedGroups groups(make_schema({{"i", kInt64Type}}),
                                [](int64_t i) { return test::Cell(i * 977); });
    groups.check(procs, 60'000, 30'000, 300'000);
    groups.check(procs, 10, -1, 90'000);
  }
}

}  // namespace
}  // namespace leat::state
