// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/output/packed_file.h"

#include <random>
#include <string>

#include <gtest/gtest.h>

#include "engine/codes/file.h"
#include "tests/operators/input/unpack.h"
#include "tests/support/engine_fixture.h"
#include "tests/support/seed.h"

namespace leat::io {
namespace {

/// Keeps what is written; fails from the n-th write on.
class KeptFile final : public StagedFile {
 public:
  explicit KeptFile(size_t writes_max = SIZE_MAX) : writes_left_(writes_max) {}
  Status write(std::string_view bytes) override {
    if (writes_left_ == 0) return fail(code::kCannotWrite, ErrorCode::kIo, "the disk is full");
    --writes_left_;
    bytes_ += bytes;
    return {};
  }
  Status prepare() override { return {}; }
  const std::string& target() const override { return name_; }
  uint64_t written() const override { return bytes_.size(); }
  const std::string& bytes() const { return bytes_; }

 private:
  size_t writes_left_;
  std::string bytes_;
  std::string name_ = "kept";
};

constexpr Packing kPackings[] = {{Compression::kGzip, 1},
                                 {Compression::kZstd, 1},
                                 {Compression::kLz4, 1},
                                 {Compression::kBzip2, 1},
                                 {Compression::kXz, 1}};

class PackedFileTest : public test::EngineTest {
 protected:
  /// `text` written in pieces of up to `piece_max` bytes, packed.
  std::string pack(const std::string& text, size_t piece_max, const Packing& packing,
                   uint64_t seed = 1, size_t budget = size_t{64} << 20) {
    MemoryBudget memory(budget);
    KeptFile file;
    run([&] {
      std::mt19937_64 random(seed);
      PackedFile packed(file, packing, memory.open_account("sink"));
      for (size_t begin = 0; begin < text.size();) {
        const size_t piece = 1 + random() % piece_max;
        ASSERT_TRUE(packed.write(std::string_view(text).substr(begin, piece)));
        begin += piece;
      }
      ASSERT_TRUE(packed.finish());
    });
    EXPECT_EQ(memory.used(), 0u);
    return file.bytes();
  }
};

std::string sample(size_t bytes) {
  std::string text;
  for (size_t i = 0; text.size() < bytes; ++i) text += std::to_string(i * 2654435761u) + ",x\n";
  text.resize(bytes);
  return text;
}

TEST_P(PackedFileTest, TheBytesDependOnTheTextOnly) {
  const test::Seed seed;
  const std::string text = sample(5 * kPackedBlockBytes / 2);
  for (const Packing& packing : kPackings) {
    const std::string whole = pack(text, text.size(), packing);
    size_t parts = 0;
    EXPECT_TRUE(test::unpack(packing.compression, whole, &parts) == text);
    EXPECT_EQ(parts, 3u);
    for (const size_t piece_max : {size_t{300'000}, size_t{2'000'000}})
      EXPECT_TRUE(pack(text, piece_max, packing, seed.value()) == whole);
  }
}

TEST_P(PackedFileTest, LengthsRoundABlock) {
  for (const Packing& packing : kPackings) {
    for (const size_t bytes : {size_t{0}, size_t{1}, kPackedBlockBytes - 1, kPackedBlockBytes,
                               kPackedBlockBytes + 1, 2 * kPackedBlockBytes}) {
      const std::string text = sample(bytes);
      size_t parts = 0;
      EXPECT_TRUE(test::unpack(packing.compression, pack(text, 65536, packing), &parts) == text);
      EXPECT_EQ(parts, std::max<size_t>(1, (bytes + kPackedBlockBytes - 1) / kPackedBlockBytes));
    }
  }
}

TEST_P(PackedFileTest, WorksInTheMemoryOfFewBlocks) {
  const std::string text = sample(12 * kPackedBlockBytes);
  const std::string wide = pack(text, 65536, kPackings[1]);
  EXPECT_TRUE(pack(text, 65536, kPackings[1], 1, size_t{4} << 20) == wide);
}

TEST_P(PackedFileTest, WhatTheLibraryTakesIsCounted) {
  const Packing packing{Compression::kXz, 6};
  MemoryBudget memory(packing_memory(packing));
  KeptFile file;
  run([&] {
    PackedFile packed(file, packing, memory.open_account("sink"));
    const Status status = packed.write("x");
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().code, ErrorCode::kMemory);
  });
  EXPECT_EQ(memory.used(), 0u);
}

TEST_P(PackedFileTest, FailuresOfTheFileArePassedOn) {
  MemoryBudget memory(size_t{64} << 20);
  KeptFile file(1);
  run([&] {
    PackedFile packed(file, kPackings[0], memory.open_account("sink"));
    Status status = packed.write(sample(20 * kPackedBlockBytes));
    if (status) status = packed.finish();
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().message, "the disk is full");
  });
  EXPECT_EQ(memory.used(), 0u);
}

TEST_P(PackedFileTest, MayGoWhileBlocksAreBeingPacked) {
  MemoryBudget memory(size_t{64} << 20);
  KeptFile file;
  run([&] {
    PackedFile packed(file, kPackings[0], memory.open_account("sink"));
    ASSERT_TRUE(packed.write(sample(3 * kPackedBlockBytes)));
  });
  EXPECT_EQ(memory.used(), 0u);
}

LEAT_AT_ALL_PROCS(PackedFileTest);

}  // namespace
}  // namespace leat::io
