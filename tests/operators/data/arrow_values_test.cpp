// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/data/arrow_values.h"

#include <cmath>
#include <string>

#include <gtest/gtest.h>

namespace leat::arrow {
namespace {

template <typename T>
const uint8_t* at(const T& value) {
  return reinterpret_cast<const uint8_t*>(&value);
}

std::string refused(const char* format) {
  const auto layout = layout_of(format);
  return layout ? "" : layout.error().message;
}

TEST(ArrowValues, FormatsThatHaveNoCounterpart) {
  for (const char* format : {"",     "q",     "uu",      "tt",     "ttq",    "tsq:",  "tsu",
                             "tDx",  "+r",    "+ud:0,1", "d:39,2", "d:5,-1", "d:0,0", "d:10,2,256",
                             "d:10", "d:a,b", "w:0",     "w:x",    "+w:-1",  "+w:"}) {
    EXPECT_EQ(refused(format), "the Arrow type '" + std::string(format) + "' has no counterpart");
  }
  EXPECT_NE(refused(nullptr), "");
}

TEST(ArrowValues, Decimals) {
  const Layout wide = *layout_of("d:38,10");
  EXPECT_EQ(wide.precision, 38);
  EXPECT_EQ(wide.scale, 10);
  EXPECT_TRUE(*read_decimal(wide, at(Int128{-5}), 0) == -5);
  EXPECT_TRUE(*read_decimal(*layout_of("d:9,0,32"), at(int32_t{-7}), 0) == -7);
  const int64_t most = 999'999'999'999'999'999;
  const Layout eight = *layout_of("d:18,2,64");
  EXPECT_TRUE(*read_decimal(eight, at(-most), 0) == -most);
  for (const int64_t value : {most + 1, -most - 1, int64_t{INT64_MIN}}) {
    const auto refused = read_decimal(eight, at(value), 0);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().message,
              "a value cannot be kept exactly: a decimal has more digits than its type");
  }
  EXPECT_FALSE(read_decimal(*layout_of("d:18,2"), at(Int128{1} << 64), 0));
  const Layout small = *layout_of("d:3,5");
  EXPECT_EQ(small.precision, 5);
  EXPECT_EQ(small.scale, 5);
}

TEST(ArrowValues, HalfFloats) {
  const Layout half = *layout_of("e");
  const auto read = [&](uint16_t bits) { return *read_float64(half, at(bits), 0); };
  EXPECT_EQ(read(0x3C00), 1.0);
  EXPECT_EQ(read(0xC000), -2.0);
  EXPECT_EQ(read(0x7BFF), 65504.0);
  EXPECT_EQ(read(0x0001), std::ldexp(1, -24));
  EXPECT_TRUE(std::signbit(read(0x8000)));
  EXPECT_TRUE(std::isinf(read(0x7C00)));
  EXPECT_TRUE(std::isnan(read(0x7E00)));
  EXPECT_EQ(*read_float64(*layout_of("f"), at(0.5F), 0), 0.5);
}

TEST(ArrowValues, TimesInEveryUnit) {
  const auto read = [](const char* format, int64_t value) {
    const auto result = read_timestamp(*layout_of(format), at(value), 0);
    return result ? std::to_string(*result) : result.error().message;
  };
  EXPECT_EQ(read("tss:", -1), "-1000000");
  EXPECT_EQ(read("tsm:UTC", 5), "5000");
  EXPECT_EQ(read("tsu:Europe/Paris", 5), "5");
  EXPECT_EQ(read("tsn:", -5000), "-5");
  EXPECT_EQ(read("tsn:", 5001), "a value cannot be kept exactly: a time has parts of microseconds");
  EXPECT_EQ(read("tss:", INT64_MAX), "a value cannot be kept exactly: a time is out of range");
  EXPECT_EQ(*read_date(*layout_of("tdD"), at(int32_t{-3}), 0), -3);
  EXPECT_EQ(*read_date(*layout_of("tdm"), at(int64_t{-86'400'000}), 0), -1);
  EXPECT_FALSE(read_date(*layout_of("tdm"), at(int64_t{1}), 0));
}

TEST(ArrowValues, Intervals) {
  EXPECT_EQ(*read_interval(*layout_of("tiM"), at(int32_t{-14}), 0), (Interval{-14, 0, 0}));
  const int32_t day_time[] = {0, 0, 2, -5};
  EXPECT_EQ(*read_interval(*layout_of("tiD"), at(day_time), 1), (Interval{0, 2, -5000}));
  struct {
    int32_t months = 1;
    int32_t days = -2;
    int64_t nanoseconds = 3000;
  } all;
  EXPECT_EQ(*read_interval(*layout_of("tin"), at(all), 0), (Interval{1, -2, 3}));
  EXPECT_EQ(*read_interval(*layout_of("tDs"), at(int64_t{2}), 0), (Interval{0, 0, 2'000'000}));
  EXPECT_EQ(*read_interval(*layout_of("ttm"), at(int32_t{1500}), 0), (Interval{0, 0, 1'500'000}));
  EXPECT_EQ(*read_interval(*layout_of("ttn"), at(int64_t{5000}), 0), (Interval{0, 0, 5}));
  all.nanoseconds = 1;
  EXPECT_FALSE(read_interval(*layout_of("tin"), at(all), 0));
}

}  // namespace
}  // namespace leat::arrow
