// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/support/operator_fixture.h"

namespace leat {

extern const OperatorDef operator_drop;

namespace {

using test::Opt;
using Rows = std::vector<std::string>;

SchemaRef input() {
  return test::make_schema({{"id", kInt64Type}, {"tmp_a", kUtf8Type}, {"tmp_b", kInt64Type}});
}

TEST(Drop, LeavesColumnsOut) {
  test::OperatorFixture fixture;
  const test::Binding binding = test::bind_ok(operator_drop, "columns('^tmp_')", input());
  EXPECT_EQ(binding.output(), Schema({{"id", kInt64Type}}));
  EXPECT_EQ(binding.bound->always_read, (std::vector<InputColumn>{1, 2}));
  EXPECT_EQ(run(fixture, binding, {test::make_batch(fixture.memory, input(), {{1, "x", 2}})}).rows,
            (Rows{"1"}));
}

TEST(Drop, Mistakes) {
  EXPECT_EQ(test::bind(operator_drop, Opt::list({"idd", "tmp_a", "tmp_a"}), input()).mistakes,
            (Rows{"the input has no column 'idd' [idd]", "column 'tmp_a' is named twice [tmp_a]"}));
  EXPECT_EQ(test::bind(operator_drop, "columns('.')", input()).mistakes,
            (Rows{"'drop' leaves no column [columns('.')]"}));
}

}  // namespace
}  // namespace leat
