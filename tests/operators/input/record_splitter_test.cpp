// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/input/record_splitter.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "operators/csv/csv_splitter.h"
#include "operators/input/line_splitter.h"
#include "tests/operators/input/source_run.h"
#include "tests/support/temp_dir.h"

namespace leat::io {
namespace {

using ::testing::ElementsAre;

class RecordSplitterTest : public ::testing::Test {
 protected:
  test::Splits split(const std::vector<std::string>& paths, size_t chunk,
                     size_t max_record = kMaxRecordDefault) {
    return test::run_splitter(
        *make_line_splitter(test::inputs_of(paths), fixture_.memory, {chunk, max_record}));
  }

  test::TempDir folder_;
  test::OperatorFixture fixture_;
};

TEST_F(RecordSplitterTest, NoInputsGiveNoSplits) { EXPECT_TRUE(split({}, 64).splits.empty()); }

TEST_F(RecordSplitterTest, EmptyFilesGiveNoSplits) {
  const auto result =
      split({folder_.write("a", ""), folder_.write("b", "x\n"), folder_.write("c", "")}, 64);
  EXPECT_THAT(result.texts(), ElementsAre("x\n"));
  EXPECT_TRUE(result.splits[0].first_of_input);
}

TEST_F(RecordSplitterTest, ASplitNeverSpansInputs) {
  const auto result = split({folder_.write("a", "1\n2"), folder_.write("b", "3\n4\n")}, 64);
  EXPECT_THAT(result.texts(), ElementsAre("1\n2", "3\n4\n"));
  EXPECT_EQ(result.splits[1].first_line, 1u);
  EXPECT_EQ(result.splits[1].offset, 0u);
  EXPECT_EQ(result.splits[1].input->index, 1u);
}

TEST_F(RecordSplitterTest, AFileOfExactlyOneChunk) {
  const std::string text = "1234567\n1234567\n";
  EXPECT_THAT(split({folder_.write("a", text)}, 16).texts(), ElementsAre(text));
}

TEST_F(RecordSplitterTest, ByteOrderMarksAreLeftOut) {
  const auto result =
      split({folder_.write("a", "\xEF\xBB\xBFx\n"), folder_.write("b", "\xEF\xBB\xBF")}, 16);
  EXPECT_THAT(result.texts(), ElementsAre("x\n"));
  EXPECT_EQ(result.splits[0].offset, 3u);
}

TEST_F(RecordSplitterTest, Utf16IsRefused) {
  const auto result = split({folder_.write("a.txt", std::string("\xFF\xFEx\0", 4))}, 16);
  ASSERT_TRUE(result.error);
  EXPECT_EQ(test::text_of(*result.error),
            "the file is encoded in UTF-16, not in UTF-8 @ a.txt:1:1");
}

TEST_F(RecordSplitterTest, ALongRecordGrowsItsChunk) {
  const std::string longest(100'000, 'x');
  const std::string text = "a\n" + longest + "\nb\nc\n";
  const auto result = split({folder_.write("a", text)}, 64);
  std::string joined;
  for (const std::string& part : result.texts()) joined += part;
  EXPECT_EQ(joined, text);
  EXPECT_EQ(result.splits[1].bytes().substr(0, longest.size()), longest);
  EXPECT_LE(result.splits[1].bytes().size(), longest.size() + 64)
      << "a split is at most a chunk longer than its longest record";
}

TEST_F(RecordSplitterTest, ASingleLineOf64MegabytesWorks) {
  std::string text(64 << 20, 'x');
  text += "\nshort\n";
  const auto result = split({folder_.write("a", text)}, kChunkBytes);
  ASSERT_FALSE(result.error);
  std::string joined;
  for (const std::string& part : result.texts()) joined += part;
  EXPECT_TRUE(joined == text);
}

TEST_F(RecordSplitterTest, ARecordLongerThanTheLimitIsAnErrorWhereItBegins) {
  const auto result =
      split({folder_.write("a.log", "1\n2\n" + std::string(5000, 'x') + "\n3\n")}, 64, 1000);
  ASSERT_TRUE(result.error);
  EXPECT_EQ(test::text_of(*result.error),
            "the line is longer than max_record, 1000 bytes @ a.log:3:1");
  EXPECT_EQ(result.texts(), (std::vector<std::string>{"1\n2\n"}));
}

TEST_F(RecordSplitterTest, ALastRecordLongerThanTheLimitIsAnError) {
  const auto result = split({folder_.write("a.log", "1\n" + std::string(5000, 'x'))}, 64, 1000);
  ASSERT_TRUE(result.error);
  EXPECT_EQ(test::text_of(*result.error),
            "the line is longer than max_record, 1000 bytes @ a.log:2:1");
}

TEST_F(RecordSplitterTest, MemoryRefusedLeavesThePositionAsItWas) {
  std::string text;
  for (int i = 0; i < 2000; ++i) text += fmt::format("line {}\n", i);
  const std::string path = folder_.write("a", text);
  test::OperatorFixture tight(size_t{16} << 10);
  const auto splitter =
      make_line_splitter(test::inputs_of({path}), tight.memory, {4096, kMaxRecordDefault});
  std::string joined;
  std::vector<Split> held;
  int refusals = 0;
  for (;;) {
    auto split = splitter->next();
    if (!split) {
      ASSERT_EQ(split.error().code, ErrorCode::kMemory);
      ASSERT_FALSE(held.empty());
      ++refusals;
      held.clear();
      continue;
    }
    if (!*split) break;
    joined += (*split)->bytes();
    held.push_back(std::move(**split));
  }
  EXPECT_GT(refusals, 0);
  EXPECT_EQ(joined, text);
}

TEST_F(RecordSplitterTest, AMissingInputIsAnErrorAfterTheOnesBefore) {
  const auto result = split({folder_.write("a", "1\n"), folder_.file("gone")}, 64);
  EXPECT_THAT(result.texts(), ElementsAre("1\n"));
  ASSERT_TRUE(result.error);
  EXPECT_EQ(result.error->code, ErrorCode::kIo);
}

}  // namespace
}  // namespace leat::io
