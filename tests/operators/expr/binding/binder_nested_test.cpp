// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/operators/expr/expression_tester.h"

namespace leat::expr {
namespace {

std::string outcome(const std::string& text) {
  const Type address = Type::structure({{"city", kUtf8Type}, {"tags", Type::list(kUtf8Type)}});
  const Schema schema({{"address", address}, {"all", Type::list(address)}, {"g", kJsonType}});
  Diagnostics diagnostics;
  const ProgramRef program = compile(source_of(text), schema, Environment(), diagnostics);
  return program ? to_string(result_type(*program)) : mistakes_text(diagnostics, text);
}

TEST(BinderNested, TypesOfParts) {
  EXPECT_EQ(outcome("address.city"), "utf8");
  EXPECT_EQ(outcome("address.tags[1]"), "utf8");
  EXPECT_EQ(outcome("\"all\"[2].tags[1] || 'x'"), "utf8");
  EXPECT_EQ(outcome("\"all\"[null].city"), "utf8");
  EXPECT_EQ(outcome("g -> 'a' -> 0"), "json");
  EXPECT_EQ(outcome("g['a'][0]"), "json");
  EXPECT_EQ(outcome("g ->> 'a'"), "utf8");
  EXPECT_EQ(outcome("g ->> null"), "utf8");
  EXPECT_EQ(outcome("(g ->> 'n')::int64 + cardinality(address.tags)"), "int64");
}

TEST(BinderNested, Mistakes) {
  EXPECT_EQ(outcome("address.town"), "[.town] 'address' has no field 'town'");
  EXPECT_EQ(outcome("g.a"), "[.a] 'g' has no fields: it is json");
  EXPECT_EQ(outcome("address[1]").substr(0, 4), "[[1]");
}

}  // namespace
}  // namespace leat::expr
