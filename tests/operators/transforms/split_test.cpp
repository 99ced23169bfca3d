// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/support/operator_fixture.h"

namespace leat {

extern const OperatorDef operator_split;

namespace {

using test::null_cell;
using test::OperatorFixture;
using test::Opt;
using Rows = std::vector<std::string>;

SchemaRef input() { return test::make_schema({{"id", kInt64Type}, {"tags", kUtf8Type}}); }

test::Run split(OperatorFixture& fixture, std::vector<std::pair<std::string, Opt>> option,
                OnError on_error = OnError::kFail) {
  option.emplace_back("column", "tags");
  const Batch batch =
      test::make_batch(fixture.memory, input(),
                       {{1, "a; a text of some length;c"}, {2, ""}, {3, null_cell}, {4, "x"}});
  return run(fixture,
             test::bind_ok(operator_split, Opt::map(std::move(option)), input(), {}, on_error),
             {batch});
}

TEST(Split, IntoRows) {
  OperatorFixture fixture;
  EXPECT_EQ(split(fixture, {{"separator", ";"}, {"into", "rows"}, {"position", "nth"}}).rows,
            (Rows{"1|a|1", "1| a text of some length|2", "1|c|3", "2||1", "3|NULL|NULL", "4|x|1"}));
}

TEST(Split, IntoAList) {
  OperatorFixture fixture;
  EXPECT_EQ(split(fixture, {{"separator", ";"}, {"into", "list"}, {"trim", "true"}}).rows,
            (Rows{"1|[a,a text of some length,c]", "2|[]", "3|NULL", "4|[x]"}));
}

TEST(Split, IntoColumns) {
  OperatorFixture fixture;
  EXPECT_EQ(split(fixture, {{"separator", "; "}, {"into", Opt::list({"p", "q"})}}).rows,
            (Rows{"1|a|a text of some length;c", "2||NULL", "3|NULL|NULL", "4|x|NULL"}));
}

TEST(Split, MorePartsThanNamesIsABadRow) {
  OperatorFixture fixture(size_t{1} << 30, OnError::kSkip);
  const test::Run result =
      split(fixture, {{"separator", ";"}, {"into", Opt::list({"p", "q"})}}, OnError::kSkip);
  EXPECT_EQ(result.rows, (Rows{"2||NULL", "3|NULL|NULL", "4|x|NULL"}));
  ASSERT_EQ(fixture.faults.absorbed().size(), 1u);
  EXPECT_EQ(fixture.faults.absorbed()[0].message,
            "column 'tags' has 3 parts, and there are names for 2");
}

TEST(Split, Mistakes) {
  const auto mistakes = [](std::vector<std::pair<std::string, Opt>> option) {
    return test::bind(operator_split, Opt::map(std::move(option)), input()).mistakes;
  };
  EXPECT_EQ(mistakes({{"column", "tag"}, {"separator", ""}, {"into", "row"}}),
            (Rows{"the input has no column 'tag' [tag]", "the separator is empty []",
                  "'into' is 'rows', 'list' or a list of the names of columns [row]"}));
  EXPECT_EQ(mistakes({{"column", "id"}, {"separator", ","}, {"into", "rows"}}),
            (Rows{"column 'id' is of type int64, and only a text can be split [id]"}));
  EXPECT_EQ(mistakes({{"column", "tags"}, {"separator", ","}, {"into", Opt::list({"id", "b"})}}),
            (Rows{"two columns would be called 'id' [id]"}));
  EXPECT_EQ(mistakes({{"column", "tags"}, {"separator", ","}, {"into", "list"}, {"position", "n"}}),
            (Rows{"'position' is for 'into: rows' [n]"}));
}

}  // namespace
}  // namespace leat
