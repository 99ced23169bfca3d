// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/input/read_state.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/operator_fixture.h"
#include "tests/support/temp_dir.h"

namespace leat::io {
namespace {

const ReadState::Owner kOwner{"job", "orders"};

class ReadStateTest : public ::testing::Test {
 protected:
  std::shared_ptr<ReadState> read(bool refresh = false) {
    test::OptionDocument document;
    Diagnostics diagnostics;
    auto state = ReadState::read(document.scalar(folder_.file("state")), refresh, diagnostics);
    mistake_ = diagnostics.ok() ? "" : diagnostics.errors().front().message;
    return state;
  }
  void set_time(const std::string& file, int64_t seconds, int64_t nanoseconds) {
    const struct timespec times[2] = {{seconds, nanoseconds}, {seconds, nanoseconds}};
    ASSERT_EQ(::utimensat(AT_FDCWD, file.c_str(), times, 0), 0);
  }

  test::TempDir folder_;
  std::string mistake_;
};

TEST_F(ReadStateTest, FilesAreKnownUntilTheyChange) {
  const std::string a = folder_.write("a", "one");
  const std::string b = folder_.write("b", "two");
  auto state = read();
  EXPECT_FALSE(state->owner());
  EXPECT_FALSE(state->is_known(a));
  EXPECT_FALSE(state->is_known(b));
  folder_.write("state", state->text(kOwner, {a}));

  state = read();
  ASSERT_TRUE(state) << mistake_;
  EXPECT_EQ(state->owner(), kOwner);
  EXPECT_TRUE(state->is_known(a));
  EXPECT_FALSE(state->is_known(b)) << "it was found, but not read";
  EXPECT_EQ(state->text(kOwner, {}), folder_.read("state"));

  struct stat found{};
  ASSERT_EQ(::stat(a.c_str(), &found), 0);
  set_time(a, found.st_mtim.tv_sec, found.st_mtim.tv_nsec / 2 + 1);
  EXPECT_FALSE(read()->is_known(a)) << "the same length at another time";
  folder_.write("a", "longer");
  set_time(a, found.st_mtim.tv_sec, found.st_mtim.tv_nsec);
  EXPECT_FALSE(read()->is_known(a)) << "another length at the same time";
}

TEST_F(ReadStateTest, WhatIsGoneStaysKnown) {
  const std::string a = folder_.write("a", "one");
  auto state = read();
  state->is_known(a);
  const std::string before = state->text(kOwner, {a});
  folder_.write("state", before);
  const std::string b = folder_.write("b", "two");
  state = read();
  state->is_known(b);
  folder_.write("state", state->text(kOwner, {b}));
  EXPECT_TRUE(read()->is_known(a));
}

TEST_F(ReadStateTest, ARefreshBeginsAnew) {
  const std::string a = folder_.write("a", "one");
  auto state = read();
  state->is_known(a);
  const std::string before = state->text(kOwner, {a});
  folder_.write("state", before);
  state = read(true);
  EXPECT_FALSE(state->is_known(a));
  EXPECT_EQ(state->text(kOwner, {}), before) << "nothing was read";
  const std::string b = folder_.write("b", "two");
  EXPECT_FALSE(state->is_known(b));
  folder_.write("state", state->text(kOwner, {b}));
  EXPECT_FALSE(read()->is_known(a));
}

TEST_F(ReadStateTest, NamesKeepTheirBytes) {
  for (const std::string name : {"100%41", "\xFF\xC3x", "\u00FC \"q\"", "a\nb"}) {
    const std::string file = folder_.write(name, "x");
    auto state = read();
    EXPECT_FALSE(state->is_known(file));
    folder_.write("state", state->text(kOwner, {file}));
    EXPECT_TRUE(read()->is_known(file)) << name;
  }
}

TEST_F(ReadStateTest, WhatIsNoStateIsAMistake) {
  for (const std::string text :
       {"", "a,b\n1,2\n", "{}", "[]", R"({"leat": "files that were read"})",
        R"({"leat":"files that were read","version":2,"pipeline":"p","stage":"s","files":[]})",
        R"({"leat":"files that were read","version":1,"pipeline":"p","stage":"s","files":[{}]})",
        R"({"leat":"files that were read","version":1,"pipeline":"p","stage":"s","files":[)"}) {
    folder_.write("state", text);
    EXPECT_FALSE(read()) << text;
    EXPECT_FALSE(read(true)) << text;
    EXPECT_THAT(mistake_, ::testing::HasSubstr("is not what a source keeps"));
  }
}

}  // namespace
}  // namespace leat::io
