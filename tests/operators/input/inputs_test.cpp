// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/input/inputs.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/operator_fixture.h"
#include "tests/support/temp_dir.h"

namespace leat::io {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class InputsTest : public ::testing::Test {
 protected:
  /// The names of the inputs that `paths` in the test's folder stand for; mistakes() holds what was
  /// reported.
  std::vector<std::string> resolve(const std::vector<std::string>& paths, InputChoice choice = {}) {
    for (std::string& pattern : choice.exclude)
      if (pattern.contains('/')) pattern = folder_.file(pattern);
    test::OptionDocument document;
    std::vector<SourceText> texts;
    for (const std::string& path : paths)
      texts.push_back(document.scalar(path == "-" || path == "stdin" ? path : folder_.file(path)));
    Diagnostics diagnostics;
    const auto inputs = resolve_inputs(texts, diagnostics, kMaxExpansionDefault, {}, choice);
    EXPECT_EQ(inputs.has_value(), diagnostics.ok());
    mistakes_.clear();
    for (const Diagnostic& error : diagnostics.errors())
      mistakes_.push_back(shorten(error.message) +
                          (error.hint.empty() ? "" : " / " + shorten(error.hint)));
    std::vector<std::string> names;
    for (size_t i = 0; inputs && i < inputs->size(); ++i) {
      EXPECT_EQ((*inputs)[i]->index, i);
      names.push_back(shorten((*inputs)[i]->name));
    }
    return names;
  }
  /// `text` without the folder's path.
  std::string shorten(std::string text) const {
    for (size_t at; (at = text.find(folder_.path() + "/")) != std::string::npos;)
      text.erase(at, folder_.path().size() + 1);
    return text;
  }

  test::TempDir folder_;
  std::vector<std::string> mistakes_;
};

TEST_F(InputsTest, StandardInputHasOneReader) {
  const SourceText path = test::OptionDocument().scalar("stdin");
  Diagnostics diagnostics;
  const auto inputs = resolve_inputs({path}, diagnostics);
  ASSERT_TRUE(inputs);
  EXPECT_TRUE(reads_stdin(*inputs));
  EXPECT_FALSE(resolve_inputs({path}, diagnostics, kMaxExpansionDefault, "the stage 'a' reads it"));
  ASSERT_EQ(diagnostics.count(), 1U);
  EXPECT_EQ(diagnostics.errors()[0].message,
            "standard input can be read only once, and the stage 'a' reads it");
}

TEST_F(InputsTest, FilesStayInTheOrderWritten) {
  folder_.write("b.csv", "");
  folder_.write("a.csv", "");
  EXPECT_THAT(resolve({"b.csv", "a.csv"}), ElementsAre("b.csv", "a.csv"));
}

TEST_F(InputsTest, APatternIsOrderedByBytes) {
  for (const char* name : {"x-10.csv", "x-9.csv", "x-B.csv", "x-a.csv", "x-.txt", ".x-1.csv"})
    folder_.write(name, "");
  EXPECT_THAT(resolve({"x-*.csv"}), ElementsAre("x-10.csv", "x-9.csv", "x-B.csv", "x-a.csv"));
  EXPECT_THAT(resolve({"x-[0-9]*.csv"}), ElementsAre("x-10.csv", "x-9.csv"));
  EXPECT_THAT(resolve({"x-?.csv"}), ElementsAre("x-9.csv", "x-B.csv", "x-a.csv"));
}

TEST_F(InputsTest, TwoStarsMatchAnyDepth) {
  for (const char* name :
       {"top.csv", "d/one.csv", "d/e/two.csv", "d/e/skip.txt", "d/.hidden/no.csv"})
    folder_.write(name, "");
  EXPECT_THAT(resolve({"**/*.csv"}), ElementsAre("d/e/two.csv", "d/one.csv", "top.csv"));
  EXPECT_THAT(resolve({"d/**/two.csv"}), ElementsAre("d/e/two.csv"));
  EXPECT_THAT(resolve({"*/*/*.csv"}), ElementsAre("d/e/two.csv"));
}

TEST_F(InputsTest, AFileWithAWildcardInItsNameIsMeantLiterally) {
  folder_.write("a[1].csv", "");
  folder_.write("a1.csv", "");
  EXPECT_THAT(resolve({"a[1].csv"}), ElementsAre("a[1].csv"));
}

TEST_F(InputsTest, AFolderDoesNotMatchAPattern) {
  folder_.write("data.csv/inner", "");
  folder_.write("more.csv", "");
  EXPECT_THAT(resolve({"*.csv"}), ElementsAre("more.csv"));
}

TEST_F(InputsTest, StandardInputHasManyNames) {
  EXPECT_THAT(resolve({"-"}), ElementsAre("<stdin>"));
  EXPECT_THAT(resolve({"stdin"}), ElementsAre("<stdin>"));
  EXPECT_THAT(resolve({"-", "stdin"}), IsEmpty());
  EXPECT_THAT(mistakes_, ElementsAre("'<stdin>' is named twice, its rows would be read twice"));
  for (const char* const name : {"/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"}) {
    Diagnostics diagnostics;
    const auto inputs = resolve_inputs({test::OptionDocument().scalar(name)}, diagnostics);
    EXPECT_TRUE(inputs && reads_stdin(*inputs)) << name;
  }
}

TEST_F(InputsTest, ReportsAllMistakesAtOnce) {
  folder_.write("orders.csv", "");
  folder_.write("folder/inner.csv", "");
  EXPECT_THAT(
      resolve({"ordres.csv", "none-*.csv", "folder", "nowhere/a.csv", "orders.csv", "o*.csv"}),
      IsEmpty());
  EXPECT_THAT(
      mistakes_,
      ElementsAre("there is no file 'ordres.csv' / did you mean 'orders.csv'?",
                  "no file matches 'none-*.csv'",
                  "'folder' is a folder, not a file / to read the files in it write 'folder/*'",
                  "there is no folder 'nowhere/', in which 'nowhere/a.csv' should be",
                  "'orders.csv' is named twice, its rows would be read twice"));
}

TEST_F(InputsTest, AFileThatMayNotBeReadIsReported) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may read everything";
  folder_.write("secret.csv", "");
  ASSERT_EQ(::chmod(folder_.file("secret.csv").c_str(), 0), 0);
  EXPECT_THAT(resolve({"secret.csv"}), IsEmpty());
  EXPECT_THAT(mistakes_, ElementsAre("the file 'secret.csv' cannot be read: Permission denied"));
}

