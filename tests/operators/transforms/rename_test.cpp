// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/support/operator_fixture.h"

namespace leat {

extern const OperatorDef operator_rename;

namespace {

using test::Opt;
using Rows = std::vector<std::string>;

SchemaRef input() {
  return test::make_schema({{"a", kInt64Type}, {"b", kUtf8Type}, {"c", kInt64Type}});
}

TEST(Rename, NamesAreExchangedAtOnce) {
  test::OperatorFixture fixture;
  const test::Binding binding =
      test::bind_ok(operator_rename, Opt::map({{"a", "b"}, {"b", "a"}}), input());
  EXPECT_EQ(binding.output(), Schema({{"b", kInt64Type}, {"a", kUtf8Type}, {"c", kInt64Type}}));
  EXPECT_EQ(run(fixture, binding, {test::make_batch(fixture.memory, input(), {{1, "x", 2}})}).rows,
            (Rows{"1|x|2"}));
}

TEST(Rename, Mistakes) {
  EXPECT_EQ(test::bind(operator_rename, Opt::map({{"x", "y"}, {"a", ""}}), input()).mistakes,
            (Rows{"the input has no column 'x' [x]", "a column needs a name []"}));
  EXPECT_EQ(test::bind(operator_rename, Opt::map({{"a", "c"}}), input()).mistakes,
            (Rows{"two columns would be called 'c' [c]"}));
  EXPECT_EQ(test::bind(operator_rename, Opt::map({{"a", "x"}, {"A", "y"}}), input()).mistakes,
            (Rows{"column 'a' is renamed twice [A]"}));
}

}  // namespace
}  // namespace leat
