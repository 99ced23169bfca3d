// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Types and mistakes are tested with the operator, tests/operators/transforms/complete_test.cpp.
#include "operators/expr/series.h"

#include <limits>

#include <gtest/gtest.h>

#include "tests/support/operator_fixture.h"

namespace leat::expr {
namespace {

SourceText source(const std::string& text) {
  return SourceText(text, {0, static_cast<uint32_t>(text.size())}, {{0, 0}});
}

std::string texts(const ColumnRef& column) {
  std::string all;
  for (size_t row = 0; column && row < column->length(); ++row)
    all += (row == 0 ? "" : " ") + test::value_text(*column, row);
  return all;
}

std::string series(const std::string& text, const Type& type = kInt64Type) {
  Diagnostics diagnostics;
  const ColumnRef values = compile_series(source(text), type, Schema(), {}, diagnostics);
  EXPECT_EQ(values != nullptr, diagnostics.ok());
  return texts(values);
}

TEST(Series, BothEndsAreIncluded) {
  EXPECT_EQ(series("generate_series(1, 7, 3)"), "1 4 7");
  EXPECT_EQ(series("generate_series(1, 6, 3)"), "1 4");
  EXPECT_EQ(series("generate_series(3, 1, -1)"), "1 2 3") << "ascending";
  EXPECT_EQ(series("generate_series(2, 2)"), "2");
  EXPECT_EQ(
      series(fmt::format("generate_series({0} - 1, {0})", std::numeric_limits<int64_t>::max())),
      "9223372036854775806 9223372036854775807");
}

TEST(Series, MonthsEndAsPostgresqlHasIt) {
  EXPECT_EQ(series("generate_series(date '1970-01-31', date '1970-04-30', interval '1 month')",
                   kDateType),
            "30 58 86 117");
}

TEST(Series, ValuesAscendingAndOnce) {
  Diagnostics diagnostics;
  const ColumnRef values = compile_values({source("it's"), source("b"), source("a"), source("b")},
                                          kUtf8Type, diagnostics);
  EXPECT_EQ(texts(values), "a b it's");
  EXPECT_FALSE(compile_values({source("1"), source("x"), source("")}, kInt64Type, diagnostics));
  EXPECT_EQ(diagnostics.count(), 2u);
}

TEST(Series, KnowsItsCall) {
  EXPECT_TRUE(is_series_call(source(" generate_series(1, 2)")));
  EXPECT_FALSE(is_series_call(source("DE")));
}

}  // namespace
}  // namespace leat::expr
