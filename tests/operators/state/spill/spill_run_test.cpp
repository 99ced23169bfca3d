// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/state/spill/spill_run.h"

#include <unistd.h>

#include <cerrno>

#include <gtest/gtest.h>

#include "tests/support/operator_fixture.h"
#include "tests/support/temp_dir.h"

namespace leat::state {
namespace {

using io::FileCall;
using test::Cell;
using test::make_batch;
using test::make_schema;
using test::null_cell;
using test::OperatorFixture;
using test::rows_of;
using test::TempDir;

class SpillRunTest : public ::testing::Test {
 protected:
  std::unique_ptr<SpillArea> area(bool compress = true, SpillCalls calls = SpillCalls()) {
    auto opened =
        SpillArea::open({.dir = dir_.path(), .compress = compress}, 1 << 20, std::move(calls));
    EXPECT_TRUE(opened) << opened.error().message;
    return std::move(*opened);
  }

  Batch numbered(int64_t first, size_t rows) {
    std::vector<test::Row> cells;
    for (size_t i = 0; i < rows; ++i) {
      const int64_t number = first + static_cast<int64_t>(i);
      cells.push_back({number, number % 7 == 0
                                   ? null_cell
                                   : Cell("the text of row " + std::to_string(number))});
    }
    return make_batch(fixture_.memory, schema_, cells, Ordinal(static_cast<uint64_t>(first), 3));
  }

  SpillRunRef write(SpillArea& area, size_t blocks, size_t rows) {
    SpillWriter writer(area, fixture_.memory);
    for (size_t i = 0; i < blocks; ++i)
      EXPECT_TRUE(writer.append(numbered(static_cast<int64_t>(i * rows), rows)));
    auto run = writer.finish(fixture_.memory);
    EXPECT_TRUE(run);
    return *run;
  }

  TempDir dir_;
  OperatorFixture fixture_;
  const SchemaRef schema_ = make_schema({{"n", kInt64Type}, {"t", kUtf8Type}});
};

TEST_F(SpillRunTest, RowsComeBackInOrderWithTheirOrdinals) {
  for (const bool compress : {true, false}) {
    const auto spill = area(compress);
    const SpillRunRef run = write(*spill, 40, 1000);
    EXPECT_EQ(run->rows(), 40'000u);
    EXPECT_EQ(run->blocks(), 40u);
    EXPECT_EQ(run->block_rows(), 1000u);
    SpillReader reader(run);
    for (int64_t block = 0; block < 40; ++block) {
      const auto read = reader.next(fixture_.memory);
      ASSERT_TRUE(read && *read);
      EXPECT_EQ(rows_of(**read), rows_of(numbered(block * 1000, 1000)));
      EXPECT_EQ((*read)->ordinal(5), Ordinal(static_cast<uint64_t>(block * 1000), 8));
    }
    const auto end = reader.next(fixture_.memory);
    ASSERT_TRUE(end);
    EXPECT_FALSE(*end);
    const auto any = run->read(17, fixture_.memory);
    ASSERT_TRUE(any);
    EXPECT_EQ(rows_of(*any), rows_of(numbered(17'000, 1000)));
  }
}

TEST_F(SpillRunTest, PackingMakesItSmaller) {
  const auto packed = area(true);
  const auto plain = area(false);
  const SpillRunRef small = write(*packed, 20, 1000);
  const SpillRunRef large = write(*plain, 20, 1000);
  EXPECT_LT(packed->used() * 2, plain->used());
}

TEST_F(SpillRunTest, OnlySelectedRowsAreWritten) {
  const auto spill = area();
  SpillWriter writer(*spill, fixture_.memory);
  ASSERT_TRUE(writer.append(test::select_rows(fixture_.memory, numbered(0, 10), {2, 7})));
  ASSERT_TRUE(writer.append(test::select_rows(fixture_.memory, numbered(0, 10), {})));
  const auto run = writer.finish(fixture_.memory);
  ASSERT_TRUE(run);
  EXPECT_EQ((*run)->blocks(), 1u);
  const auto read = (*run)->read(0, fixture_.memory);
  ASSERT_TRUE(read);
  EXPECT_EQ(rows_of(*read), (std::vector<std::string>{"2|the text of row 2", "7|NULL"}));
}

TEST_F(SpillRunTest, RoomIsGivenBackWithTheRun) {
  const auto spill = area();
  SpillRunRef run = write(*spill, 20, 1000);
  EXPECT_GT(spill->used(), 0u);
  run.reset();
  EXPECT_EQ(spill->used(), 0u);
  {
    SpillWriter unfinished(*spill, fixture_.memory);
    ASSERT_TRUE(unfinished.append(numbered(0, 1000)));
    EXPECT_GT(spill->used(), 0u);
  }
  EXPECT_EQ(spill->used(), 0u);
  EXPECT_EQ(fixture_.memory.used(), 0u);
}

TEST_F(SpillRunTest, ReadingTakesNoMoreMemoryThanTheRunSays) {
  const auto spill = area();
  const SpillRunRef run = write(*spill, 3, 700);
  OperatorFixture reading;
  const auto read = run->read(1, reading.memory);
  ASSERT_TRUE(read);
  EXPECT_LE(reading.memory.used(), run->block_memory());
  EXPECT_LE(reading.memory.peak(), run->block_memory() + run->transfer_memory());
}

TEST_F(SpillRunTest, ADamagedBlockIsAnError) {
  const auto spill = area();
  const SpillRunRef run = write(*spill, 3, 1000);
  // The files are the last descriptors that were opened: find the one that was written to.
  int damaged = 0;
  for (int file = 3; file < 64; ++file) {
    char byte = 0;
    if (::pread(file, &byte, 1, 100) != 1) continue;
    byte = static_cast<char>(byte ^ 1);
    damaged += ::pwrite(file, &byte, 1, 100) == 1 ? 1 : 0;
  }
  ASSERT_GT(damaged, 0);
  const auto read = run->read(0, fixture_.memory);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, ErrorCode::kIo);
  EXPECT_EQ(read.error().message,
            "what was read back from '" + dir_.path() +
                "' is not what was written there: the checksum of a block is wrong");
  EXPECT_TRUE(run->read(2, fixture_.memory));
}

TEST_F(SpillRunTest, AnyCallThatFailsIsReported) {
  for (const FileCall which : {FileCall::kWrite, FileCall::kSync, FileCall::kRead}) {
    const auto spill = area(true, SpillCalls([=](FileCall call, const std::string&) {
                              return call == which ? EIO : 0;
                            }));
    SpillWriter writer(*spill, fixture_.memory);
    Status status = writer.append(numbered(0, 1000));
    if (status) {
      const auto run = writer.finish(fixture_.memory);
      status = run ? Status() : std::unexpected(run.error());
      if (run) {
        const auto read = (*run)->read(0, fixture_.memory);
        if (!read) status = std::unexpected(read.error());
      }
    }
    ASSERT_FALSE(status);
    EXPECT_NE(status.error().message.find("Input/output error"), std::string::npos);
  }
}

}  // namespace
}  // namespace leat::state
