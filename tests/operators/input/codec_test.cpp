// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/input/codec.h"

#include <array>
#include <string>

#include <gtest/gtest.h>

#include "tests/operators/output/pack.h"

namespace leat::io {
namespace {

/// Unpacks one part with rooms of `step` bytes on both sides.
std::string unpack(Codec& codec, const std::string& packed, size_t step) {
  std::string text;
  std::array<uint8_t, 256> room;
  const auto* const bytes = reinterpret_cast<const uint8_t*>(packed.data());
  for (size_t at = 0;;) {
    const auto progress =
        codec.run({bytes + at, std::min(step, packed.size() - at)}, {room.data(), step});
    if (!progress) return "error: " + progress.error();
    text.append(reinterpret_cast<const char*>(room.data()), progress->produced);
    at += progress->consumed;
    if (progress->wants > 0) {
      codec.grant(progress->wants);
      continue;
    }
    if (progress->part_done) {
      EXPECT_EQ(at, packed.size()) << "the part ends with its last byte";
      return text;
    }
    if (progress->consumed == 0 && progress->produced == 0) return text + " (cut off)";
  }
}

TEST(Codec, UnpacksInStepsOfAnySizeAndCanDoSoAgain) {
  std::string text;
  for (int i = 0; i < 3000; ++i) text += "line " + std::to_string(i * 7919 % 1000) + "\n";
  for (const Compression compression : test::kCompressions) {
    const auto codec = make_codec(compression);
    for (const size_t step : {1, 3, 100, 256}) {
      EXPECT_EQ(unpack(*codec, test::pack(compression, text), step), text)
          << to_string(compression);
      codec->restart();
      EXPECT_EQ(unpack(*codec, test::pack(compression, ""), step), "") << to_string(compression);
      codec->restart();
    }
  }
}

TEST(Codec, AWrongChecksumIsAnError) {
  std::string packed = test::gzip("some text");
  packed[packed.size() - 8] = static_cast<char>(packed[packed.size() - 8] ^ 1);
  EXPECT_EQ(unpack(*make_codec(Compression::kGzip), packed, 256), "error: its checksum is wrong");
}

}  // namespace
}  // namespace leat::io
