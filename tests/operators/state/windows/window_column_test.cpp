// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/support/windowed.h"

namespace leat::state {
namespace {

using test::null_cell;
using test::windowed;

TEST(WindowColumn, ReferencesToValuesOfEveryBatch) {
  const SchemaRef schema = test::make_schema({{"s", kUtf8Type}});
  std::vector<test::Row> rows;
  std::string wanted;
  for (int i = 0; i < 9000; ++i) {
    rows.push_back(
        {i % 1000 == 0 ? test::Cell() : test::Cell(fmt::format("the text number {}", i))});
    const int source = i - 5000;
    wanted += fmt::format("{}{}", i == 0 ? "" : " ",
                          source < 0           ? "fallback"
                          : source % 1000 == 0 ? "NULL"
                                               : fmt::format("the text number {}", source));
  }
  EXPECT_EQ(windowed("lag(s, 5000, 'fallback')", schema, rows), wanted);
}

TEST(WindowColumn, NumbersOutOfRangeNameTheCall) {
  const SchemaRef schema = test::make_schema({{"d", Type::decimal(38, 0)}});
  EXPECT_EQ(windowed("sum(d * decimal '9999999999999999999') over ()", schema,
                     {{int64_t{9'000'000'000'000'000'000}}, {int64_t{9'000'000'000'000'000'000}}}),
            "'sum(d * decimal '9999999999999999999') over ()' overflows decimal(38,0)");
}

}  // namespace
}  // namespace leat::state
