// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/text/yaml_text.h"

#include <string>

#include <gtest/gtest.h>

#include "pipelines/text/document.h"
#include "pipelines/text/yaml_tree.h"

namespace leat::pipelines {
namespace {

std::string again(const std::string& text) {
  Diagnostics diagnostics;
  const auto root = parse_tree(Document("job.yaml", text), diagnostics);
  EXPECT_TRUE(diagnostics.ok());
  return root ? yaml_text(*root) : "";
}

TEST(YamlText, IsReadAsTheSameTree) {
  const std::string text =
      "a: plain text\n"
      "b: \"007\"\n"
      "\"Betrag (EUR)\": \"a: b # c\"\n"
      "c:\n"
      "  - 1\n"
      "  - x: y\n"
      "    z: ~\n"
      "d: \"two\\nlines and \\\"quotes\\\"\"\n";
  EXPECT_EQ(again(text), text);
}

TEST(YamlText, QuotesWhatWouldBeReadInAnotherWay) {
  OptionNode node;
  node.kind = OptionNode::Kind::kScalar;
  for (const std::string text : {"- x", "a: b", "# c", "{ a }", "", "*x", "it's", "|"}) {
    node.scalar = SourceText(text, {}, {});
    Diagnostics diagnostics;
    const auto back = parse_tree(Document("job.yaml", yaml_text(node)), diagnostics);
    ASSERT_TRUE(back) << text;
    EXPECT_EQ(back->kind, OptionNode::Kind::kScalar) << text;
    EXPECT_EQ(back->scalar.text(), text);
  }
}

}  // namespace
}  // namespace leat::pipelines
