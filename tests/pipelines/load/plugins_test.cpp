// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Loading real plugins is in tests/plugin/plugins_test.py; here is what is written wrong.
#include "pipelines/load/plugins.h"

#include <gtest/gtest.h>

#include "pipelines/text/document.h"
#include "pipelines/text/yaml_tree.h"

namespace leat::pipelines {
namespace {

/// The mistakes of `text` as `place: message`.
std::vector<std::string> mistakes(const std::string& text) {
  const Document document("job.yaml", text);
  Diagnostics diagnostics;
  const std::optional<OptionNode> root = parse_tree(document, diagnostics);
  EXPECT_TRUE(root.has_value());
  plugin::PluginSet plugins;
  load_plugins(*root, plugins, diagnostics);
  std::vector<std::string> found;
  for (const Diagnostic& error : diagnostics.errors()) {
    const TextPlace place = document.place(error.where.begin);
    found.push_back(std::to_string(place.line) + ":" + std::to_string(place.column) + ": " +
                    error.message);
  }
  return found;
}

TEST(Plugins, NoneIsFine) { EXPECT_TRUE(mistakes("stages: []\n").empty()); }

TEST(Plugins, EachIsReportedAtItsPlace) {
  EXPECT_EQ(mistakes("plugins: [./none.so, \"${x}/y.so\"]\n"),
            (std::vector<std::string>{
                "1:11: the plugin ./none.so cannot be loaded: No such file or directory",
                "1:22: parameters have no value yet when plugins are loaded"}));
}

TEST(Plugins, OtherShapesAreMistakes) {
  const std::string wrong = "'plugins' must be a file, or a list of files";
  EXPECT_EQ(mistakes("plugins:\n"), std::vector<std::string>{"1:1: " + wrong});
  EXPECT_EQ(mistakes("plugins: { a: b }\n"), std::vector<std::string>{"1:10: " + wrong});
  EXPECT_EQ(mistakes("plugins:\n  - [a]\n"), std::vector<std::string>{"2:5: " + wrong});
}

}  // namespace
}  // namespace leat::pipelines
