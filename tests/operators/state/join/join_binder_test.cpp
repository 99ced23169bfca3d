// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/state/join/join_binder.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "tests/support/operator_fixture.h"

namespace leat {

extern const OperatorDef operator_join;

namespace state {
namespace {

using test::bind_inputs;
using test::Binding;
using test::make_schema;
using test::Opt;

const SchemaRef kLeft = make_schema({{"id", kInt64Type}, {"v", kUtf8Type}, {"ts", kInt64Type}});
const SchemaRef kRight = make_schema({{"id", kInt64Type}, {"w", kUtf8Type}, {"at", kInt64Type}});

Binding bind(std::vector<std::pair<std::string, Opt>> options) {
  options.insert(options.begin(), {"with", "r"});
  return bind_inputs(operator_join, Opt::map(std::move(options)), {kLeft, kRight}, {"l", "r"});
}

bool reads(const std::vector<InputColumn>& columns, InputColumn column) {
  return std::find(columns.begin(), columns.end(), column) != columns.end();
}

TEST(JoinBinder, SaysWhichColumnsOfWhichInputAreRead) {
  const Binding binding = bind({{"on", "id"}, {"where", "ts < at"}, {"columns", "w"}});
  ASSERT_TRUE(binding.bound);
  ASSERT_EQ(binding.bound->column_inputs.size(), 4u);
  EXPECT_EQ(binding.bound->column_inputs[1], (std::vector<InputColumn>{{1, 0}}));
  EXPECT_EQ(binding.bound->column_inputs[3], (std::vector<InputColumn>{{1, 1}}));
  for (const InputColumn column :
       {InputColumn(0, 0), InputColumn(0, 1), InputColumn(2, 0), InputColumn(2, 1)})
    EXPECT_TRUE(reads(binding.bound->always_read, column));
  EXPECT_FALSE(reads(binding.bound->always_read, InputColumn(1, 1)));
}

TEST(JoinBinder, AKeyOfAFullJoinReadsBothSides) {
  const Binding binding = bind({{"on", "id"}, {"how", "full"}});
  ASSERT_TRUE(binding.bound);
  EXPECT_EQ(binding.bound->column_inputs[0], (std::vector<InputColumn>{{0, 0}, {0, 1}}));
}

TEST(JoinBinder, AsofNeedsATimeOrNumber) {
  EXPECT_EQ(bind({{"asof", "v = w"}, {"prefix", "r_"}}).mistakes,
            (std::vector<std::string>{"'asof' cannot go by utf8 [v = w]"}));
  EXPECT_EQ(bind({{"asof", "ts = at"}, {"how", "full"}}).mistakes,
            (std::vector<std::string>{"'asof' does not go with how: full [ts = at]",
                                      "two columns are called 'id' [r]"}));
}

}  // namespace
}  // namespace state
}  // namespace leat
