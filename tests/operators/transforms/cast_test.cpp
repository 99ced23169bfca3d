// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/support/operator_fixture.h"

namespace leat {

extern const OperatorDef operator_cast;

namespace {

using test::Opt;
using Rows = std::vector<std::string>;

SchemaRef input() {
  return test::make_schema(
      {{"day", kUtf8Type}, {"n_a", kUtf8Type}, {"n_b", kUtf8Type}, {"x", kInt64Type}});
}

TEST(Cast, TypesFormatsAndPatterns) {
  test::OperatorFixture fixture;
  const test::Binding binding =
      test::bind_ok(operator_cast,
                    Opt::map({{"day", Opt::map({{"type", "date"}, {"format", "%d.%m.%Y"}})},
                              {"n_b", "decimal(5,1)"},
                              {"columns('^n_')", "int64"}}),
                    input());
  EXPECT_EQ(binding.output(), Schema({{"day", kDateType},
                                      {"n_a", kInt64Type},
                                      {"n_b", Type::decimal(5, 1)},
                                      {"x", kInt64Type}}))
      << "a name is an exception to a pattern";
  const test::Run result =
      run(fixture, binding,
          {test::make_batch(fixture.memory, input(),
                            {{"02.01.1970", "7", "1.5", 1}, {"x", "7", "2", 2}})});
  EXPECT_EQ(result.rows, (Rows{"1|7|15|1"}));
  EXPECT_NE(result.error_message(), "");
}

TEST(Cast, Mistakes) {
  const auto mistakes = [](Opt option) {
    return test::bind(operator_cast, std::move(option), input()).mistakes;
  };
  EXPECT_EQ(mistakes(Opt::map({{"x", "strin"}, {"y", "int64"}})),
            (Rows{"'strin' is not a type [strin]", "the input has no column 'y' [y]"}));
  EXPECT_EQ(mistakes(Opt::map({{"x", Opt::map({{"format", "%d"}})}})).front().substr(0, 16),
            "'x' needs a type");
  EXPECT_EQ(mistakes(Opt::map({{"x", Opt::map({{"type", "int64"}, {"format", "%d"}})}})),
            (Rows{"a format is for dates and timestamps, not for int64 [%d]"}));
  EXPECT_EQ(mistakes(Opt::map({{"x", Opt::map({{"typ", "int64"}})}})),
            (Rows{"'typ' does not belong to a type [typ]"}));
  EXPECT_EQ(mistakes(Opt::map({{"columns('^n')", "int64"}, {"columns('_a$')", "utf8"}})),
            (Rows{"column 'n_a' has two types [columns('_a$')]"}));
  EXPECT_EQ(mistakes(Opt::map({{"x", "list<int64>"}})).size(), 1u);
  EXPECT_EQ(mistakes("int64").size(), 1u);
}

}  // namespace
}  // namespace leat
