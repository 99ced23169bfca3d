// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/csv/ruler_line.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/operators/input/source_run.h"
#include "tests/support/temp_dir.h"

namespace leat {

extern const OperatorDef operator_read_fixed;

namespace io {
namespace {

using test::Opt;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class RulerLineTest : public ::testing::Test {
 protected:
  /// `name from-to` of each column, and behind how many lines; or the mistake.
  std::vector<std::string> find(const std::string& text, uint64_t skip = 0) {
    const Input input{.name = folder_.write("a.txt", text)};
    const Result<Ruler> ruler = find_ruler(input, TextEncoding(), skip);
    if (!ruler) return {ruler.error().message};
    std::vector<std::string> found{std::to_string(ruler->lines)};
    for (const Ruler::RulerColumn& column : ruler->columns)
      found.push_back(fmt::format("{} {}-{}", column.name, column.from, column.to));
    return found;
  }
  test::Binding bind(std::vector<std::pair<std::string, Opt>> options) {
    options.emplace_back("ruler", "true");
    return test::bind(operator_read_fixed, Opt::map(std::move(options)), nullptr);
  }
  test::TempDir folder_;
};

TEST_F(RulerLineTest, RunsOfDashesUnderNames) {
  EXPECT_THAT(find("id   name\n---- ------\n"), ElementsAre("2", "id 1-4", "name 6-11"));
  EXPECT_THAT(find("Report\n\n| id | gr\u00F6\u00DFe |\n+----+-------+\n"),
              ElementsAre("4", "id 2-5", "gr\u00F6\u00DFe | 7-13"));
  EXPECT_THAT(find("====\nid\n==\n1\n", 1), ElementsAre("3", "id 1-2"));
  EXPECT_THAT(find("a\n1\n"), ElementsAre(HasSubstr("no line of dashes under names")));
  EXPECT_THAT(find("a\n-- --\n"), ElementsAre("over the dashes at 4-5 stands no name"));
}

TEST_F(RulerLineTest, ColumnsOfAFile) {
  const std::string text =
      "id    amount  note\n----- ------- -----\n00001    12.5 a longer note\n"
      "2                \n\n(2 rows)\n";
  const std::string path = folder_.write("a.txt", text);
  const auto bound = bind({{"path", path}, {"ragged", "pad"}, {"footer", "1"}});
  ASSERT_TRUE(bound.bound) << fmt::format("{}", fmt::join(bound.mistakes, "\n"));
  test::OperatorFixture fixture;
  EXPECT_THAT(test::run_source(fixture, *bound.bound).rows,
              ElementsAre("00001|12.5|a longer note", "2|NULL|NULL"));
  const auto some = bind({{"path", path},
                          {"ragged", "pad"},
                          {"footer", "1"},
                          {"columns", Opt::map({{"amount", "decimal(9,2)"}})}});
  ASSERT_TRUE(some.bound) << fmt::format("{}", fmt::join(some.mistakes, "\n"));
  EXPECT_THAT(test::run_source(fixture, *some.bound).rows, ElementsAre("1250", "NULL"));
}

TEST_F(RulerLineTest, MistakesAreTold) {
  const std::string a = folder_.write("a.txt", "id name\n-- ----\n1  x\n");
  const std::string b = folder_.write("b.txt", "id  name\n--- ----\n1   x\n");
  EXPECT_THAT(bind({{"path", Opt::list({a, b})}}).mistakes,
              ElementsAre(HasSubstr("has another line of dashes than")));
  EXPECT_THAT(bind({{"path", a}, {"columns", Opt::map({{"nam", "utf8"}})}}).mistakes,
              ElementsAre(HasSubstr("there is no column 'nam' over the line of dashes")));
  EXPECT_THAT(bind({{"path", folder_.file("*.none")}, {"if_missing", "empty"}}).mistakes,
              ElementsAre(HasSubstr("the line of dashes of a file says which columns there are")));
}

}  // namespace
}  // namespace io
}  // namespace leat
