// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/expr/kernels/list_access.h"

#include <gtest/gtest.h>

#include "operators/data/builder.h"
#include "operators/expr/kernels/constant.h"
#include "tests/operators/expr/expression_tester.h"

namespace leat::expr {
namespace {

using Values = std::vector<std::string>;

/// Rows: [10, NULL], [], NULL, [30] of any element type whose column is `child`.
Batch lists_of(const ColumnRef& child, MemoryAccount& memory) {
  Column::Parts parts;
  parts.values = *memory.allocate(5 * sizeof(int32_t));
  const std::array<int32_t, 5> offsets = {0, 2, 2, 2, 3};
  std::copy(offsets.begin(), offsets.end(), parts.values->mutable_as<int32_t>());
  parts.validity = *memory.allocate(8);
  *parts.validity->mutable_as<uint64_t>() = 0b1011;
  parts.children.push_back(child);
  const Type type = Type::list(child->type());
  FixedBuilder<int64_t> index(kInt64Type, memory);
  EXPECT_TRUE(index.reserve(4));
  for (const int64_t i : {2, 1, 1, 1}) index.append(i);
  const auto schema = std::make_shared<Schema>(std::vector<Field>{{"l", type}, {"i", kInt64Type}});
  return Batch(schema, {std::make_shared<Column>(type, 4, std::move(parts)), index.finish()}, 4,
               {});
}

ColumnRef numbers(MemoryAccount& memory) {
  FixedBuilder<int64_t> builder(kInt64Type, memory);
  EXPECT_TRUE(builder.reserve(3));
  builder.append(10);
  EXPECT_TRUE(builder.append_null());
  builder.append(30);
  return builder.finish();
}

class ListAccessTest : public ::testing::Test {
 protected:
  Values values(const Batch& batch, const std::string& text) {
    Diagnostics diagnostics;
    const ProgramRef program = compile(source_of(text), *batch.schema(), {}, diagnostics);
    if (!program) return {mistakes_text(diagnostics, text)};
    Evaluator evaluator(program, memory_);
    std::vector<RowFault> faults;
    const auto column = evaluator.evaluate(batch, batch.selection(), faults);
    Values result;
    for (size_t row = 0; row < batch.length(); ++row)
      result.push_back(constant_text(**column, row));
    return result;
  }
  MemoryBudget budget_{size_t{1} << 24};
  MemoryAccount& memory_{budget_.open_account("test")};
};

TEST_F(ListAccessTest, ElementsCountFromOne) {
  const Batch batch = lists_of(numbers(memory_), memory_);
  EXPECT_EQ(values(batch, "l[1]"), (Values{"10", "null", "null", "30"}));
  EXPECT_EQ(values(batch, "l[2]"), (Values{"null", "null", "null", "null"}));
  EXPECT_EQ(values(batch, "l[0]"), (Values{"null", "null", "null", "null"}));
  EXPECT_EQ(values(batch, "l[-2]"), (Values{"10", "null", "null", "null"}));
  EXPECT_EQ(values(batch, "l[-1]"), (Values{"null", "null", "null", "30"}));
  EXPECT_EQ(values(batch, "l[-3]"), (Values{"null", "null", "null", "null"}));
  EXPECT_EQ(values(batch, "l[i - 1]"), (Values{"10", "null", "null", "null"}));
  EXPECT_EQ(values(batch, "l[1] + 1"), (Values{"11", "null", "null", "31"}));
  EXPECT_EQ(values(batch, "cardinality(l)"), (Values{"2", "0", "null", "1"}));
}

TEST_F(ListAccessTest, ElementsOfEveryLayout) {
  ViewBuilder texts(kUtf8Type, memory_);
  ASSERT_TRUE(texts.reserve(3));
  for (const char* text : {"a text of more than twelve bytes", "short", ""})
    ASSERT_TRUE(texts.append_copy(text));
  EXPECT_EQ(values(lists_of(texts.finish(), memory_), "l[1] || '.'"),
            (Values{"a text of more than twelve bytes.", "null", "null", "."}));
  BoolBuilder bools(memory_);
  ASSERT_TRUE(bools.reserve(3));
  for (const bool value : {true, false, true}) bools.append(value);
  EXPECT_EQ(values(lists_of(bools.finish(), memory_), "l[i]"),
            (Values{"false", "null", "null", "true"}));
}

TEST_F(ListAccessTest, ElementsThatAreNestedThemselves) {
  Column::Parts parts;
  parts.children.push_back(numbers(memory_));
  const Type type = Type::structure({{"n", kInt64Type}});
  const auto structures = std::make_shared<Column>(type, 3, std::move(parts));
  EXPECT_EQ(values(lists_of(structures, memory_), "l[1].n"), (Values{"10", "null", "null", "30"}));
  const Batch inner = lists_of(numbers(memory_), memory_);
  EXPECT_EQ(values(lists_of(inner.columns()[0], memory_), "l[1][1]"),
            (Values{"10", "null", "null", "null"}));
}

TEST_F(ListAccessTest, Mistakes) {
  const Batch batch = lists_of(numbers(memory_), memory_);
  EXPECT_EQ(values(batch, "i[1]"), (Values{"[[1]] 'i' has no elements: it is int64"}));
  EXPECT_EQ(values(batch, "l[1.5]"),
            (Values{"[1.5] an element is counted by int64, not decimal(2,1)"}));
  EXPECT_EQ(values(batch, "cardinality(i)"), (Values{"[i] 'cardinality' needs a list, not int64"}));
}

}  // namespace
}  // namespace leat::expr