TEST_F(InputsTest, AStarInANameHidesNoOtherFile) {
  folder_.write("a*.csv", "");
  folder_.write("a1.csv", "");
  EXPECT_THAT(resolve({"a*.csv"}), ElementsAre("a*.csv", "a1.csv"));
  EXPECT_THAT(resolve({"a\\*.csv"}), ElementsAre("a*.csv"));
  folder_.write("b[1]*.csv", "");
  folder_.write("b12.csv", "");
  EXPECT_THAT(resolve({"b[1]*.csv"}), IsEmpty());
  EXPECT_THAT(mistakes_,
              ElementsAre("'b[1]*.csv' is the name of a file, and a pattern that matches 'b12.csv' "
                          "/ in a pattern, '[[]' stands for the bracket itself"));
}

TEST_F(InputsTest, WhatAPatternCoversAndCannotBeReadIsReported) {
  folder_.write("a.csv", "");
  ASSERT_EQ(::symlink("gone", folder_.file("b.csv").c_str()), 0);
  EXPECT_THAT(resolve({"*.csv"}), IsEmpty());
  EXPECT_THAT(mistakes_, ElementsAre("'b.csv': the symbolic link leads to 'gone', which is not "
                                     "there / mend or remove it, or write a pattern that does not "
                                     "cover it"));
}

TEST_F(InputsTest, LinksThatLeadNowhereSayWhere) {
  ASSERT_EQ(::symlink("gone.csv", folder_.file("in.csv").c_str()), 0);
  ASSERT_EQ(::symlink("round", folder_.file("round").c_str()), 0);
  folder_.write("file", "");
  EXPECT_THAT(resolve({"in.csv", "round", "file/x", std::string(300, 'n')}), IsEmpty());
  EXPECT_THAT(
      mistakes_,
      ElementsAre("the file 'in.csv' cannot be read: the symbolic link leads to 'gone.csv', which "
                  "is not there",
                  "the file 'round' cannot be read: the symbolic link leads to 'round', which "
                  "cannot be reached: Too many levels of symbolic links",
                  "there is no folder 'file/', in which 'file/x' should be",
                  "the file '" + std::string(300, 'n') + "' cannot be read: File name too long"));
}

