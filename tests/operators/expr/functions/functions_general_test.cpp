// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <set>

#include <gtest/gtest.h>

#include "tests/operators/expr/expression_tester.h"

namespace leat::expr {
namespace {

TEST(FunctionsGeneral, HashesStayTheSameForever) {
  // Users' own keys depend on these values; that of 'a' is XXH3's published one.
  ExpressionTester tester;
  EXPECT_EQ(tester.value("hash(1)"), "3439722301264460078");
  EXPECT_EQ(tester.value("hash('a')"), std::to_string(static_cast<int64_t>(0xE6C632B61E964E1F)));
  EXPECT_EQ(tester.value("hash(null)"), "7333814192478045336");
}

TEST(FunctionsGeneral, EqualValuesHashAlikeAndOthersDoNot) {
  ExpressionTester tester;
  EXPECT_EQ(tester.value("hash(0.0) = hash(-0.0)"), "true");
  EXPECT_EQ(tester.value("hash('nan'::float64) = hash(-('nan'::float64))"), "true");
  EXPECT_EQ(tester.value("hash('a', 'b') = hash('b', 'a')"), "false");
  EXPECT_EQ(tester.value("hash('ab', null) = hash(null, 'ab')"), "false");
  tester.add({"n", kInt64Type, {"1", "2", "3", "4", std::nullopt}});
  tester.add({"s", kUtf8Type, {"a", "a text of more than twelve bytes", std::nullopt, "", "b"}});
  const auto distinct = [&](const std::string& text) {
    const auto values = tester.evaluate(text).values;
    return std::set<std::string>(values.begin(), values.end()).size();
  };
  EXPECT_EQ(distinct("hash(n)"), 5u);
  EXPECT_EQ(distinct("hash(s)"), 5u);
  EXPECT_EQ(distinct("hash(n, s)"), 5u);
  EXPECT_EQ(distinct("hash(true)"), 1u);
}

TEST(FunctionsGeneral, NestedValuesAreNotHashed) {
  const Schema schema({{"tags", Type::list(kUtf8Type)}});
  Diagnostics diagnostics;
  EXPECT_FALSE(compile(source_of("hash(tags)"), schema, Environment(), diagnostics));
  EXPECT_EQ(mistakes_text(diagnostics, "hash(tags)"), "[tags] 'hash' does not take list<utf8>");
}

}  // namespace
}  // namespace leat::expr
