// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/input_choice.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/operator_fixture.h"

namespace leat {
namespace {

using test::Opt;
using ::testing::ElementsAre;

constexpr OptionDef kOptions[] = {kExcludeOption, kNewerThanOption, kIfMissingOption};

class InputChoiceTest : public ::testing::Test {
 protected:
  std::optional<io::InputChoice> read(const std::vector<std::pair<std::string, Opt>>& written,
                                      bool columns_known = true) {
    test::OptionDocument document;
    const SourceText key = document.scalar("read");
    Diagnostics diagnostics;
    const auto values =
        read_options(kOptions, "exclude", document.node(Opt::map(written)), key, diagnostics);
    BindContext context{{}, std::nullopt, environment_, OnError::kFail, diagnostics};
    auto choice = read_input_choice(*values, context, columns_known);
    mistakes_.clear();
    for (const Diagnostic& error : diagnostics.errors())
      mistakes_.push_back(error.message + (error.hint.empty() ? "" : " / " + error.hint));
    EXPECT_EQ(choice.has_value(), mistakes_.empty());
    return choice;
  }

  expr::Environment environment_{
      .parameters = {{"since", {kDateType, "1970-01-03"}}, {"none", {kDateType, "", true}}}};
  std::vector<std::string> mistakes_;
};

TEST_F(InputChoiceTest, TimesInSeveralForms) {
  constexpr int64_t kDay = int64_t{86'400} * 1'000'000;
  EXPECT_EQ(read({{"newer_than", "1970-01-02"}})->newer_than, kDay);
  EXPECT_EQ(read({{"newer_than", "1970-01-02T00:00:01Z"}})->newer_than, kDay + 1'000'000);
  EXPECT_EQ(read({{"newer_than", "$since"}})->newer_than, 2 * kDay);
  EXPECT_EQ(read({{"newer_than", "date '1970-01-02' + interval '1 day'"}})->newer_than, 2 * kDay);
  EXPECT_EQ(read({{"exclude", "a"}})->newer_than, std::nullopt);
}

TEST_F(InputChoiceTest, WhatIsNoTime) {
  read({{"newer_than", "5"}});
  EXPECT_THAT(mistakes_, ElementsAre("'newer_than' must be a time, not a value of type int64 / "
                                     "write it as 2026-01-31, or 2026-01-31T10:00:00Z"));
  read({{"newer_than", "$none"}});
  EXPECT_THAT(mistakes_, ElementsAre("'newer_than' is NULL / write it as 2026-01-31, or "
                                     "2026-01-31T10:00:00Z"));
}

TEST_F(InputChoiceTest, NoFileNeedsDeclaredColumns) {
  EXPECT_TRUE(read({{"if_missing", "empty"}})->may_be_missing);
  EXPECT_FALSE(read({{"if_missing", "error"}}, false)->may_be_missing);
  read({{"if_missing", "empty"}, {"exclude", Opt::list({"a", ""})}}, false);
  EXPECT_THAT(mistakes_, ElementsAre("an empty pattern excludes nothing",
                                     "'if_missing: empty' needs 'columns' / without a file nothing "
                                     "else says which columns there are"));
}

}  // namespace
}  // namespace leat
