// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/state/keyed/keyed_plan.h"

#include <gtest/gtest.h>

#include "tests/support/operator_fixture.h"

namespace leat::state {
namespace {

using test::make_batch;
using test::make_schema;
using test::OperatorFixture;
using test::Opt;
using Texts = std::vector<std::string>;

constexpr std::array<OptionDef, 3> kOptions{{
    {.name = "partition_by", .type = OptionType::kExpressions},
    {.name = "order_by", .type = OptionType::kExpressions},
    {.name = "column", .type = OptionType::kText},
}};

/// Options, what they are compiled to, and the mistakes.
class Plans {
  template <typename Make>
  auto with(const Opt& option, const SchemaRef& schema, Make&& make) {
    Diagnostics diagnostics;
    test::OptionDocument document;
    const SourceText key = document.scalar("test");
    const auto values = read_options(kOptions, "", document.node(option), key, diagnostics);
    EXPECT_TRUE(values);
    const expr::Environment environment;
    auto made = make(
        *values,
        BindContext{.inputs = {schema}, .environment = environment, .diagnostics = diagnostics});
    for (const Diagnostic& error : diagnostics.errors()) mistakes.push_back(error.message);
    return made;
  }

 public:
  std::optional<KeyedPlan> make(const Opt& option, const SchemaRef& schema) {
    return with(option, schema, [](const OptionValues& values, const BindContext& context) {
      return make_keyed_plan(values, context);
    });
  }
  std::optional<std::string> name(const Opt& option, const SchemaRef& schema) {
    return with(option, schema, [](const OptionValues& values, const BindContext& context) {
      return new_column_name(values, "column", context);
    });
  }
  Texts mistakes;
};

SchemaRef schema() { return make_schema({{"a", kInt64Type}, {"s", kUtf8Type}, {"j", kJsonType}}); }

TEST(KeyedPlan, KeysAndOrder) {
  Plans plans;
  const auto plan = plans.make(
      Opt::map({{"partition_by", Opt::list({"s", "a % 2"})}, {"order_by", Opt::list({"a desc"})}}),
      schema());
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->key_types(), (std::vector<Type>{kUtf8Type, kInt64Type}));
  EXPECT_EQ(plan->order.keys.size(), 1u);
  EXPECT_TRUE(plan->order.keys[0].descending);
  EXPECT_EQ(keyed_columns(*plan), (std::vector<InputColumn>{0, 1}));
}

TEST(KeyedPlan, WithoutOptionsOnePartitionInTheOrderOfTheInput) {
  Plans plans;
  const auto plan = plans.make(Opt::map({}), schema());
  ASSERT_TRUE(plan);
  EXPECT_TRUE(plan->keys.empty());
  EXPECT_TRUE(plan->order.keys.empty());
  EXPECT_EQ(*plan->order.stored, *schema());
  EXPECT_TRUE(keyed_columns(*plan).empty());
}

TEST(KeyedPlan, AllMistakesAtOnce) {
  Plans plans;
  EXPECT_FALSE(plans.make(
      Opt::map({{"partition_by", Opt::list({"j", "no"})}, {"order_by", Opt::list({})}}), schema()));
  ASSERT_EQ(plans.mistakes.size(), 3u);
  EXPECT_EQ(plans.mistakes[0], "values of type json cannot be told apart");
  EXPECT_EQ(plans.mistakes[2], "'order_by' is an empty list");
}

TEST(KeyedPlan, NamesOfNewColumns) {
  Plans plans;
  EXPECT_EQ(plans.name(Opt::map({{"column", "n"}}), schema()), "n");
  EXPECT_FALSE(plans.name(Opt::map({{"column", "s"}}), schema()));
  EXPECT_FALSE(plans.name(Opt::map({{"column", ""}}), schema()));
  EXPECT_EQ(plans.mistakes,
            (Texts{"the input has a column 's' already", "'column' is an empty name"}));
}

TEST(KeyedReader, ComputesKeysAndOrderAndTakesBadRowsOut) {
  Plans plans;
  const SchemaRef input = make_schema({{"a", kInt64Type}, {"s", kUtf8Type}});
  const auto plan =
      plans.make(Opt::map({{"partition_by", "s::int64"}, {"order_by", "10 / a"}}), input);
  ASSERT_TRUE(plan);
  OperatorFixture skipping(size_t{1} << 30, OnError::kSkip);
  KeyedReader reader(*plan, skipping.lane());
  const Batch batch = make_batch(skipping.memory, input, {{5, "7"}, {0, "1"}, {2, "x"}, {1, "3"}});
  const auto prepared = reader.prepare_all(batch);
  ASSERT_TRUE(prepared);
  EXPECT_EQ(test::rows_of(prepared->rows), (Texts{"5|7|2", "1|3|10"}));
  EXPECT_EQ(test::value_text(*prepared->keys[0], 3), "3");
  EXPECT_EQ(skipping.ledger[Counter::kSkipped], 2u);

  OperatorFixture strict;
  KeyedReader failing(*plan, strict.lane());
  const auto until = failing.prepare(make_batch(strict.memory, input, {{5, "7"}, {0, "1"}}));
  ASSERT_TRUE(until);
  EXPECT_EQ(test::rows_of(until->rows), (Texts{"5|7|2"}));
  EXPECT_TRUE(until->error);
}

}  // namespace
}  // namespace leat::state
