// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "cli/side_file.h"

#include <gtest/gtest.h>

#include "tests/support/temp_dir.h"

namespace leat::cli {
namespace {

TEST(SideFile, ReplacesTheOldOneWhenItIsWhole) {
  test::TempDir directory;
  const std::string path = directory.write("report.json", "old");
  Result<SideFile> file = SideFile::open(path);
  ASSERT_TRUE(file);
  EXPECT_EQ(directory.read("report.json"), "old");
  ASSERT_TRUE(file->write("new"));
  EXPECT_EQ(directory.read("report.json"), "new");
  EXPECT_EQ(directory.list(), (std::vector<std::string>{"report.json"}));
}

TEST(SideFile, LeavesNothingWithoutAWrite) {
  test::TempDir directory;
  {
    ASSERT_TRUE(SideFile::open(directory.file("report.json")));
  }
  EXPECT_TRUE(directory.list().empty());
}

TEST(SideFile, SaysBeforehandThatItCannotBeWritten) {
  test::TempDir directory;
  EXPECT_NE(SideFile::open(directory.file("no/report.json")).error().message.find("No such file"),
            std::string::npos);
  EXPECT_NE(SideFile::open(directory.path()).error().message.find("Is a directory"),
            std::string::npos);
}

}  // namespace
}  // namespace leat::cli
