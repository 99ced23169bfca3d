// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/support/run_cli.h"

namespace leat::cli {
namespace {

TEST(CmdEval, PrintsTheValue) {
  EXPECT_EQ(test::run_cli({"eval", "1 + 2 * 3"}).out, "7\n");
  EXPECT_EQ(test::run_cli({"eval", "upper('a') || 'b'"}).out, "Ab\n");
  EXPECT_EQ(test::run_cli({"eval", "nullif(1, 1)"}).out, "NULL\n");
  EXPECT_EQ(test::run_cli({"eval", "now()::date", "--now", "2026-01-31T10:00:00Z"}).out,
            "2026-01-31\n");
}

TEST(CmdEval, PrintsListsOfConstants) {
  EXPECT_EQ(test::run_cli({"eval", "string_to_array('a,,a text that is not short', ',')"}).out,
            "[\"a\",\"\",\"a text that is not short\"]\n");
  EXPECT_EQ(test::run_cli({"eval", "regexp_extract_all('abc', '[0-9]+')"}).out, "[]\n");
}

TEST(CmdEval, JsonHasItsTypeAndAMistakeItsPlace) {
  const auto json = nlohmann::json::parse(test::run_cli({"eval", "1.5", "--json"}).out);
  EXPECT_EQ(json["result"]["value"], 1.5);
  const test::CliRun wrong = test::run_cli({"eval", "1 + nosuch"});
  EXPECT_EQ(wrong.exit_code, 2);
  EXPECT_NE(wrong.err.find("expression:1:5: error: "), std::string::npos) << wrong.err;
  EXPECT_EQ(test::run_cli({"eval", "1 / 0"}).exit_code, 2);
}

}  // namespace
}  // namespace leat::cli
