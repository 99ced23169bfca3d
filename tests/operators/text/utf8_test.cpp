// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/text/utf8.h"

#include <random>
#include <string>

#include <gtest/gtest.h>
#include <simdjson.h>

#include "tests/support/seed.h"

namespace leat::io {
namespace {

TEST(Utf8, FindsTheFirstBadByte) {
  EXPECT_EQ(first_invalid_utf8(""), 0u);
  EXPECT_EQ(first_invalid_utf8("abc"), 3u);
  EXPECT_EQ(first_invalid_utf8("a\xC3\xA9z"), 4u);
  EXPECT_EQ(first_invalid_utf8("a\xE9z"), 1u);
  EXPECT_EQ(first_invalid_utf8("ab\xC3"), 2u);
  EXPECT_EQ(first_invalid_utf8("\xC0\x80"), 0u);
  EXPECT_EQ(first_invalid_utf8("\xED\xA0\x80"), 0u);
  EXPECT_EQ(first_invalid_utf8("\xF4\x90\x80\x80"), 0u);
  EXPECT_EQ(first_invalid_utf8("\xF0\x9F\x98\x80\xFF"), 4u);
}

TEST(Utf8, AgreesWithTheLibraryOnRandomBytes) {
  const test::Seed seed;
  std::mt19937_64 random = seed.generator();
  static constexpr uint8_t kBytes[] = {'a',  0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC2, 0xDF,
                                       0xE0, 0xE1, 0xED, 0xEF, 0xF0, 0xF1, 0xF4, 0xF5, 0xFF};
  for (int round = 0; round < 200'000; ++round) {
    std::string text;
    for (size_t i = random() % 6; i > 0; --i)
      text += static_cast<char>(kBytes[random() % std::size(kBytes)]);
    ASSERT_EQ(first_invalid_utf8(text) == text.size(), simdjson::validate_utf8(text));
  }
}

}  // namespace
}  // namespace leat::io
