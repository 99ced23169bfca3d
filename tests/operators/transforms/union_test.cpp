// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "operators/operator.h"
#include "tests/support/operator_fixture.h"

namespace leat {

extern const OperatorDef operator_union;

namespace {

using test::Opt;

class UnionTest : public ::testing::Test {
 protected:
  test::Binding bind(const Opt& option, std::vector<SchemaRef> inputs) {
    return test::bind_inputs(operator_union, option, std::move(inputs), {"a", "b"});
  }
  std::vector<std::string> aligned(const test::Binding& binding, size_t input, const Batch& batch) {
    test::CollectingOutput output(fixture_.ledger);
    const auto& species = std::get<std::unique_ptr<Union>>(binding.bound->species);
    EXPECT_TRUE(species->align(input, fixture_.lane())->process(batch, output));
    return output.rows;
  }

  test::OperatorFixture fixture_;
  const SchemaRef a_ = test::make_schema({{"id", kInt64Type}, {"v", kInt64Type}});
  const SchemaRef b_ = test::make_schema({{"v", kFloat64Type}, {"w", kUtf8Type}});
};

TEST_F(UnionTest, ColumnsByNameAreWidenedAndMissingOnesNull) {
  const test::Binding binding = bind(Opt::map({}), {a_, b_});
  ASSERT_TRUE(binding.bound);
  EXPECT_EQ(*binding.bound->output,
            Schema({{"id", kInt64Type}, {"v", kFloat64Type}, {"w", kUtf8Type}}));
  EXPECT_EQ(aligned(binding, 0, test::make_batch(fixture_.memory, a_, {{1, 2}})),
            std::vector<std::string>{"1|2|NULL"});
  EXPECT_EQ(aligned(binding, 1, test::make_batch(fixture_.memory, b_, {{2.5, "x"}})),
            std::vector<std::string>{"NULL|2.5|x"});
}

TEST_F(UnionTest, ByPositionNamesAreThoseOfTheFirstInput) {
  const SchemaRef other = test::make_schema({{"x", kInt64Type}, {"y", kInt64Type}});
  const test::Binding binding = bind(Opt::map({{"match", Opt("position")}}), {a_, other});
  ASSERT_TRUE(binding.bound);
  EXPECT_EQ(*binding.bound->output, *a_);
  EXPECT_EQ(aligned(binding, 1, test::make_batch(fixture_.memory, other, {{7, 8}})),
            std::vector<std::string>{"7|8"});
}

TEST_F(UnionTest, TypesWithoutACommonOneAreAMistake) {
  const SchemaRef other = test::make_schema({{"id", kUtf8Type}});
  const test::Binding binding = bind(Opt::map({}), {a_, other});
  EXPECT_FALSE(binding.bound);
  ASSERT_EQ(binding.mistakes.size(), 1u);
  EXPECT_TRUE(
      binding.mistakes[0].contains("'id' has types without a common one: int64 in 'a', "
                                   "utf8 in 'b'"))
      << binding.mistakes[0];
}

}  // namespace
}  // namespace leat
