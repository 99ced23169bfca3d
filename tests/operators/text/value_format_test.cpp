// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/text/value_format.h"

#include <charconv>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "operators/text/interval_parser.h"
#include "operators/text/value_parser.h"
#include "tests/support/seed.h"

namespace leat::io {
namespace {

/// What `format(value, out)` writes, which must stay in its room.
template <typename Format>
std::string written(Format format) {
  char room[kScalarTextBytes + 8];
  std::memset(room, '#', sizeof(room));
  char* const end = format(room);
  EXPECT_LE(end - room, static_cast<ptrdiff_t>(kScalarTextBytes));
  for (size_t i = kScalarTextBytes; i < sizeof(room); ++i) EXPECT_EQ(room[i], '#');
  return {room, static_cast<size_t>(end - room)};
}

std::string int64_text(int64_t value) {
  return written([&](char* out) { return format_int64(value, out); });
}
std::string float64_text(double value) {
  return written([&](char* out) { return format_float64(value, out); });
}
std::string decimal_text(Int128 value, uint8_t scale) {
  return written([&](char* out) { return format_decimal(value, scale, out); });
}
std::string date_text(int32_t days) {
  return written([&](char* out) { return format_date(days, out); });
}
std::string timestamp_text(int64_t microseconds, bool zoned = false) {
  return written([&](char* out) { return format_timestamp(microseconds, zoned, out); });
}
std::string interval_text(const Interval& interval) {
  return written([&](char* out) { return format_interval(interval, out); });
}

TEST(ValueFormat, Int64) {
  EXPECT_EQ(int64_text(0), "0");
  EXPECT_EQ(int64_text(-1), "-1");
  EXPECT_EQ(int64_text(std::numeric_limits<int64_t>::min()), "-9223372036854775808");
  EXPECT_EQ(int64_text(std::numeric_limits<int64_t>::max()), "9223372036854775807");
  int64_t power = 1;
  for (int digits = 1; digits < 19; ++digits, power *= 10) {
    EXPECT_EQ(int64_text(power), fmt::format("{}", power));
    EXPECT_EQ(int64_text(power - 1), fmt::format("{}", power - 1));
    EXPECT_EQ(int64_text(-power), fmt::format("{}", -power));
  }
}

TEST(ValueFormat, Int64OfAnyValue) {
  const test::Seed seed;
  std::mt19937_64 random = seed.generator();
  for (int i = 0; i < 100'000; ++i) {
    const auto value = static_cast<int64_t>(random()) >> (random() % 64);
    ASSERT_EQ(int64_text(value), fmt::format("{}", value));
  }
}

TEST(ValueFormat, Float64AsPostgresWritesIt) {
  const std::pair<double, const char*> cases[] = {
      {0.0, "0"},
      {-0.0, "-0"},
      {1.0, "1"},
      {-1.5, "-1.5"},
      {12.5, "12.5"},
      {100.0, "100"},
      {0.1, "0.1"},
      {0.0001, "0.0001"},
      {0.00001, "1e-05"},
      {0.000123, "0.000123"},
      {0.00012345678, "0.00012345678"},
      {1e14, "100000000000000"},
      {1e15, "1e+15"},
      {1e20, "1e+20"},
      {123456789012345680.0, "1.2345678901234568e+17"},
      {123456789.125, "123456789.125"},
      {1e100, "1e+100"},
      {1e-100, "1e-100"},
      {1.7976931348623157e308, "1.7976931348623157e+308"},
      {4.9406564584124654e-324, "5e-324"},
      {1.0 / 3, "0.3333333333333333"},
      {2.0 / 3, "0.6666666666666666"},
      {0.1 + 0.2, "0.30000000000000004"},
      {328.23, "328.23"},
      {1e11, "100000000000"},
      {99999999999.9999, "99999999999.9999"},
      {999999999999999.0, "999999999999999"},
      {0.00009999, "9.999e-05"},
      {123456.7891, "123456.7891"},
      {5e-5, "5e-05"},
      {1.5e300, "1.5e+300"},
      {std::numeric_limits<double>::quiet_NaN(), "NaN"},
      {-std::numeric_limits<double>::quiet_NaN(), "NaN"},
      {std::numeric_limits<double>::infinity(), "Infinity"},
      {-std::numeric_limits<double>::infinity(), "-Infinity"},
  };
  for (const auto& [value, text] : cases) EXPECT_EQ(float64_text(value), text);
}

// Shortest: no text with fewer digits reads back as the value.
TEST(ValueFormat, Float64ReadsBackAndIsShortest) {
  const test::Seed seed;
  std::mt19937_64 random = seed.generator();
  for (int i = 0; i < 200'000; ++i) {
    double value = 0;
    const uint64_t bits = random();
    switch (i % 4) {
      case 0: std::memcpy(&value, &bits, sizeof(value)); break;
      case 1: value = static_cast<double>(static_cast<int64_t>(bits) >> (bits % 60)) / 100; break;
      case 2: value = static_cast<double>(bits % 100'000'000) / 10'000; break;
      default:
        value = static_cast<double>(bits >> 40) * std::pow(10, static_cast<int>(bits % 40) - 20);
        break;
    }
    if (!std::isfinite(value)) continue;
    const std::string text = float64_text(value);
    ASSERT_EQ(std::strtod(text.c_str(), nullptr), value) << text;
    char shortest[64];
    const auto end =
        std::to_chars(shortest, shortest + sizeof(shortest), value, std::chars_format::scientific)
            .ptr;
    const auto digits = [](std::string_view number) {
      std::string all;
      for (const char c : number.substr(0, number.find('e'))) {
        if (c >= '0' && c <= '9' && !(all.empty() && c == '0')) all += c;
      }
      while (!all.empty() && all.back() == '0') all.pop_back();
      return all;
    };
    ASSERT_EQ(digits(text), digits({shortest, static_cast<size_t>(end - shortest)})) << text;
  }
}

TEST(ValueFormat, Decimal) {
  EXPECT_EQ(decimal_text(0, 0), "0");
  EXPECT_EQ(decimal_text(0, 2), "0.00");
  EXPECT_EQ(decimal_text(5, 2), "0.05");
  EXPECT_EQ(decimal_text(-5, 2), "-0.05");
  EXPECT_EQ(decimal_text(1250, 2), "12.50");
  EXPECT_EQ(decimal_text(-1, 38), "-0.00000000000000000000000000000000000001");
  Int128 largest = 0;
  for (int i = 0; i < 38; ++i) largest = largest * 10 + 9;
  EXPECT_EQ(decimal_text(largest, 0), std::string(38, '9'));
  EXPECT_EQ(decimal_text(-largest, 38), "-0." + std::string(38, '9'));
  EXPECT_EQ(decimal_text(largest, 10), std::string(28, '9') + "." + std::string(10, '9'));
  // 19 digits are written from 64 bits, more from 128.
  const Int128 words = static_cast<Int128>(10'000'000'000'000'000'000U);
  EXPECT_EQ(decimal_text(words - 1, 0), "9999999999999999999");
  EXPECT_EQ(decimal_text(1 - words, 18), "-9.999999999999999999");
  EXPECT_EQ(decimal_text(words - 1, 19), "0.9999999999999999999");
  EXPECT_EQ(decimal_text(words - 1, 21), "0.009999999999999999999");
  EXPECT_EQ(decimal_text(words, 0), "10000000000000000000");
  EXPECT_EQ(decimal_text(-words, 19), "-1.0000000000000000000");
  EXPECT_EQ(decimal_text(words, 20), "0.10000000000000000000");
  EXPECT_EQ(decimal_text(words * 10 + 7, 1), "10000000000000000000.7");
  EXPECT_EQ(decimal_text(100, 2), "1.00");
  EXPECT_EQ(decimal_text(99, 2), "0.99");
  EXPECT_EQ(decimal_text(12345, 3), "12.345");
}

TEST(ValueFormat, Dates) {
  EXPECT_EQ(date_text(0), "1970-01-01");
  EXPECT_EQ(date_text(-1), "1969-12-31");
  EXPECT_EQ(date_text(19782), "2024-02-29");
  EXPECT_EQ(date_text(-719528), "0000-01-01");
  EXPECT_EQ(date_text(-719529), "-0001-12-31");
  EXPECT_EQ(date_text(2932896), "9999-12-31");
  EXPECT_EQ(date_text(2932897), "+10000-01-01");
  EXPECT_EQ(date_text(std::numeric_limits<int32_t>::max()), "+5881580-07-11");
  EXPECT_EQ(date_text(std::numeric_limits<int32_t>::min()), "-5877641-06-23");
}

TEST(ValueFormat, DatesReadBack) {
  for (int32_t days = -719'162; days < 3'000'000; days += 97) {
    int32_t back = 0;
    const std::string text = date_text(days);
    ASSERT_TRUE(parse_date(text, back)) << text;
    ASSERT_EQ(back, days) << text;
  }
}

TEST(ValueFormat, TimestampsHaveNoTrailingZeros) {
  EXPECT_EQ(timestamp_text(0), "1970-01-01T00:00:00");
  EXPECT_EQ(timestamp_text(0, true), "1970-01-01T00:00:00Z");
  EXPECT_EQ(timestamp_text(1, true), "1970-01-01T00:00:00.000001Z");
  EXPECT_EQ(timestamp_text(1), "1970-01-01T00:00:00.000001");
  EXPECT_EQ(timestamp_text(-1), "1969-12-31T23:59:59.999999");
  EXPECT_EQ(timestamp_text(1'767'261'600'123'000), "2026-01-01T10:00:00.123");
  EXPECT_EQ(timestamp_text(1'767'261'600'120'000), "2026-01-01T10:00:00.12");
  EXPECT_EQ(timestamp_text(std::numeric_limits<int64_t>::max()), "+294247-01-10T04:00:54.775807");
  EXPECT_EQ(timestamp_text(std::numeric_limits<int64_t>::min()), "-290308-12-21T19:59:05.224192");
}

TEST(ValueFormat, TimestampsReadBack) {
  const test::Seed seed;
  std::mt19937_64 random = seed.generator();
  for (int i = 0; i < 100'000; ++i) {
    const int64_t value =
        static_cast<int64_t>(random() % 200'000'000'000'000'000) - 50'000'000'000'000'000;
    int64_t back = 0;
    const std::string text = timestamp_text(value);
    ASSERT_TRUE(parse_timestamp(text, back)) << text;
    ASSERT_EQ(back, value) << text;
  }
}

TEST(ValueFormat, IntervalsAsPostgresWritesThem) {
  constexpr int64_t kSecond = 1'000'000;
  EXPECT_EQ(interval_text({0, 0, 0}), "00:00:00");
  EXPECT_EQ(interval_text({14, 3, 0}), "1 year 2 mons 3 days");
  EXPECT_EQ(interval_text({1, 1, 0}), "1 mon 1 day");
  EXPECT_EQ(interval_text({-14, 3, 0}), "-1 years -2 mons +3 days");
  EXPECT_EQ(interval_text({0, -1, 3600 * kSecond}), "-1 days +01:00:00");
  EXPECT_EQ(interval_text({0, 0, -1}), "-00:00:00.000001");
  EXPECT_EQ(interval_text({0, 0, (25 * 3600 + 61) * kSecond + 500'000}), "25:01:01.5");
  EXPECT_EQ(interval_text({0, 0, 1000 * 3600 * kSecond}), "1000:00:00");
  interval_text({std::numeric_limits<int32_t>::min(), std::numeric_limits<int32_t>::min(),
                 std::numeric_limits<int64_t>::min()});
}

TEST(ValueFormat, Binary) {
  char room[16];
  EXPECT_EQ(std::string(room, format_binary(std::string_view("\x00\xff\x10", 3), room)),
            "\\x00ff10");
  EXPECT_EQ(std::string(room, format_binary("", room)), "\\x");
}

}  // namespace
}  // namespace leat::io
