// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Broken plugins of many kinds are verified in tests/plugin/plugins_test.py.
#include "pipelines/verify/verify_plugin.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace leat::pipelines {
namespace {

using Outcome = PluginCheck::Outcome;

leat_operator pass_table(const char* example) {
  leat_operator table{};
  table.size = sizeof(leat_operator);
  table.name = "pass";
  table.kind = LEAT_MAP;
  table.summary = "Passes rows on.";
  table.example = example;
  table.bind = [](const leat_operator*, leat_call*, const leat_binding*, void**) -> int {
    return LEAT_OK;
  };
  table.process = [](void*, leat_call* call, const leat_rows* rows) {
    const leat_output output{sizeof(leat_output), rows->array, nullptr, nullptr, nullptr};
    return plugin::host().emit(call, &output);
  };
  return table;
}

std::vector<PluginCheck> verify(const leat_operator& table) {
  const leat_plugin plugin{sizeof(leat_plugin), 0, 0, "fake", "1", &table, 1, nullptr, 0};
  plugin::PluginSet set;
  EXPECT_TRUE(set.add(&plugin, "fake.so"));
  std::vector<PluginCheck> checks;
  verify_plugins(set, [&](PluginCheck check) { checks.push_back(std::move(check)); });
  return checks;
}

TEST(VerifyPlugin, AGoodOneHasNothingWrong) {
  const std::vector<PluginCheck> checks = verify(pass_table("- fake.pass:\n"));
  EXPECT_GT(checks.size(), 20u);
  for (const PluginCheck& check : checks)
    EXPECT_EQ(check.outcome, Outcome::kOk) << check.what << ": " << check.detail;
}

TEST(VerifyPlugin, AnExampleThatIsNoneIsWrong) {
  const std::vector<PluginCheck> checks = verify(pass_table("- filter: true\n"));
  ASSERT_EQ(checks.size(), 1u);
  EXPECT_EQ(checks[0].outcome, Outcome::kFailed);
  EXPECT_EQ(checks[0].detail, "it is no list of stages with this operator");
}

TEST(VerifyPlugin, RowsThatGetLostAreFound) {
  leat_operator table = pass_table("- fake.pass:\n");
  table.flags = LEAT_DROPS_ROWS;
  table.process = [](void*, leat_call* call, const leat_rows* rows) {
    // The first row of every batch: how rows are cut into batches must not matter.
    std::vector<uint8_t> keep(static_cast<size_t>(rows->array->length), 1);
    keep[0] = 0;
    const leat_output output{sizeof(leat_output), rows->array, nullptr, nullptr, keep.data()};
    return plugin::host().emit(call, &output);
  };
  const std::vector<PluginCheck> checks = verify(table);
  const auto failed = std::count_if(checks.begin(), checks.end(), [](const PluginCheck& check) {
    return check.outcome == Outcome::kFailed;
  });
  EXPECT_GE(failed, 6);
}

}  // namespace
}  // namespace leat::pipelines
