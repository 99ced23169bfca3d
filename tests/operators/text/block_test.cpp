// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/text/block.h"

#include <algorithm>
#include <random>
#include <string>

#include <gtest/gtest.h>

#include "tests/support/seed.h"

namespace leat::io {
namespace {

TEST(Block, FindsEveryByteAtEveryPosition) {
  for (size_t position = 0; position < kBlockBytes; ++position) {
    std::string text(kBlockBytes, 'a');
    text[position] = '\xFF';
    const Block block(reinterpret_cast<const uint8_t*>(text.data()));
    EXPECT_EQ(block.equal(0xFF), uint64_t{1} << position);
    EXPECT_EQ(block.equal('a'), ~(uint64_t{1} << position));
    EXPECT_EQ(block.equal('b'), 0u);
    EXPECT_TRUE(block.has_high_bit());
  }
}

TEST(Block, AsciiHasNoHighBit) {
  std::string text(kBlockBytes, '\x7F');
  EXPECT_FALSE(Block(reinterpret_cast<const uint8_t*>(text.data())).has_high_bit());
}

TEST(Block, PrefixXorIsTheParityOfAllBitsUpToHere) {
  const test::Seed seed;
  std::mt19937_64 random = seed.generator();
  for (int round = 0; round < 100; ++round) {
    const uint64_t bits = random() & random();
    const uint64_t parity = prefix_xor(bits);
    bool expected = false;
    for (int i = 0; i < 64; ++i) {
      expected ^= (bits >> i & 1) != 0;
      ASSERT_EQ((parity >> i & 1) != 0, expected);
    }
  }
}

TEST(Block, LowBits) {
  EXPECT_EQ(low_bits(1), 1u);
  EXPECT_EQ(low_bits(63), ~uint64_t{0} >> 1);
  EXPECT_EQ(low_bits(64), ~uint64_t{0});
}

TEST(Block, CountsNewlinesOfAnyRange) {
  std::string text;
  for (int i = 0; i < 300; ++i) text += i % 7 == 0 ? '\n' : 'x';
  const auto* const bytes = reinterpret_cast<const uint8_t*>(text.data());
  for (size_t begin = 0; begin < text.size(); begin += 13) {
    for (size_t end = begin; end <= text.size(); end += 11) {
      const auto expected = std::count(text.begin() + static_cast<long>(begin),
                                       text.begin() + static_cast<long>(end), '\n');
      ASSERT_EQ(count_newlines(bytes + begin, bytes + end), static_cast<uint64_t>(expected));
    }
  }
}

}  // namespace
}  // namespace leat::io
