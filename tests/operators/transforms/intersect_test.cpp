// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/support/operator_fixture.h"

namespace leat {

extern const OperatorDef operator_intersect;

namespace {

using test::bind_inputs;
using test::Binding;
using test::make_batch;
using test::make_schema;
using test::null_cell;
using test::OperatorFixture;
using test::Opt;
using test::Row;
using Rows = std::vector<std::string>;

const SchemaRef kSchema = make_schema({{"id", kInt64Type}, {"v", kUtf8Type}});
const std::vector<Row> kLeft{{1, "a"}, {null_cell, "b"}, {2, "c"}, {1, "a"}, {3, null_cell}};
const std::vector<Row> kRight{{1, "a"}, {null_cell, "x"}, {3, null_cell}, {1, "a"}};

Rows run(const Opt& options) {
  OperatorFixture fixture;
  const Binding binding = bind_inputs(operator_intersect, options, {kSchema, kSchema}, {"l", "r"});
  EXPECT_TRUE(binding.bound.has_value()) << fmt::format("{}", fmt::join(binding.mistakes, "\n"));
  return test::run_join(fixture, binding, {{make_batch(fixture.memory, kSchema, kLeft)}},
                        {{make_batch(fixture.memory, kSchema, kRight)}})
      .rows;
}

TEST(Intersect, WholeRowsWithDuplicatesAndNulls) {
  EXPECT_EQ(run("r"), (Rows{"1|a", "1|a", "3|NULL"}));
}

TEST(Intersect, ByKeysNullFindsNull) {
  EXPECT_EQ(run(Opt::map({{"with", "r"}, {"on", "id"}})), (Rows{"1|a", "NULL|b", "1|a", "3|NULL"}));
}

TEST(Intersect, WholeRowsNeedTheSameColumns) {
  const Binding binding = bind_inputs(operator_intersect, "r",
                                      {kSchema, make_schema({{"id", kInt64Type}})}, {"l", "r"});
  EXPECT_EQ(binding.mistakes, (Rows{"whole rows are compared, and 'r' has no column 'v' [r]"}));
}

}  // namespace
}  // namespace leat
