// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/input/compressed_source.h"

#include <random>
#include <span>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "operators/data/memory.h"
#include "operators/input/codec.h"
#include "tests/operators/output/pack.h"
#include "tests/support/seed.h"
#include "tests/support/temp_dir.h"

namespace leat::io {
namespace {

using ::testing::HasSubstr;

class CompressedSourceTest : public ::testing::Test {
 protected:
  /// What reading a file of these bytes gives, up to an error's message.
  std::string read(const std::string& bytes, size_t step = 4096,
                   uint64_t max_expansion = kMaxExpansionDefault) {
    auto source = open_byte_source({folder_.write("x", bytes), 0, max_expansion}, OpenFor::kRead);
    if (!source) return source.error().message;
    std::string text;
    std::string room(step, '\0');
    for (;;) {
      const auto got = (*source)->read({reinterpret_cast<uint8_t*>(room.data()), step});
      if (!got) return got.error().message.substr(got.error().message.rfind("x'") + 3);
      if (*got == 0) return text;
      text.append(room, 0, *got);
    }
  }

  test::TempDir folder_;
};

std::string sample(size_t lines) {
  std::string text;
  for (size_t i = 0; i < lines; ++i)
    text += "row," + std::to_string(i * 2654435761u % 100'000) + "\n";
  return text;
}

TEST_F(CompressedSourceTest, UnpacksWhatItRecognises) {
  const std::string text = sample(200'000);
  for (const Compression compression : test::kCompressions) {
    const std::string packed = test::pack(compression, text);
    EXPECT_EQ(recognise_compression(packed), compression);
    EXPECT_TRUE(read(packed) == text) << to_string(compression);
    EXPECT_TRUE(read(packed, 77) == text) << to_string(compression);
    EXPECT_EQ(read(test::pack(compression, "")), "") << to_string(compression);
  }
}

TEST_F(CompressedSourceTest, TextIsNotTouched) {
  for (const char* text : {"", "a", "BZh", "BZh9 is a text", "0123456789abcdef"})
    EXPECT_EQ(read(text), text);
}

TEST_F(CompressedSourceTest, AllPartsAreRead) {
  const std::string text = sample(1000);
  for (const Compression compression : test::kCompressions) {
    std::string packed;
    std::string expected;
    for (int part = 0; part < 300; ++part) {
      const std::string piece = part % 5 == 0 ? "" : text.substr(0, static_cast<size_t>(part) * 13);
      packed += test::pack(compression, piece);
      expected += piece;
    }
    EXPECT_TRUE(read(packed) == expected) << to_string(compression);
  }
}

TEST_F(CompressedSourceTest, ZerosBehindTheEndAreIgnored) {
  EXPECT_EQ(read(test::gzip("text") + std::string(1'000'000, '\0')), "text");
}

TEST_F(CompressedSourceTest, SomethingElseBehindTheEndIsAnError) {
  for (const Compression compression : test::kCompressions) {
    const std::string packed = test::pack(compression, sample(10));
    EXPECT_EQ(read(packed + "garbage"), "cannot be unpacked: something else follows its end (" +
                                            std::string(to_string(compression)) + " data, byte " +
                                            std::to_string(packed.size()) + ")");
    EXPECT_THAT(read(packed + std::string(700'000, '\0') + "x"),
                HasSubstr("something else follows its end"));
  }
}

TEST_F(CompressedSourceTest, AFileCutOffAnywhereIsAnError) {
  const std::string text = sample(30);
  for (const Compression compression : test::kCompressions) {
    const std::string packed = test::pack(compression, text);
    for (size_t size = kMagicBytes; size < packed.size(); ++size)
      ASSERT_THAT(read(packed.substr(0, size)), HasSubstr("cannot be unpacked: ")) << size;
    EXPECT_THAT(read(packed + packed.substr(0, packed.size() - 1)),
                HasSubstr("cannot be unpacked: "));
  }
}

TEST_F(CompressedSourceTest, DamageNeverPassesForAShorterFile) {
  const test::Seed seed;
  std::mt19937_64 random = seed.generator();
  const std::string text = sample(100);
  for (const Compression compression :
       {Compression::kGzip, Compression::kLz4, Compression::kBzip2, Compression::kXz}) {
    for (int round = 0; round < 200; ++round) {
      std::string packed = test::pack(compression, text);
      const size_t at = kMagicBytes + random() % (packed.size() - kMagicBytes);
      packed[at] = static_cast<char>(packed[at] ^ (1 << random() % 8));
      const std::string result = read(packed);
      ASSERT_TRUE(result == text || result.find("cannot be unpacked: ") != std::string::npos)
          << to_string(compression) << " byte " << at;
    }
  }
}

TEST_F(CompressedSourceTest, WhatGrowsTooMuchIsAnError) {
  const std::string bomb(kExpansionFree + 1'000'000, 'x');
  for (const Compression compression : test::kCompressions) {
    const std::string packed = test::pack(compression, bomb);
    const uint64_t ratio = bomb.size() / packed.size();
    EXPECT_TRUE(read(packed, 65536, ratio + 1) == bomb) << to_string(compression);
    EXPECT_TRUE(read(packed, 65536, 0) == bomb) << to_string(compression);
    EXPECT_THAT(read(packed, 65536, ratio / 2),
                HasSubstr("cannot be unpacked: it becomes more than " + std::to_string(ratio / 2) +
                          " times as large (" + std::string(to_string(compression)) + " data"));
  }
}

TEST_F(CompressedSourceTest, ShortInputsMayGrowAtAnyRate) {
  const std::string text(kExpansionFree - 1, 'x');
  EXPECT_TRUE(read(test::gzip(text), 65536, 1) == text);
}

TEST_F(CompressedSourceTest, AWrongChecksumIsSaidToBeOne) {
  std::string packed = test::gzip("text");
  packed[packed.size() - 5] = static_cast<char>(packed[packed.size() - 5] ^ 1);
  EXPECT_THAT(read(packed), HasSubstr("cannot be unpacked: its checksum is wrong (gzip data"));
}

/// The beginning of a frame of zstd whose window is 128 MiB, as `zstd --long=27` makes it.
std::string frame_of_long_window() {
  return std::string("\x28\xB5\x2F\xFD\x00\x88", 6) + std::string(20, '\0');
}

TEST_F(CompressedSourceTest, WindowsAreChargedBeforeTheyAreGranted) {
  MemoryBudget budget(size_t{64} << 20);
  MemoryAccount& account = budget.open_account("orders");
  char room[64];
  const std::span<uint8_t> into(reinterpret_cast<uint8_t*>(room), sizeof(room));
  {
    auto source =
        open_byte_source({folder_.write("x", frame_of_long_window()), 0}, OpenFor::kRead, &account);
    ASSERT_TRUE(source);
    const auto got = (*source)->read(into);
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().code, ErrorCode::kMemory);
    EXPECT_THAT(got.error().message,
                HasSubstr("that takes 128.5 MiB of memory, and the limit of the run is 64 MiB"));
  }
  EXPECT_EQ(budget.used(), 0U);
  {
    const std::string packed = test::pack(Compression::kXz, sample(1000));
    auto source = open_byte_source({folder_.write("y", packed), 0}, OpenFor::kRead, &account);
    ASSERT_TRUE((*source)->read(into));
    EXPECT_GT(budget.used(), size_t{1} << 20);  // the dictionary
  }
  EXPECT_EQ(budget.used(), 0U);
}

TEST_F(CompressedSourceTest, ADictionaryOverTheLimitIsNotCalledDamaged) {
  MemoryBudget budget(size_t{1} << 20);
  MemoryAccount& account = budget.open_account("orders");
  const std::string packed = test::pack(Compression::kXz, sample(1000));
  auto source = open_byte_source({folder_.write("x", packed), 0}, OpenFor::kRead, &account);
  char room[64];
  const auto got = (*source)->read({reinterpret_cast<uint8_t*>(room), sizeof(room)});
  ASSERT_FALSE(got);
  EXPECT_THAT(got.error().message, HasSubstr("and the limit of the run is 1 MiB (xz data"));
}

}  // namespace
}  // namespace leat::io
