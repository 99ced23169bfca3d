// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/plugin/functions.h"

#include "operators/expr/expression.h"
#include "tests/operators/plugin/fake_plugin.h"

namespace leat::test {
namespace {

using plugin::host;

size_t rows_seen = 0;

/// Gives its argument back; rejects 3.
leat_function same_function(uint32_t flags = 0) {
  leat_function table{};
  table.size = sizeof(leat_function);
  table.name = "same";
  table.signature = "same(n int64) -> int64";
  table.flags = flags;
  table.evaluate = [](const leat_function*, leat_call* call, const leat_rows* rows) -> int {
    rows_seen += static_cast<size_t>(rows->array->length);
    const auto* const values = static_cast<const int64_t*>(rows->array->children[0]->buffers[1]);
    for (int64_t row = 0; row < rows->array->length; ++row) {
      if (values[row] == 3) host().reject(call, static_cast<uint64_t>(row), "it is three");
    }
    const leat_output output{sizeof(leat_output), rows->array, nullptr, nullptr, nullptr};
    return host().emit(call, &output);
  };
  return table;
}

struct Evaluated {
  std::vector<std::string> values;
  std::vector<RowFault> faults;
  std::vector<std::string> mistakes;
};

Evaluated evaluate(FakePlugin& fake, const std::string& text, std::vector<Cell> cells,
                   const std::vector<uint32_t>& chosen) {
  Evaluated done;
  expr::Environment environment;
  environment.functions = fake.set().functions();
  const SchemaRef schema = make_schema({{"n", kInt64Type}});
  Diagnostics diagnostics;
  const SourceText source(text, {0, static_cast<uint32_t>(text.size())}, {{0, 0}});
  const expr::ProgramRef program = expr::compile(source, *schema, environment, diagnostics);
  for (const Diagnostic& error : diagnostics.errors()) done.mistakes.push_back(error.message);
  if (!program) return done;
  OperatorFixture fixture;
  std::vector<Row> rows;
  for (const Cell& cell : cells) rows.push_back({cell});
  const Batch batch = make_batch(fixture.memory, schema, rows);
  const Batch selected = select_rows(fixture.memory, batch, chosen);
  expr::Evaluator evaluator(program, fixture.memory);
  const auto column = evaluator.evaluate(selected, selected.selection(), done.faults);
  EXPECT_TRUE(column);
  for (const uint32_t row : chosen) done.values.push_back(value_text(**column, row));
  return done;
}

TEST(PluginFunction, SeesTheWantedRowsWithoutNulls) {
  FakePlugin fake(same_function());
  rows_seen = 0;
  const Evaluated done = evaluate(fake, "fake.same(n) + 1", {1, 2, null_cell, 4, 5}, {0, 2, 4});
  EXPECT_EQ(done.values, (std::vector<std::string>{"2", "NULL", "6"}));
  EXPECT_EQ(rows_seen, 2u);
}

TEST(PluginFunction, MaySeeNulls) {
  FakePlugin fake(same_function(LEAT_SEES_NULLS));
  rows_seen = 0;
  const Evaluated done = evaluate(fake, "fake.same(n)", {1, null_cell}, {0, 1});
  EXPECT_EQ(done.values, (std::vector<std::string>{"1", "NULL"}));
  EXPECT_EQ(rows_seen, 2u);
}

TEST(PluginFunction, ARejectedRowIsAFault) {
  FakePlugin fake(same_function());
  const Evaluated done = evaluate(fake, "fake.same(n)", {2, 3, 4}, {0, 1, 2});
  ASSERT_EQ(done.faults.size(), 1u);
  EXPECT_EQ(done.faults[0].row, 1u);
  EXPECT_TRUE(done.faults[0].error.message.contains("it is three"));
}

TEST(PluginFunction, ConstantsAreComputedOnce) {
  FakePlugin fake(same_function());
  rows_seen = 0;
  EXPECT_EQ(evaluate(fake, "n + fake.same(10)", {1, 2}, {0, 1}).values,
            (std::vector<std::string>{"11", "12"}));
  EXPECT_EQ(rows_seen, 1u);
}

TEST(PluginFunction, MistakesAreThoseOfBuiltInFunctions) {
  FakePlugin fake(same_function());
  EXPECT_EQ(evaluate(fake, "fake.sam(n)", {}, {}).mistakes,
            std::vector<std::string>{"unknown function 'fake.sam'"});
  EXPECT_EQ(evaluate(fake, "fake.same(true)", {}, {}).mistakes,
            std::vector<std::string>{"argument 1 of 'fake.same' must be int64, not bool"});
}

}  // namespace
}  // namespace leat::test
