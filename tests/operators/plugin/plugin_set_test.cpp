// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/plugin/plugin_set.h"

#include "tests/operators/plugin/fake_plugin.h"

namespace leat::test {
namespace {

/// The message with which an operator is refused, or "".
std::string refused(const leat_operator& table) {
  plugin::PluginSet set;
  const leat_plugin plugin{sizeof(leat_plugin), 0, 0, "fake", "1", &table, 1, nullptr, 0};
  const Status added = set.add(&plugin, "fake.so");
  EXPECT_EQ(set.operators().size(), added ? 1u : 0u) << "taken as a whole or not at all";
  return added ? std::string() : added.error().message;
}

TEST(PluginSet, KnowsWhatEachKindMustHave) {
  EXPECT_EQ(refused(pass_table()), "");
  leat_operator table = pass_table();
  table.process = nullptr;
  EXPECT_EQ(refused(table),
            "the plugin fake.so cannot be used: operator 'fake.pass': it has no 'process'");
  table = pass_table();
  table.kind = LEAT_SOURCE;
  EXPECT_TRUE(refused(table).contains("it has no 'next'"));
  table.kind = LEAT_AGGREGATE;
  EXPECT_TRUE(refused(table).contains("it has no 'open'"));
  table.kind = LEAT_SINK;
  EXPECT_TRUE(refused(table).contains("it has no 'target_open'"));
  table.flags = LEAT_WRITES_FILE;
  EXPECT_EQ(refused(table), "");
  table.kind = 9;
  EXPECT_TRUE(refused(table).contains("its kind 9 is unknown"));
}

TEST(PluginSet, OptionsAreCheckedAsIfTheyWereWritten) {
  const auto with = [](leat_option_def option) {
    leat_operator table = pass_table();
    table.options = &option;
    table.option_count = 1;
    return refused(table);
  };
  EXPECT_EQ(with({sizeof(leat_option_def), "n", "A number.", "5", nullptr, LEAT_OPTION_INTEGER,
                  LEAT_HAS_MAXIMUM, 0, 9}),
            "");
  EXPECT_TRUE(with({sizeof(leat_option_def), "n", "A number.", "15", nullptr, LEAT_OPTION_INTEGER,
                    LEAT_HAS_MAXIMUM, 0, 9})
                  .contains("not a whole number of 9 or less"));
  EXPECT_TRUE(with({sizeof(leat_option_def), "n", "", nullptr, nullptr, LEAT_OPTION_TEXT, 0, 0, 0})
                  .contains("option 'n' has no documentation"));
  EXPECT_TRUE(
      with({sizeof(leat_option_def), "N", "Text.", nullptr, nullptr, LEAT_OPTION_TEXT, 0, 0, 0})
          .contains("option 1 has the name 'N'"));
  EXPECT_TRUE(
      with({sizeof(leat_option_def), "n", "Text.", nullptr, nullptr, LEAT_OPTION_CHOICE, 0, 0, 0})
          .contains("option 'n' has no choices"));
}

TEST(PluginSet, ANameBelongsToOneFile) {
  plugin::PluginSet set;
  const leat_operator table = pass_table();
  const leat_plugin plugin{sizeof(leat_plugin), 0, 0, "fake", "1", &table, 1, nullptr, 0};
  ASSERT_TRUE(set.add(&plugin, "one.so"));
  EXPECT_EQ(
      set.add(&plugin, "two.so").error().message,
      "the plugin two.so cannot be used: 'fake.pass' is also in one.so, which is loaded already");
  EXPECT_EQ(set.operators().size(), 1u);
}

TEST(PluginSet, WhatNeedsANewerInterfaceIsRefused) {
  plugin::PluginSet set;
  const leat_operator table = pass_table();
  leat_plugin plugin{
      sizeof(leat_plugin), LEAT_PLUGIN_MINOR + 1, 0, "fake", "1", &table, 1, nullptr, 0};
  EXPECT_FALSE(set.add(&plugin, "fake.so"));
  plugin.needs_minor = LEAT_PLUGIN_MINOR;
  plugin.size = offsetof(leat_plugin, connection_type) - 8;
  EXPECT_FALSE(set.add(&plugin, "fake.so"));
  plugin.size = sizeof(leat_plugin) + 80;  // a later version of the interface has more fields
  EXPECT_TRUE(set.add(&plugin, "fake.so"));
}

TEST(PluginSet, SignaturesMustBeReadable) {
  const auto with = [](const char* signature) {
    leat_function function{};
    function.size = sizeof(leat_function);
    function.name = "f";
    function.signature = signature;
    function.evaluate = [](const leat_function*, leat_call*, const leat_rows*) -> int {
      return LEAT_OK;
    };
    const leat_plugin plugin{sizeof(leat_plugin), 0, 0, "fake", "1", nullptr, 0, &function, 1};
    plugin::PluginSet set;
    return set.add(&plugin, "fake.so").has_value();
  };
  EXPECT_TRUE(with("f(text utf8, n int64) -> float64"));
  EXPECT_TRUE(with("f() -> date"));
  for (const char* const bad : {"", "f", "g(text utf8) -> utf8", "f(text) -> utf8", "f(text utf8",
                                "f(text utf8) -> nothing", "f(x decimal) -> int64"})
    EXPECT_FALSE(with(bad)) << bad;
}

}  // namespace
}  // namespace leat::test
