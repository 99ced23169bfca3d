// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/support/operator_fixture.h"

namespace leat {

extern const OperatorDef operator_lookup;

namespace {

using test::null_cell;
using test::OperatorFixture;
using test::Opt;
using Rows = std::vector<std::string>;

SchemaRef input() { return test::make_schema({{"code", kUtf8Type}, {"n", kInt64Type}}); }

test::Run looked_up(OperatorFixture& fixture, std::vector<std::pair<std::string, Opt>> option,
                    OnError on_error = OnError::kFail) {
  const test::Binding binding =
      test::bind_ok(operator_lookup, Opt::map(std::move(option)), input(), {}, on_error);
  return run(fixture, binding,
             {test::make_batch(fixture.memory, input(), {{"DE", 1}, {"XX", 2}, {null_cell, 1}})});
}

TEST(Lookup, AValueForEachKey) {
  OperatorFixture fixture;
  const Opt table = Opt::map({{"01", "one"}, {"2", Opt("two")}});
  EXPECT_EQ(looked_up(fixture, {{"column", "n"}, {"into", "name"}, {"table", table}}).rows,
            (Rows{"DE|1|one", "XX|2|two", "NULL|1|one"}));
}

TEST(Lookup, MissingKeys) {
  const Opt table = Opt::map({{"DE", "49"}});
  OperatorFixture fixture(size_t{1} << 30, OnError::kSkip);
  EXPECT_EQ(
      looked_up(fixture, {{"column", "code"}, {"into", "c"}, {"table", table}}, OnError::kSkip)
          .rows,
      (Rows{"DE|1|49"}));
  ASSERT_EQ(fixture.faults.absorbed().size(), 2u);
  EXPECT_EQ(fixture.faults.absorbed()[0].message, "the table has no key 'XX' for column 'code'");
  EXPECT_EQ(fixture.faults.absorbed()[1].message, "column 'code' is NULL, which no table has");
  EXPECT_EQ(
      looked_up(fixture, {{"column", "code"}, {"into", "code"}, {"table", table}, {"missing", "0"}})
          .rows,
      (Rows{"49|1", "0|2", "0|1"}));
}

TEST(Lookup, Mistakes) {
  const auto mistakes = [](std::vector<std::pair<std::string, Opt>> option) {
    return test::bind(operator_lookup, Opt::map(std::move(option)), input()).mistakes;
  };
  EXPECT_EQ(mistakes({{"column", "n"},
                      {"into", "x"},
                      {"table", Opt::map({{"1", "a"}, {"01", "b"}, {"x", "c"}})}}),
            (Rows{"the key '01' stands twice [01]",
                  "the key 'x' is no int64, the type of column 'n' [x]"}));
  EXPECT_EQ(mistakes({{"column", "m"}, {"into", ""}, {"table", Opt::list({"a"})}}).size(), 3u);
  EXPECT_EQ(mistakes({{"column", "n"}, {"into", "x"}, {"table", "no/such/file.csv"}}).size(), 1u);
}

}  // namespace
}  // namespace leat
