// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/tracing/trail.h"

#include <memory>

#include <gtest/gtest.h>

#include "pipelines/text/yaml_text.h"
#include "pipelines/text/yaml_tree.h"

namespace leat::pipelines {
namespace {

using Texts = std::vector<std::string>;

/// The trail of row 2 of the first stage, as YAML.
std::string trail_of(const std::string& stages, const std::set<size_t>& ends = {}) {
  const auto document =
      std::make_shared<Document>("job.yaml",
                                 "stages:\n  - rows: [{ id: 1, k: a }, { id: 2, k: b }]\n    name: "
                                 "in\n" +
                                     stages);
  Diagnostics diagnostics;
  const auto pipeline = load(document, {}, diagnostics);
  const auto tree = parse_tree(*document, diagnostics);
  EXPECT_TRUE(pipeline && tree) << (diagnostics.ok() ? "" : diagnostics.errors()[0].message);
  if (!pipeline || !tree) return {};
  const TrailWriter writer(*tree, *pipeline);
  return yaml_text(writer.follow({{0, 2, {}}}, ends).tree);
}

TEST(Conditions, AreThoseThatAndJoins) {
  const auto conditions = conditions_of("a > 1 and (b = 'x' or c) and not a is null");
  ASSERT_EQ(conditions.size(), 3);
  EXPECT_EQ(conditions[0].text, "a > 1");
  EXPECT_EQ(conditions[1].columns, (Texts{"b", "c"}));
  EXPECT_EQ(conditions[2].text, "not a is null");
  EXPECT_EQ(conditions_of("a > ").size(), 0);
}

TEST(TrailWriterTest, RowsGetTheirNumbersBehindTheStart) {
  const std::string text = trail_of("  - select: [k]\n  - write_csv: out.csv\n");
  EXPECT_NE(text.find("case when leat_row in (2) then concat('0:', leat_row::utf8) end"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("- select:\n      columns:\n        - k\n        - \"leat_followed\""),
            std::string::npos)
      << text;
  EXPECT_EQ(text.find("write_csv"), std::string::npos) << text;
}

TEST(TrailWriterTest, AStarHasAllColumns) {
  const std::string text = trail_of("  - select: ['*', id + 1 as next]\n  - write_csv: out.csv\n");
  EXPECT_EQ(text.find("- \"leat_followed\""), std::string::npos) << text;
}

TEST(TrailWriterTest, WhatCannotHandTheColumnOnDoesNotSeeIt) {
  const std::string pivot = trail_of(
      "  - pivot: { by: id, on: k, values: { n: count(*) }, names: [a, b] }\n"
      "  - write_csv: out.csv\n");
  EXPECT_NE(pivot.find("- drop: \"leat_followed\""), std::string::npos) << pivot;
  const std::string ended = trail_of("  - select: [k]\n  - write_csv: out.csv\n", {1});
  EXPECT_NE(ended.find("- drop: \"leat_followed\""), std::string::npos) << ended;
}

TEST(TrailWriterTest, NamesStayAndOthersAreMade) {
  const std::string text = trail_of(
      "  - filter: id > 0\n  - filter: id > 1\n    name: second\n  - write_csv: out.csv\n");
  EXPECT_NE(text.find("name: \"second\""), std::string::npos) << text;
  EXPECT_NE(text.find("name: \"filter\""), std::string::npos) << text;
}

}  // namespace
}  // namespace leat::pipelines
