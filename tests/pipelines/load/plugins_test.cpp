// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Loading real plugins is in tests/plugin/plugins_test.py; here is what is written wrong.
#include "pipelines/load/plugins.h"

#include <sys/stat.h>

#include <gtest/gtest.h>

#include "pipelines/text/document.h"
#include "pipelines/text/yaml_tree.h"
#include "tests/support/temp_dir.h"

namespace leat::pipelines {
namespace {

/// The mistakes of `text` as `place: message`.
std::vector<std::string> mistakes(const std::string& text) {
  const Document document("job.yaml", text);
  Diagnostics diagnostics;
  const std::optional<OptionNode> root = parse_tree(document, diagnostics);
  EXPECT_TRUE(root.has_value());
  plugin::PluginSet plugins;
  load_plugins(*root, {}, plugins, diagnostics);
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

TEST(Plugins, OnlyWhatIsAllowedIsLoadedByThoseWhoLook) {
  const test::TempDir folder;
  const std::string file = folder.write("mine.so", "not even a shared object");
  ASSERT_EQ(::chmod(file.c_str(), 0755), 0);
  const Document document("job.yaml", "plugins: [" + file + ", ./none.so]\n");
  Diagnostics none;
  const std::optional<OptionNode> root = parse_tree(document, none);
  ASSERT_TRUE(root);
  plugin::PluginSet plugins;
  // To be told what is wrong with the file would mean that it was opened.
  PluginPolicy policy{.load = PluginPolicy::Load::kAllowed};
  Diagnostics looked;
  const auto skipped = load_plugins(*root, policy, plugins, looked);
  ASSERT_EQ(skipped.size(), 1U);
  EXPECT_EQ(skipped[0].text(), file);
  ASSERT_EQ(looked.count(), 1U);
  EXPECT_EQ(looked.errors()[0].message,
            "the plugin ./none.so cannot be loaded: No such file or directory");

  policy.allowed = {folder.path()};
  Diagnostics allowed;
  EXPECT_TRUE(load_plugins(*root, policy, plugins, allowed).empty());
  ASSERT_EQ(allowed.count(), 2U);
  EXPECT_EQ(allowed.errors()[0].message,
            "the plugin " + file + " cannot be loaded: it is not a shared object");

  ASSERT_EQ(::chmod(file.c_str(), 0777), 0);
  Diagnostics of_others;
  EXPECT_TRUE(load_plugins(*root, policy, plugins, of_others).empty());
  EXPECT_TRUE(of_others.errors()[0].message.contains("can be written by others (mode 777)"));
}

TEST(Plugins, UntrustedPipelinesNameNone) {
  const Document document("job.yaml", "plugins: ./mine.so\n");
  Diagnostics found;
  const std::optional<OptionNode> root = parse_tree(document, found);
  plugin::PluginSet plugins;
  load_plugins(*root, {.load = PluginPolicy::Load::kNone}, plugins, found);
  ASSERT_EQ(found.count(), 1U);
  EXPECT_EQ(found.errors()[0].message, "an untrusted pipeline may name no plugins");
}

}  // namespace
}  // namespace leat::pipelines
