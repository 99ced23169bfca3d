// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/output/packer.h"

#include <random>
#include <string>

#include <gtest/gtest.h>

#include "operators/input/codec.h"
#include "tests/operators/input/unpack.h"
#include "tests/operators/output/pack.h"
#include "tests/support/operator_fixture.h"
#include "tests/support/seed.h"

namespace leat::io {
namespace {

std::string pack(const Packing& packing, const std::string& text) {
  test::OperatorFixture fixture;
  const BufferRef out = *fixture.memory.allocate(packed_bytes_max(packing, text.size()));
  EXPECT_TRUE(pack_block(packing, text, *out));
  return {out->as<char>(), out->size()};
}

TEST(Packer, WhatIsPackedCanBeUnpackedAtEveryLevel) {
  std::string text;
  for (int i = 0; i < 5000; ++i) text += std::to_string(i * 7919 % 10007) + ",row\n";
  for (const Compression compression : test::kCompressions) {
    for (int level = 1; level <= level_max(compression); ++level) {
      const std::string packed = pack({compression, level}, text);
      EXPECT_EQ(recognise_compression(packed), compression);
      EXPECT_EQ(test::unpack(compression, packed), text);
    }
  }
}

TEST(Packer, HigherLevelsPackBetterAndEmptyBlocksAreParts) {
  std::string text;
  for (int i = 0; i < 40'000; ++i)
    text += std::to_string(i * 7919 % 1009) + ",some text of a row\n";
  for (const Compression compression : test::kCompressions) {
    EXPECT_LT(pack({compression, level_max(compression)}, text).size(),
              pack({compression, 1}, text).size());
    const std::string empty = pack({compression, 1}, "");
    EXPECT_GT(empty.size(), 0u);
    EXPECT_EQ(test::unpack(compression, empty), "");
  }
}

TEST(Packer, WhatDoesNotPackHasRoomToo) {
  const test::Seed seed;
  std::mt19937_64 random = seed.generator();
  for (const size_t bytes : {size_t{1}, size_t{100}, size_t{65'536}, size_t{1'000'000}}) {
    std::string text;
    while (text.size() < bytes) text.push_back(static_cast<char>(random()));
    for (const Compression compression : test::kCompressions) {
      for (const int level : {1, 4, level_max(compression)})
        EXPECT_TRUE(test::unpack(compression, pack({compression, level}, text)) == text);
    }
  }
}

TEST(Packer, WhatTheLibrariesTakeIsKnown) {
  constexpr size_t kMiB = size_t{1} << 20;
  for (const Compression compression : test::kCompressions) {
    for (int level = 1; level <= level_max(compression); ++level) {
      const size_t bytes = packing_memory({compression, level});
      EXPECT_GE(bytes, size_t{64} << 10) << to_string(compression) << level;
      EXPECT_LE(bytes, 32 * kMiB) << to_string(compression) << level;
    }
  }
  EXPECT_EQ(packing_memory({}), 0u);
}

}  // namespace
}  // namespace leat::io
