// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/input/line_splitter.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/operators/input/source_run.h"
#include "tests/support/seed.h"
#include "tests/support/temp_dir.h"

namespace leat::io {
namespace {

using ::testing::ElementsAre;

Split split_of(test::OperatorFixture& fixture, const std::string& text) {
  Split split;
  split.input = std::make_shared<Input>(Input{"x.log", 0});
  split.first_line = 5;
  split.chunk = *fixture.memory.allocate(text.size() + 1);
  std::copy(text.begin(), text.end(), split.chunk->mutable_as<char>());
  split.end = static_cast<uint32_t>(text.size());
  return split;
}

std::vector<std::string> walk(std::string_view text) {
  std::vector<std::string> lines;
  for (LineWalker walker(text); walker.next();) lines.emplace_back(walker.line());
  return lines;
}

TEST(LineWalker, LineBreaksOfBothKinds) {
  EXPECT_THAT(walk("a\nb\r\n\n\r\nc\rd\n"), ElementsAre("a", "b", "", "", "c\rd"));
  EXPECT_THAT(walk("a\nlast\r"), ElementsAre("a", "last\r"));
  EXPECT_THAT(walk(""), ElementsAre());
}

RecordStartRef start_with(const std::string& pattern) {
  return std::make_shared<const RecordStart>(std::make_unique<const re2::RE2>(pattern));
}

TEST(LineWalker, RecordsOfSeveralLines) {
  const RecordStartRef start = start_with("\\d+$");
  std::vector<std::string> records;
  for (LineWalker walker("x\n1\r\na\r\n\n2\n3\nb", start.get()); walker.next();)
    records.emplace_back(walker.line());
  EXPECT_THAT(records, ElementsAre("x", "1\r\na\r\n", "2", "3\nb"));
}

TEST(RecordStartFinder, EndsBeforeTheLastLineThatBeginsARecord) {
  RecordStartFinder finder(start_with("\\d+$"));
  EXPECT_EQ(finder.find("1\na\n2\nb\n3", 0).end, 4u) << "the last line may go on";
  EXPECT_EQ(finder.find("1\na\n2\nb\n3", 0).lines, 2u);
  EXPECT_EQ(finder.find("1\na\n2\nb\n3\n", 9).end, 8u);
  EXPECT_EQ(finder.find("1\na\nb\n", 0).end, 0u);
  EXPECT_EQ(finder.find("1\n", 0).end, 0u);
  EXPECT_EQ(finder.count_rows("x\n1\na\n2\n"), 3u);
}

TEST(LineFinder, FindsTheLastLineFeed) {
  LineFinder finder;
  const auto boundary = finder.find("ab\nc\nd", 0);
  EXPECT_EQ(boundary.end, 5u);
  EXPECT_EQ(boundary.lines, 2u);
  EXPECT_EQ(finder.find("abcdef", 0).end, 0u);
}

TEST(LineFinder, LooksOnlyAtWhatItHasNotSeen) {
  LineFinder finder;
  const auto boundary = finder.find("abcdef\ng", 6);
  EXPECT_EQ(boundary.end, 7u);
  EXPECT_EQ(boundary.lines, 1u);
}

TEST(LineSplitter, SplitsAreWholeLinesWhateverTheChunk) {
  const test::Seed seed;
  std::mt19937_64 random = seed.generator();
  const test::TempDir folder;
  for (int round = 0; round < 60; ++round) {
    std::string text;
    for (size_t i = random() % 200; i > 0; --i)
      text += std::string(random() % (random() % 9 == 0 ? 300 : 12), 'a') +
              (random() % 4 ? "\n" : "\r\n");
    if (random() % 2) text += "no newline";
    const std::string path = folder.write("x.log", text);
    for (const size_t chunk : {16, 17, 40, 64, 100, 1000, 65536}) {
      test::OperatorFixture fixture;
      const auto splitter =
          make_line_splitter(test::inputs_of({path}), fixture.memory, {chunk, kMaxRecordDefault});
      const test::Splits result = test::run_splitter(*splitter);
      ASSERT_FALSE(result.error);
      std::string joined;
      uint64_t line = 1;
      for (const Split& split : result.splits) {
        ASSERT_EQ(split.offset, joined.size());
        ASSERT_EQ(split.first_line, line);
        ASSERT_EQ(split.first_of_input, joined.empty());
        joined += split.bytes();
        line += static_cast<uint64_t>(std::count(split.bytes().begin(), split.bytes().end(), '\n'));
        ASSERT_TRUE(split.bytes().back() == '\n' || joined.size() == text.size());
      }
      ASSERT_EQ(joined, text);
    }
  }
}

TEST(LineOrigin, FindsRowsInAnyOrder) {
  test::OperatorFixture fixture;
  const RowOriginRef all =
      make_line_origin(split_of(fixture, "a\n\nbb\r\n\nccc"), EmptyLines::kAreRows);
  EXPECT_EQ(all->raw(2), "bb");
  EXPECT_EQ(all->raw(4), "ccc");
  EXPECT_EQ(all->raw(0), "a");
  EXPECT_EQ(all->locate(2), (TextPlace{"x.log", 7, 1}));
  EXPECT_EQ(all->locate(0), (TextPlace{"x.log", 5, 1}));
  EXPECT_EQ(all->raw(1), "");
  EXPECT_EQ(all->locate(1), (TextPlace{"x.log", 6, 1}));
  const RowOriginRef filled =
      make_line_origin(split_of(fixture, "a\n\nbb\r\n\nccc"), EmptyLines::kAreIgnored);
  EXPECT_EQ(filled->raw(1), "bb");
  EXPECT_EQ(filled->locate(2), (TextPlace{"x.log", 9, 1}));
  EXPECT_EQ(filled->raw(2), "ccc");
}

}  // namespace
}  // namespace leat::io
