// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/input/file_list.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/operators/input/source_run.h"
#include "tests/support/temp_dir.h"

namespace leat {

extern const OperatorDef operator_read_lines;

namespace io {
namespace {

using test::Opt;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// All that was reported.
std::string said(const test::Binding& binding) {
  return fmt::format("{}", fmt::join(binding.mistakes, "\n"));
}

class FileListTest : public ::testing::Test {
 protected:
  test::Binding bind(std::vector<std::pair<std::string, Opt>> options) {
    return test::bind(operator_read_lines, Opt::map(std::move(options)), nullptr);
  }
  test::TempDir folder_;
  test::OperatorFixture fixture_;
};

TEST_F(FileListTest, NamesAndPatternsInTheirOrder) {
  folder_.write("b.txt", "b\n");
  folder_.write("a1.txt", "a1\n");
  folder_.write("a2.txt", "a2\n");
  const std::string list =
      folder_.write("list", folder_.file("b.txt") + "\r\n\n" + folder_.file("a?.txt") + "\n");
  const auto bound = bind({{"files_from", list}});
  ASSERT_TRUE(bound.bound) << said(bound);
  EXPECT_THAT(test::run_source(fixture_, *bound.bound).rows, ElementsAre("b", "a1", "a2"));
  EXPECT_FALSE(bound.bound->reads_stdin);
}

TEST_F(FileListTest, BehindThoseOfThePath) {
  const std::string a = folder_.write("a.txt", "a\n");
  const std::string b = folder_.write("b.txt", "b\n");
  const auto bound = bind({{"path", b}, {"files_from", folder_.write("list", a)}});
  ASSERT_TRUE(bound.bound) << said(bound);
  EXPECT_THAT(test::run_source(fixture_, *bound.bound).rows, ElementsAre("b", "a"));
  EXPECT_THAT(said(bind({{"path", a}, {"files_from", folder_.write("list", a)}})),
              HasSubstr("is named twice"));
}

TEST_F(FileListTest, MistakesNameTheList) {
  const std::string list = folder_.write("list", folder_.file("none.txt"));
  EXPECT_THAT(said(bind({{"files_from", list}})), HasSubstr(list + ": there is no file"));
  EXPECT_THAT(said(bind({{"files_from", folder_.file("no list")}})), HasSubstr("cannot open"));
  EXPECT_THAT(said(bind({{"files_from", folder_.write("empty", "\n")}})), HasSubstr("is empty"));
  EXPECT_TRUE(bind({{"files_from", folder_.write("empty", "\n")}, {"if_missing", "empty"}}).bound);
  EXPECT_THAT(said(bind({{"files_from", folder_.write("nul", std::string("a\0b", 3))}})),
              HasSubstr("holds a NUL"));
  EXPECT_THAT(said(bind({{"files_from", ""}})), HasSubstr("needs the name of a file"));
  EXPECT_THAT(said(bind({})), HasSubstr("needs the option 'path'"));
}

TEST_F(FileListTest, ManyMistakesAreCounted) {
  std::string names;
  for (int i = 0; i < 30; ++i) names += folder_.file("none" + std::to_string(i)) + "\n";
  EXPECT_THAT(said(bind({{"files_from", folder_.write("list", names)}})),
              HasSubstr("10 more mistakes in the list"));
}

}  // namespace
}  // namespace io
}  // namespace leat