TEST_F(InputsTest, NoNameHoldsANul) {
  Diagnostics diagnostics;
  const SourceText path(std::string("a\0b", 3), {0, 3}, {{0, 0}});
  EXPECT_FALSE(resolve_inputs({path}, diagnostics));
  ASSERT_EQ(diagnostics.count(), 1U);
  EXPECT_EQ(diagnostics.errors()[0].message, "the path holds a NUL, which no name can");
}

TEST_F(InputsTest, ExcludedFilesAreLeftOut) {
  for (const char* const name : {"a.csv", "old-a.csv", "d/b.csv", "d/old/c.csv", "d/old-b.csv"})
    folder_.write(name, "");
  EXPECT_THAT(resolve({"**/*.csv"}, {.exclude = {"old-*"}}),
              ElementsAre("a.csv", "d/b.csv", "d/old/c.csv"));
  EXPECT_THAT(resolve({"**/*.csv"}, {.exclude = {"d/old/**", "a.csv"}}),
              ElementsAre("d/b.csv", "d/old-b.csv", "old-a.csv"));
  EXPECT_THAT(resolve({"a.csv", "d/b.csv"}, {.exclude = {"d/*"}}), ElementsAre("a.csv"));
  EXPECT_THAT(resolve({"a.csv"}, {.exclude = {"a.*"}}), IsEmpty());
  EXPECT_THAT(mistakes_, ElementsAre("no file is left to read: 1 excluded / if that is no mistake, "
                                     "write 'if_missing: empty'"));
}

TEST_F(InputsTest, WhatIsExcludedNeedNotBeReadable) {
  folder_.write("a.csv", "");
  ASSERT_EQ(::symlink("gone", folder_.file("b.csv").c_str()), 0);
  EXPECT_THAT(resolve({"*.csv"}, {.exclude = {"b.csv"}}), ElementsAre("a.csv"));
}

TEST_F(InputsTest, OnlyNewerFiles) {
  const auto change = [&](const char* name, int64_t micros, long nanos) {
    folder_.write(name, "");
    const timespec time{micros / 1'000'000, micros % 1'000'000 * 1000 + nanos};
    const timespec times[] = {time, time};
    ASSERT_EQ(::utimensat(AT_FDCWD, folder_.file(name).c_str(), times, 0), 0);
  };
  change("before.csv", 999'999, 999);
  change("same.csv", 1'000'000, 0);
  change("just.csv", 1'000'000, 1);
  change("after.csv", 1'000'001, 0);
  EXPECT_THAT(resolve({"*.csv"}, {.newer_than = 1'000'000}), ElementsAre("after.csv", "just.csv"));
  EXPECT_THAT(resolve({"same.csv", "after.csv"}, {.newer_than = 1'000'000}),
              ElementsAre("after.csv"));
  EXPECT_THAT(resolve({"*.csv"}, {.exclude = {"just.*"}, .newer_than = 2'000'000}), IsEmpty());
  EXPECT_THAT(mistakes_, ElementsAre("no file is left to read: 1 excluded, 3 not newer than "
                                     "1970-01-01T00:00:02Z / if that is no mistake, write "
                                     "'if_missing: empty'"));
}

TEST_F(InputsTest, NoFileMayBeNoMistake) {
  const InputChoice choice{.exclude = {"a.csv"}, .may_be_missing = true};
  folder_.write("a.csv", "");
  folder_.write("file", "");
  EXPECT_THAT(resolve({"a.csv", "b.csv", "none-*", "nowhere/*.csv", "nowhere/c.csv"}, choice),
              IsEmpty());
  EXPECT_THAT(mistakes_, IsEmpty());
  ASSERT_EQ(::symlink("gone", folder_.file("link").c_str()), 0);
  EXPECT_THAT(resolve({"link", "file/x"}, choice), IsEmpty());
  EXPECT_EQ(mistakes_.size(), 2U) << "what cannot be reached is not missing";
}

}  // namespace
}  // namespace leat::io
