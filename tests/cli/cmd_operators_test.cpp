// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "operators/operator.h"
#include "tests/support/run_cli.h"

namespace leat::cli {
namespace {

TEST(CmdOperators, ListsAndDescribesEveryBuiltIn) {
  const std::string list = test::run_cli({"operators"}).out;
  for (const OperatorDef* const definition : builtin_operators()) {
    const std::string name(definition->name);
    EXPECT_NE(list.find(name), std::string::npos) << name;
    const test::CliRun page = test::run_cli({"operators", name});
    EXPECT_EQ(page.exit_code, 0);
    for (const OptionDef& option : definition->options) {
      EXPECT_NE(page.out.find(option.name), std::string::npos) << name << " " << option.name;
    }
  }
}

TEST(CmdOperators, JsonHasTheSameOperators) {
  const nlohmann::json all = nlohmann::json::parse(test::run_cli({"operators", "--json"}).out);
  EXPECT_EQ(all["result"].size(), builtin_operators().size());
  const nlohmann::json one =
      nlohmann::json::parse(test::run_cli({"operators", "filter", "--json"}).out);
  EXPECT_EQ(one["result"]["name"], "filter");
}

TEST(CmdOperators, AnUnknownNameGetsASuggestion) {
  const test::CliRun run = test::run_cli({"operators", "fliter"});
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_EQ(run.err,
            "leat: there is no operator 'fliter' [E0214]\n  hint: did you mean 'filter'?\n");
}

}  // namespace
}  // namespace leat::cli
