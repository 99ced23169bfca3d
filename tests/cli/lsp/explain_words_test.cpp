// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "cli/lsp/explain_words.h"

#include <algorithm>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace leat::cli {
namespace {

using Json = nlohmann::json;

bool proposes(const Json& items, const std::string& label) {
  return std::any_of(items.begin(), items.end(),
                     [&](const Json& item) { return item["label"] == label; });
}

OutlineStage stage_of(const std::string& operator_name) {
  OutlineStage stage;
  stage.operator_name = operator_name;
  return stage;
}

TEST(ExplainWords, PagesSayWhatThereIs) {
  const OutlineStage stage = stage_of("read_log");
  EXPECT_TRUE(operator_page(*find_operator("filter")).starts_with("**filter** \u2014 "));
  EXPECT_NE(option_page(*find_option(stage, "format")).find("required"), std::string::npos);
  EXPECT_NE(function_page("upper").find("upper("), std::string::npos);
  EXPECT_EQ(function_page("no_such"), "");
  EXPECT_EQ(columns_page({{{"name", "n"}, {"type", "int64"}}}),
            "| column | type |\n|---|---|\n| n | int64 |\n");
}

TEST(ExplainWords, ProposalsFitTheOption) {
  const OutlineStage stage = stage_of("join");
  const Outline outline("stages:\n  - read_csv: in.csv\n    name: orders\n");
  const Json columns{{{"name", "price"}, {"type", "int64"}}};
  EXPECT_TRUE(proposes(propose_top_keys(), "stages"));
  EXPECT_TRUE(proposes(propose_stage_keys(), "filter"));
  EXPECT_TRUE(proposes(propose_stage_keys(), "on_error"));
  EXPECT_TRUE(proposes(propose_options(stage), "cardinality"));
  EXPECT_TRUE(propose_options(stage_of("no_such")).empty());
  EXPECT_TRUE(proposes(propose_severities(), "reject"));
  EXPECT_TRUE(proposes(propose_values(find_option(stage, "how"), outline, columns), "left"));
  EXPECT_FALSE(proposes(propose_values(find_option(stage, "how"), outline, columns), "price"));
  EXPECT_TRUE(proposes(propose_values(find_option(stage, "with"), outline, columns), "orders"));
  const Json where = propose_values(find_option(stage, "where"), outline, columns);
  EXPECT_TRUE(proposes(where, "price"));
  EXPECT_TRUE(proposes(where, "upper"));
  EXPECT_EQ(std::count_if(where.begin(), where.end(),
                          [](const Json& item) { return item["label"] == "upper"; }),
            1);
}

}  // namespace
}  // namespace leat::cli
