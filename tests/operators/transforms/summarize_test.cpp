// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/support/operator_fixture.h"

namespace leat {

extern const OperatorDef operator_summarize;

namespace {

using test::null_cell;
using test::OperatorFixture;
using test::Opt;
using Rows = std::vector<std::string>;

SchemaRef input() {
  return test::make_schema({{"n", kInt64Type}, {"t", kUtf8Type}, {"j", kJsonType}});
}

TEST(Summarize, ARowForEachColumn) {
  OperatorFixture fixture;
  const Batch batch = test::make_batch(
      fixture.memory, input(),
      {{1, "b", "[]"}, {3, "a", null_cell}, {3, "b", "{}"}, {null_cell, "c", "1"}});
  EXPECT_EQ(run(fixture, test::bind_ok(operator_summarize, Opt(), input()), {batch}).rows,
            (Rows{"n|int64|4|1|2|1|3|2.3333333333333335|2|3|3|3",
                  "t|utf8|4|0|3|a|c|NULL|NULL|NULL|NULL|b",
                  "j|json|4|1|NULL|NULL|NULL|NULL|NULL|NULL|NULL|NULL"}));
}

TEST(Summarize, WithoutRows) {
  OperatorFixture fixture;
  EXPECT_EQ(run(fixture, test::bind_ok(operator_summarize, "n", input()), {}).rows,
            (Rows{"n|int64|0|0|0|NULL|NULL|NULL|NULL|NULL|NULL|NULL"}));
}

TEST(Summarize, Mistakes) {
  EXPECT_EQ(test::bind(operator_summarize, "x", input()).mistakes,
            (Rows{"the input has no column 'x' [x]"}));
}

}  // namespace
}  // namespace leat
