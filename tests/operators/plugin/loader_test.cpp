// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What is refused of real shared objects is in tests/plugin/plugins_test.py.
#include <cstdlib>
#include <fstream>

#include <gtest/gtest.h>

#include "operators/plugin/plugin_set.h"
#include "tests/support/temp_dir.h"

namespace leat::plugin {
namespace {

TEST(PluginLoader, FindsBareNamesOnTheSearchPath) {
  const test::TempDir folder;
  std::ofstream(folder.path() + "/mine.so") << "x";
  setenv("LEAT_PLUGIN_PATH", ("/nowhere::" + folder.path()).c_str(), 1);
  EXPECT_EQ(*find_file("mine"), folder.path() + "/mine.so");
  EXPECT_EQ(*find_file("mine.so"), folder.path() + "/mine.so");
  EXPECT_EQ(*find_file("./mine.so"), "./mine.so");
  EXPECT_FALSE(find_file("other"));
  unsetenv("LEAT_PLUGIN_PATH");
  EXPECT_EQ(find_file("mine").error().message,
            "there is no plugin 'mine' in LEAT_PLUGIN_PATH, which is not set");
}

TEST(PluginLoader, SaysWhatIsNoSharedObject) {
  const test::TempDir folder;
  const std::string file = folder.path() + "/text.so";
  std::ofstream(file) << std::string(200, 'x');
  EXPECT_EQ(open_file(file).error().message,
            "the plugin " + file + " cannot be loaded: it is not a shared object");
  EXPECT_EQ(open_file(folder.path()).error().message,
            "the plugin " + folder.path() + " cannot be loaded: it is a folder");
}

}  // namespace
}  // namespace leat::plugin
