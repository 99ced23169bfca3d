// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/plugin/trust.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/temp_dir.h"

namespace leat::plugin {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class TrustTest : public ::testing::Test {
 protected:
  void TearDown() override {
    ::unsetenv("LEAT_PLUGIN_PATH");
    ::unsetenv("XDG_CONFIG_HOME");
  }
  test::TempDir folder_;
};

/// Empty: it is not refused.
std::string refusal(const std::string& file) {
  const Status checked = check_owners(file);
  return checked ? std::string() : checked.error().message;
}

TEST_F(TrustTest, AFolderThatAnybodyMayWriteToIsRefusedByName) {
  folder_.write("open/a.so", "");
  ::setenv("LEAT_PLUGIN_PATH", (":/nowhere:" + folder_.file("open")).c_str(), 1);
  ASSERT_EQ(::chmod(folder_.file("open").c_str(), 0755), 0);
  EXPECT_THAT(search_folders().value(), ElementsAre(folder_.file("open")));
  ASSERT_EQ(::chmod(folder_.file("open").c_str(), 01777), 0);
  const auto refused = search_folders();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, "'" + folder_.file("open") +
                                         "' is a folder of LEAT_PLUGIN_PATH, and anybody may write "
                                         "to it");
}

TEST_F(TrustTest, TheUsersListHasAbsolutePaths) {
  ::setenv("XDG_CONFIG_HOME", folder_.path().c_str(), 1);
  EXPECT_THAT(allowed_by_user().value(), IsEmpty());
  const std::string list =
      folder_.write("leat/plugins", "# mine\n  /opt/a.so  # one\n\n/opt/plugins\n");
  ASSERT_EQ(::chmod(list.c_str(), 0644), 0);
  EXPECT_THAT(allowed_by_user().value(), ElementsAre("/opt/a.so", "/opt/plugins"));
  folder_.write("leat/plugins", "\n./a.so\n");
  EXPECT_EQ(allowed_by_user().error().message, list + ":2: './a.so' is no absolute path");
  ASSERT_EQ(::chmod(list.c_str(), 0666), 0);
  EXPECT_FALSE(allowed_by_user());
}

TEST_F(TrustTest, WhatIsAllowedIsAFileOrLiesInAFolder) {
  const std::string file = folder_.write("plugins/a.so", "");
  folder_.write("plugins/sub/b.so", "");
  ASSERT_EQ(::symlink("plugins/a.so", folder_.file("link.so").c_str()), 0);
  EXPECT_TRUE(is_allowed(file, {file}));
  EXPECT_TRUE(is_allowed(folder_.file("link.so"), {folder_.file("plugins")}));
  EXPECT_TRUE(is_allowed(folder_.file("plugins/sub/../a.so"), {"/nowhere", file}));
  EXPECT_FALSE(is_allowed(folder_.file("plugins/sub/b.so"), {folder_.file("plugins")}));
  EXPECT_FALSE(is_allowed(file, {}));
  EXPECT_FALSE(is_allowed(folder_.file("none.so"), {folder_.path()}));
}

TEST_F(TrustTest, WhatOthersMayChangeIsNotOurs) {
  const std::string file = folder_.write("sub/a.so", "");
  ASSERT_EQ(::chmod(file.c_str(), 0755), 0);
  ASSERT_EQ(::chmod(folder_.file("sub").c_str(), 0755), 0);
  EXPECT_TRUE(check_owners(file));
  ASSERT_EQ(::chmod(file.c_str(), 0757), 0);
  EXPECT_TRUE(refusal(file).ends_with("a.so' can be written by others (mode 757)"));
  ASSERT_EQ(::chmod(file.c_str(), 0755), 0);
  ASSERT_EQ(::chmod(folder_.file("sub").c_str(), 0777), 0);
  EXPECT_TRUE(refusal(file).ends_with("sub' can be written by others (mode 777)"));
  ASSERT_EQ(::chmod(folder_.file("sub").c_str(), 01777), 0);
  EXPECT_TRUE(check_owners(file));  // others can neither remove nor replace it
  EXPECT_FALSE(check_owners(folder_.file("none.so")));
}

TEST_F(TrustTest, WhatBelongsToOthersIsNotOurs) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give files away";
  const std::string file = folder_.write("a.so", "");
  ASSERT_EQ(::chown(file.c_str(), 1234, 0), 0);
  EXPECT_TRUE(refusal(file).ends_with("a.so' belongs to the user 1234"));
}

}  // namespace
}  // namespace leat::plugin
