// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/targets/file_sink.h"

#include <gtest/gtest.h>

#include "engine/codes/data.h"
#include "engine/runtime.h"
#include "tests/operators/input/unpack.h"
#include "tests/support/operator_fixture.h"
#include "tests/support/temp_dir.h"

namespace leat::io {
namespace {

using test::OperatorFixture;
using test::TempDir;

BufferRef bytes_of(OperatorFixture& fixture, std::string_view text) {
  BufferRef buffer = *fixture.memory.allocate(text.size());
  std::memcpy(buffer->mutable_data(), text.data(), text.size());
  return buffer;
}

FileTarget target_with(const std::string& path, const std::string& header, Packing packing = {}) {
  FileTarget target{.path = path};
  target.style.frame.header = header;
  target.style.packing = packing;
  return target;
}

TEST(FileCommitter, HeaderThenPartsInOrder) {
  const TempDir dir;
  OperatorFixture fixture;
  OutputTransaction outputs;
  const auto committer = make_file_committer(target_with(dir.file("x"), "head\n"),
                                             {fixture.memory, fixture.ledger, outputs});
  ASSERT_TRUE(committer->open());
  ASSERT_TRUE(committer->write(bytes_of(fixture, "one\n"), 1));
  ASSERT_TRUE(committer->write(bytes_of(fixture, "two\nthree\n"), 2));
  ASSERT_TRUE(committer->prepare(1));
  ASSERT_TRUE(outputs.commit());
  ASSERT_TRUE(committer->commit(1));
  EXPECT_EQ(dir.read("x"), "head\none\ntwo\nthree\n");
  EXPECT_EQ(fixture.ledger[Counter::kCommitted], 3u);
}

TEST(FileCommitter, OpenFailsBeforeAnyData) {
  const TempDir dir;
  OperatorFixture fixture;
  OutputTransaction outputs;
  const auto committer =
      make_file_committer(target_with(dir.path(), ""), {fixture.memory, fixture.ledger, outputs});
  const Status opened = committer->open();
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::kIo);
}

/// A format that finds fault with every second row.
struct HalfFormat {
  MemoryAccount& memory;
  Result<BufferRef> encode(const Batch& batch, std::vector<RowFault>& faults,
                           std::vector<uint64_t>*) {
    for (uint32_t row = 1; row < batch.length(); row += 2)
      faults.push_back({row, Error(code::kNotOfType, ErrorCode::kData, "odd")});
    return memory.allocate(1);
  }
};

TEST(FormatEncoder, CountsTheRowsThatAreLeft) {
  OperatorFixture fixture(size_t{1} << 30, OnError::kSkip);
  const FileTarget target;
  FormatEncoder<HalfFormat> encoder(target, fixture.lane(), HalfFormat{fixture.memory});
  const SchemaRef schema = test::make_schema({{"a", kInt64Type}});
  ASSERT_TRUE(encoder.encode(test::make_batch(fixture.memory, schema, {{0}, {1}, {2}, {3}, {4}})));
  EXPECT_EQ(fixture.ledger[Counter::kWritten], 3u);
  EXPECT_EQ(fixture.ledger[Counter::kSkipped], 2u);
}

TEST(FormatEncoder, FailsIfFaultsShallFail) {
  OperatorFixture fixture;
  const FileTarget target;
  FormatEncoder<HalfFormat> encoder(target, fixture.lane(), HalfFormat{fixture.memory});
  const SchemaRef schema = test::make_schema({{"a", kInt64Type}});
  const auto bytes = encoder.encode(test::make_batch(fixture.memory, schema, {{0}, {1}}));
  ASSERT_FALSE(bytes);
  EXPECT_EQ(bytes.error().message, "odd");
}

TEST(FileCommitter, PacksHeaderAndParts) {
  const TempDir dir;
  OperatorFixture fixture;
  OutputTransaction outputs;
  Runtime runtime(RuntimeConfig{.procs = 2});
  runtime.run([&] {
    const auto committer =
        make_file_committer(target_with(dir.file("x"), "head\n", {Compression::kGzip, 6}),
                            {fixture.memory, fixture.ledger, outputs});
    ASSERT_TRUE(committer->open());
    ASSERT_TRUE(committer->write(bytes_of(fixture, "one\n"), 1));
    ASSERT_TRUE(committer->prepare(1));
    ASSERT_TRUE(outputs.commit());
  });
  EXPECT_EQ(test::gunzip(dir.read("x")), "head\none\n");
}

}  // namespace
}  // namespace leat::io
