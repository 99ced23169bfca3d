// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "operators/expr/aggregate_expression.h"
#include "operators/expr/functions/functions.h"
#include "operators/expr/window_expression.h"
#include "tests/support/run_cli.h"

namespace leat::cli {
namespace {

TEST(CmdFunctions, ListsScalarFunctionsAndAggregates) {
  const std::string list = test::run_cli({"functions"}).out;
  for (const std::string& name : expr::function_names())
    EXPECT_NE(list.find("\n  " + name + " "), std::string::npos) << name;
  for (const expr::AggregateFunction& function : expr::aggregate_functions())
    EXPECT_NE(list.find("\n  " + std::string(function.name) + " "), std::string::npos);
  for (const expr::WindowFunction& function : expr::window_functions())
    EXPECT_NE(list.find("\n  " + std::string(function.name) + " "), std::string::npos);
}

TEST(CmdFunctions, DescribesOne) {
  const test::CliRun run = test::run_cli({"functions", "sqrt"});
  EXPECT_EQ(run.exit_code, 0);
  EXPECT_EQ(
      run.out,
      "sqrt(x float64) -> float64\n  The square root.\n  Error: `x` is negative: `sqrt(-1)`.\n"
      "  Example: sqrt(2.25)  ->  1.5\n");
}

TEST(CmdFunctions, JsonHasEverySignature) {
  const nlohmann::json all =
      nlohmann::json::parse(test::run_cli({"functions", "--json"}).out)["result"];
  EXPECT_EQ(all.size(), expr::functions().size() + expr::aggregate_functions().size() +
                            expr::window_functions().size());
  const nlohmann::json one =
      nlohmann::json::parse(test::run_cli({"functions", "substr", "--json"}).out)["result"];
  ASSERT_EQ(one.size(), 2u);
  EXPECT_EQ(one[0]["section"], "text");
  EXPECT_EQ(one[1]["errors"], "`count` is negative: `substr('abc', 1, -1)`.");
}

TEST(CmdFunctions, AnUnknownNameGetsASuggestion) {
  const test::CliRun run = test::run_cli({"functions", "lenght"});
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_EQ(run.err,
            "leat: there is no function 'lenght' [E0304]\n  hint: did you mean 'length'?\n");
}

}  // namespace
}  // namespace leat::cli
