// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/load/first_pass.h"

#include <gtest/gtest.h>

#include "operators/operator.h"

namespace leat::pipelines {
namespace {

OptionNode scalar(const std::string& text) {
  OptionNode node;
  node.kind = OptionNode::Kind::kScalar;
  node.scalar = SourceText(text, {}, {});
  return node;
}

StageSpec pivot() {
  StageSpec stage = stage_beside("pivot", {{"on", "month"}, {"values", "count(*)"}}, {});
  stage.scope = 3;
  return stage;
}

TEST(FirstPass, OnlyWhatIsLeftOutIsLacking) {
  StageSpec stage = pivot();
  EXPECT_TRUE(lacks_found_option(stage));
  EXPECT_FALSE(lacks_found_option(stage_beside("limit", {{"rows", "1"}}, {})));
  stage.options.entries.push_back({SourceText("names", {}, {}), scalar("jan")});
  EXPECT_FALSE(lacks_found_option(stage));
}

TEST(FirstPass, WhatWasFoundIsWrittenIntoTheStage) {
  Spec spec;
  spec.stages = {pivot()};
  put_found({{0, {"jan", std::nullopt}}}, spec);
  const OptionEntry& names = spec.stages[0].options.entries.back();
  EXPECT_EQ(names.name.text(), "names");
  ASSERT_EQ(names.value.items.size(), 2u);
  EXPECT_EQ(names.value.items[0].scalar.text(), "jan");
  EXPECT_EQ(names.value.items[1].kind, OptionNode::Kind::kNull);
  EXPECT_EQ(names.value.items[1].scalar.text(), "null");
}

TEST(FirstPass, OneMoreThanThereMayBeIsAskedFor) {
  StageSpec stage = pivot();
  std::vector<StageSpec> chain = finding_stages(stage);
  ASSERT_EQ(chain.size(), 5u);
  EXPECT_EQ(chain[3].options.entries[0].value.scalar.text(), "1001");
  for (const StageSpec& one : chain) EXPECT_EQ(one.scope, 3u) << "names mean what they mean there";
  stage.options.entries.push_back({SourceText("max_names", {}, {}), scalar("7")});
  EXPECT_EQ(finding_stages(stage)[3].options.entries[0].value.scalar.text(), "8");
}

}  // namespace
}  // namespace leat::pipelines
