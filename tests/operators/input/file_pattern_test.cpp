// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/input/file_pattern.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/temp_dir.h"

namespace leat::io {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class FilePatternTest : public ::testing::Test {
 protected:
  /// The files that `pattern` matches in the test's folder, and its obstacles as `path: reason`.
  std::vector<std::string> match(const std::string& pattern) {
    Matches matches = match_files(folder_.file(pattern));
    obstacles_.clear();
    for (const Matches::Obstacle& obstacle : matches.obstacles)
      obstacles_.push_back(shorten(obstacle.path) + ": " + obstacle.reason);
    for (std::string& file : matches.files) file = shorten(file);
    return matches.files;
  }
  std::string shorten(const std::string& path) const {
    return path.starts_with(folder_.path() + "/") ? path.substr(folder_.path().size() + 1) : path;
  }
  void link(const std::string& target, const std::string& name) {
    ASSERT_EQ(::symlink(target.c_str(), folder_.file(name).c_str()), 0);
  }

  test::TempDir folder_;
  std::vector<std::string> obstacles_;
};

TEST_F(FilePatternTest, TwoStarsDoNotFollowLinks) {
  folder_.write("d/a.csv", "");
  folder_.write("d/sub/b.csv", "");
  link(".", "d/loop");
  link("..", "d/sub/up");
  EXPECT_THAT(match("d/**/*.csv"), ElementsAre("d/a.csv", "d/sub/b.csv"));
  EXPECT_THAT(obstacles_, IsEmpty());
  // A link that a part of the pattern names is followed.
  EXPECT_THAT(match("d/loop/*.csv"), ElementsAre("d/loop/a.csv"));
  EXPECT_THAT(match("d/*/*.csv"), ElementsAre("d/loop/a.csv", "d/sub/b.csv"));
}

TEST_F(FilePatternTest, ALinkToAFileIsAFile) {
  folder_.write("d/a.csv", "");
  link("a.csv", "d/b.csv");
  EXPECT_THAT(match("**/*.csv"), ElementsAre("d/a.csv", "d/b.csv"));
}

TEST_F(FilePatternTest, LinksThatLeadNowhereAreObstaclesWhereTheyMatch) {
  folder_.write("d/a.csv", "");
  link("gone", "d/b.csv");
  link("gone", "d/other");
  EXPECT_THAT(match("**/*.csv"), ElementsAre("d/a.csv"));
  EXPECT_THAT(obstacles_,
              ElementsAre("d/b.csv: the symbolic link leads to 'gone', which is not there"));
  match("d/*/x.csv");
  EXPECT_THAT(obstacles_,
              ElementsAre("d/b.csv: the symbolic link leads to 'gone', which is not there",
                          "d/other: the symbolic link leads to 'gone', which is not there"));
}

TEST_F(FilePatternTest, FoldersThatMayNotBeReadAreObstacles) {
  folder_.write("d/a.csv", "");
  folder_.write("d/closed/b.csv", "");
  ASSERT_EQ(::chmod(folder_.path().c_str(), 0755), 0);
  ASSERT_EQ(::chmod(folder_.file("d/closed").c_str(), 0), 0);
  const uid_t self = ::geteuid();
  constexpr uid_t kNobody = 65534;
  if (self == 0) {
    ASSERT_EQ(::seteuid(kNobody), 0);  // root may read everything
  }
  EXPECT_THAT(match("d/**/*.csv"), ElementsAre("d/a.csv"));
  const std::vector<std::string> found = obstacles_;
  match("d/closed/b.*");
  const std::vector<std::string> named = obstacles_;
  if (self == 0) {
    ASSERT_EQ(::seteuid(self), 0);
  }
  ASSERT_EQ(::chmod(folder_.file("d/closed").c_str(), 0755), 0);
  EXPECT_THAT(found, ElementsAre("d/closed/: the folder cannot be read: Permission denied"));
  EXPECT_THAT(named, ElementsAre("d/closed/: the folder cannot be read: Permission denied"));
}

TEST_F(FilePatternTest, WhatLiesTooDeepIsAnObstacle) {
  std::string path;
  for (int i = 0; i < 70; ++i) path += "d/";
  folder_.write(path + "a.csv", "");
  EXPECT_THAT(match("**/*.csv"), IsEmpty());
  ASSERT_EQ(obstacles_.size(), 1U);
  EXPECT_TRUE(obstacles_[0].ends_with("it lies more than 64 levels deep"));
}

TEST_F(FilePatternTest, ListsInTheOrderOfBytes) {
  for (const char* const name : {"b", "B", ".c", "a10", "a9"}) folder_.write(name, "");
  int error = -1;
  EXPECT_THAT(list_folder(folder_.path(), error), ElementsAre(".c", "B", "a10", "a9", "b"));
  EXPECT_EQ(error, 0);
  EXPECT_THAT(list_folder(folder_.file("none"), error), IsEmpty());
  EXPECT_EQ(error, ENOENT);
}

TEST(PathMatches, PartByPart) {
  EXPECT_TRUE(path_matches("exports/old-1.csv", "exports/old-*"));
  EXPECT_TRUE(path_matches("./exports//old-1.csv", "exports/old-*"));
  EXPECT_FALSE(path_matches("exports/x/old-1.csv", "exports/old-*"));
  EXPECT_FALSE(path_matches("exports/old-1.csv", "/exports/old-*"));
  EXPECT_TRUE(path_matches("/a/b", "/a/b"));
}

TEST(PathMatches, NamesInAnyFolder) {
  EXPECT_TRUE(path_matches("a/b/old.csv", "old*"));
  EXPECT_FALSE(path_matches("a/old/b.csv", "old*"));
  EXPECT_TRUE(path_matches(".hidden", "*"));
}

TEST(PathMatches, AnyNumberOfFolders) {
  EXPECT_TRUE(path_matches("a/b/c/d.csv", "a/**/*.csv"));
  EXPECT_TRUE(path_matches("a/d.csv", "a/**/*.csv"));
  EXPECT_TRUE(path_matches("a/b/c", "a/**"));
  EXPECT_FALSE(path_matches("b/c", "a/**"));
  std::string path = "b";
  std::string pattern = "a";
  for (int i = 0; i < 200; ++i) {
    path += "/b";
    pattern = "**/" + pattern;
  }
  EXPECT_FALSE(path_matches(path, pattern));
}

}  // namespace
}  // namespace leat::io
