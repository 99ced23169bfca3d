// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/targets/partition_frames.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "engine/codes/data.h"
#include "tests/support/operator_fixture.h"

namespace leat::io {
namespace {

using test::make_batch;
using test::make_schema;
using test::OperatorFixture;
using test::select_rows;

const SchemaRef kSchema = make_schema({{"k", kUtf8Type}});

PathPattern pattern() {
  Diagnostics diagnostics;
  return *PathPattern::read(SourceText("{k}", {}, {}), *kSchema, diagnostics);
}

std::string frames_of(const BufferRef& bytes) {
  std::string text;
  PartitionReader reader(bytes);
  while (const auto frame = reader.next()) {
    text += fmt::format("{}:{}:{}:", frame->name, frame->rows, frame->records);
    for (uint64_t i = 0; i < frame->rows; ++i) text += fmt::format("{} ", frame->end_of(i));
  }
  return text;
}

TEST(PartitionFrames, RecordsOfAFileLieTogetherInTheirOrder) {
  OperatorFixture fixture;
  const PathPattern by_key = pattern();
  PartitionFrames frames(by_key, fixture.memory);
  const Batch batch = make_batch(fixture.memory, kSchema, {{"b"}, {"a"}, {"b"}, {"c"}, {"b"}});
  std::vector<RowFault> faults;
  frames.name_rows(batch, faults);
  const auto bytes = frames.put_together(batch, "1;22;333;4;55;", {2, 5, 9, 11, 14}, faults);
  ASSERT_TRUE(bytes);
  EXPECT_EQ(frames_of(*bytes), "b:3:1;333;55;:2 6 9 a:1:22;:3 c:1:4;:2 ");
}

TEST(PartitionFrames, RowsThatAreNotSelectedOrFaultyAreLeftOut) {
  OperatorFixture fixture;
  const PathPattern by_key = pattern();
  PartitionFrames frames(by_key, fixture.memory);
  const Batch all =
      make_batch(fixture.memory, kSchema, {{"a"}, {"b"}, {std::string(300, 'x')}, {"a"}, {"c"}});
  const Batch batch = select_rows(fixture.memory, all, {0, 2, 3, 4});
  std::vector<RowFault> faults;
  frames.name_rows(batch, faults);
  ASSERT_EQ(faults.size(), 1u);
  EXPECT_EQ(faults[0].row, 2u);
  faults.push_back({4, Error(code::kNotOfType, ErrorCode::kData, "of the format")});
  const auto bytes = frames.put_together(batch, "1;2;3;", {2, 4, 6, 6}, faults);
  ASSERT_TRUE(bytes);
  EXPECT_EQ(frames_of(*bytes), "a:2:1;3;:2 4 ");
}

TEST(PartitionFrames, ABatchWithoutRowsHasNone) {
  OperatorFixture fixture;
  const PathPattern by_key = pattern();
  PartitionFrames frames(by_key, fixture.memory);
  const Batch batch = make_batch(fixture.memory, kSchema, {});
  std::vector<RowFault> faults;
  frames.name_rows(batch, faults);
  const auto bytes = frames.put_together(batch, "", {}, faults);
  ASSERT_TRUE(bytes);
  EXPECT_EQ(frames_of(*bytes), "");
}

}  // namespace
}  // namespace leat::io
