// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/state/aggregate_binder.h"

#include <gtest/gtest.h>

#include "tests/support/operator_fixture.h"

namespace leat::state {
namespace {

using Rows = std::vector<std::string>;

SourceText text(const std::string& text) { return SourceText(text, {}, {}); }

TEST(AggregateBinder, AColumnSeesTheRowsThatPass) {
  test::OperatorFixture fixture;
  const SchemaRef input = test::make_schema({{"k", kUtf8Type}, {"v", kInt64Type}});
  const expr::Environment environment;
  Diagnostics diagnostics;
  const BindContext context{{input}, std::nullopt, environment, OnError::kFail, diagnostics};
  AggregateBinder binder(context);
  binder.add_key(text("k"));
  const auto only = expr::compile_predicate(text("v > 1"), *input, environment, diagnostics);
  binder.add_column(text("all"), text("sum(v)"));
  binder.add_column(text("some"), text("sum(v)"), only);
  binder.add_column(text("odd"), text("sum(v) filter (where v % 2 = 1)"), only);
  ASSERT_TRUE(binder.ok());
  test::Binding binding;
  binding.bound = binder.finish();
  const Batch batch =
      test::make_batch(fixture.memory, input, {{"a", 1}, {"a", 2}, {"b", 1}, {"a", 3}, {"a", 5}});
  EXPECT_EQ(run(fixture, binding, {batch}).rows, (Rows{"a|11|10|8", "b|1|NULL|NULL"}));
}

TEST(AggregateBinder, ReportsAndGoesOn) {
  const SchemaRef input = test::make_schema({{"k", kJsonType}});
  const expr::Environment environment;
  Diagnostics diagnostics;
  const BindContext context{{input}, std::nullopt, environment, OnError::kFail, diagnostics};
  AggregateBinder binder(context);
  binder.add_key(text("k"));
  binder.add_column(text("n"), text("sum(x)"));
  EXPECT_FALSE(binder.ok());
  EXPECT_EQ(diagnostics.count(), 2u);
}

}  // namespace
}  // namespace leat::state
