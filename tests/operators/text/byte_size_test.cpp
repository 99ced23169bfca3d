// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/text/byte_size.h"

#include <gtest/gtest.h>

namespace leat::io {
namespace {

TEST(ByteSize, ReadsUnits) {
  EXPECT_EQ(parse_bytes("17"), 17u);
  EXPECT_EQ(parse_bytes("17B"), 17u);
  EXPECT_EQ(parse_bytes("2KiB"), 2048u);
  EXPECT_EQ(parse_bytes("2k"), 2048u);
  EXPECT_EQ(parse_bytes("2kb"), 2000u);
  EXPECT_EQ(parse_bytes("3 MiB"), 3u << 20);
  EXPECT_EQ(parse_bytes("1GB"), 1'000'000'000u);
  EXPECT_EQ(parse_bytes("1t"), uint64_t{1} << 40);
}

TEST(ByteSize, RefusesWhatIsNoSize) {
  for (const char* text : {"", "x", "-1", "1.5M", "1 ", "1  M", "1PiB", "99999999999999999999",
                           "18446744073709551615k"}) {
    EXPECT_FALSE(parse_bytes(text)) << text;
  }
}

TEST(ByteSize, PrintsTheLargestFittingUnit) {
  EXPECT_EQ(format_bytes(17), "17 bytes");
  EXPECT_EQ(format_bytes(256u << 20), "256 MiB");
  EXPECT_EQ(format_bytes(1536), "1.5 KiB");
}

}  // namespace
}  // namespace leat::io
