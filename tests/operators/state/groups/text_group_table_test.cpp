// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What all tables have in common is tested in group_table_test.cpp.
#include <string>

#include "tests/support/absorbed_groups.h"

namespace leat::state {
namespace {

using test::make_batch;
using test::make_schema;
using test::OperatorFixture;

TEST(TextGroupTable, ShortAndLongTextsThatBeginAlike) {
  OperatorFixture fixture;
  const auto table = GroupTable::make({kUtf8Type}, fixture.memory);
  const std::string twelve = "twelve bytes";
  const Batch batch = make_batch(fixture.memory, make_schema({{"s", kUtf8Type}}),
                                 {{twelve},
                                  {twelve + "!"},
                                  {twelve + "?"},
                                  {""},
                                  {test::null_cell},
                                  {twelve + "!"},
                                  {""},
                                  {twelve}});
  std::vector<uint32_t> group_of(8);
  ASSERT_TRUE(table->assign(batch.columns(), batch.selection(), group_of.data()));
  EXPECT_EQ(group_of, (std::vector<uint32_t>{0, 1, 2, 3, 4, 1, 3, 0}));
}

TEST(TextGroupTable, LargeTablesAreAbsorbedByAllProcessors) {
  for (const int procs : {1, 2, 4, 8}) {
    // Some of the keys lie in their views, some in an arena that outlives its table.
    test::AbsorbedGroups groups(make_schema({{"s", kUtf8Type}}), [](int64_t i) {
      return test::Cell(std::string(static_cast<size_t>(i % 20), 'x') + std::to_string(i));
    });
    groups.check(procs, 60'000, 30'000, 300'000);
    groups.check(procs, 10, -1, 90'000);
  }
}

}  // namespace
}  // namespace leat::state
