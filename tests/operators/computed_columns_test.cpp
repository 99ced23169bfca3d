// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/computed_columns.h"

#include <gtest/gtest.h>

#include "tests/support/operator_fixture.h"

namespace leat {
namespace {

using test::make_batch;
using test::make_schema;
using test::OperatorFixture;
using Rows = std::vector<std::string>;

expr::ProgramRef program(const std::string& text, const Schema& input) {
  Diagnostics diagnostics;
  return expr::compile(SourceText(text, {}, {}), input, {}, diagnostics);
}

TEST(ComputedColumns, ColumnsAreSharedOrComputed) {
  OperatorFixture fixture;
  const SchemaRef input = make_schema({{"a", kInt64Type, true}, {"b", kInt64Type}});
  test::Binding binding;
  binding.bound = compute_columns(
      {same_column(*input, 0, "x"), {{"q", kInt64Type}, program("10 / b", *input)}});
  EXPECT_EQ(binding.output(), Schema({{"x", kInt64Type}, {"q", kInt64Type}}));
  EXPECT_TRUE(binding.output()[0].guessed);
  EXPECT_EQ(binding->column_inputs[0], (std::vector<InputColumn>{0}));
  EXPECT_EQ(binding->always_read, (std::vector<InputColumn>{1}));
  const test::Run result =
      run(fixture, binding, {test::make_batch(fixture.memory, input, {{1, 2}, {2, 5}, {3, 0}})});
  EXPECT_EQ(result.rows, (Rows{"1|5", "2|2"})) << "the rows before the bad one";
  EXPECT_NE(result.error_message().find("division by zero"), std::string::npos);
}

}  // namespace
}  // namespace leat
