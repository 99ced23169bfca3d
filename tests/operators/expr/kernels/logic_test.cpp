// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "operators/expr/kernels/kernels.h"
#include "tests/operators/expr/expression_tester.h"

namespace leat::expr {
namespace {

TEST(Logic, TablesOfThreeValues) {
  ExpressionTester tester;
  const std::optional<std::string> t = "true";
  const std::optional<std::string> f = "false";
  const std::optional<std::string> n;
  tester.add({"p", kBoolType, {t, t, t, f, f, f, n, n, n}});
  tester.add({"q", kBoolType, {t, f, n, t, f, n, t, f, n}});
  const auto row = [&](const std::string& text) {
    std::string letters;
    for (const std::string& value : tester.evaluate(text).values) letters += value[0];
    return letters;
  };
  EXPECT_EQ(row("p and q"), "tfnfffnfn");
  EXPECT_EQ(row("p or q"), "ttttfntnn");
  EXPECT_EQ(row("not p"), "ffftttnnn");
  EXPECT_EQ(row("p is true"), "tttffffff");
  EXPECT_EQ(row("p is not true"), "ffftttttt");
  EXPECT_EQ(row("p is false"), "ffftttfff");
  EXPECT_EQ(row("p is null"), "ffffffttt");
  EXPECT_EQ(row("p is not unknown"), "ttttttfff");
  EXPECT_EQ(row("p = q"), "tfnftnnnn");
  EXPECT_EQ(row("p and q and p"), "tfnfffnfn");
  EXPECT_EQ(row("p or true"), "ttttttttt");
  EXPECT_EQ(row("p and null"), "nnnfffnnn");
}

TEST(Logic, ReadsFieldsOfStructs) {
  ExpressionTester outer;
  outer.add({"a", kInt64Type, {"1", "2", std::nullopt}});
  const Type type = Type::structure({{"a", kInt64Type}});
  MemoryAccount& memory = outer.memory();
  Column::Parts parts;
  parts.children.push_back(outer.batch().columns()[0]);
  parts.validity = *memory.allocate(8);
  *parts.validity->mutable_as<uint64_t>() =
      0b101;  // the second struct is NULL, the third has a NULL in it
  const Vector structure{std::make_shared<Column>(type, 3, std::move(parts)), false};
  Rows rows;
  rows.set_all(3);
  std::vector<KernelFault> faults;
  const size_t field = 0;
  const KernelContext context(memory, rows, kInt64Type, &field, faults, false);
  const auto result = field_kernel(context, std::span(&structure, 1));
  ASSERT_TRUE(result);
  EXPECT_TRUE((*result)->is_valid(0));
  EXPECT_FALSE((*result)->is_valid(1));
  EXPECT_FALSE((*result)->is_valid(2));
  EXPECT_EQ((*result)->values<int64_t>()[0], 1);
}

TEST(Logic, FieldsAreNamedInExpressions) {
  const Schema schema({{"customer", Type::structure({{"name", kUtf8Type}, {"age", kInt64Type}})},
                       {"a.b", kInt64Type}});
  const auto type_of = [&](const std::string& text) {
    Diagnostics diagnostics;
    const ProgramRef program = compile(source_of(text), schema, Environment(), diagnostics);
    return program ? to_string(program->type()) : mistakes_text(diagnostics, text);
  };
  EXPECT_EQ(type_of("customer.age + 1"), "int64");
  EXPECT_EQ(type_of("customer.nam"), "[.nam] 'customer' has no field 'nam' (did you mean 'name'?)");
  EXPECT_EQ(type_of("customer.age.x"), "[.x] 'customer.age' has no fields: it is int64");
  EXPECT_EQ(type_of("a.b"),
            "[a.b] unknown column 'a' (a column with a point in its name is written \"a.b\")");
}

}  // namespace
}  // namespace leat::expr
