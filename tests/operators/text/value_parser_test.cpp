// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/text/value_parser.h"

#include <bit>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <optional>
#include <random>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/support/seed.h"

namespace leat::io {
namespace {

/// Calls a parser, and its padded variant on the same text followed by `tail`.
template <typename T>
std::optional<T> parse_both(bool (*exact)(std::string_view, T&),
                            bool (*padded)(std::string_view, T&), std::string_view text) {
  T value{};
  const bool ok = exact(text, value);
  for (const char tail : {'\0', '7', ',', '.', '\xFF'}) {
    std::string room(text);
    room.append(64, tail);
    T fast{};
    EXPECT_EQ(padded(std::string_view(room).substr(0, text.size()), fast), ok)
        << text << " followed by " << int{tail};
    EXPECT_TRUE(!ok || std::memcmp(&value, &fast, sizeof(T)) == 0) << text;
  }
  return ok ? std::optional(value) : std::nullopt;
}

std::optional<int64_t> int64(std::string_view text) {
  const auto padded = [](std::string_view t, int64_t& value) {
    return parse_int64_padded(t, value);
  };
  return parse_both<int64_t>(parse_int64, padded, text);
}
std::optional<double> float64(std::string_view text) {
  const auto padded = [](std::string_view t, double& value) {
    return parse_float64_padded(t, value);
  };
  return parse_both<double>(parse_float64, padded, text);
}
std::optional<int32_t> date(std::string_view text) {
  return parse_both<int32_t>(parse_date, parse_date_padded, text);
}
std::optional<int64_t> timestamp(std::string_view text) {
  return parse_both<int64_t>(parse_timestamp, parse_timestamp_padded, text);
}

TEST(ParsedTypes, NestedAndBinaryTypesAreNot) {
  EXPECT_TRUE(is_parsed_type(Type::decimal(10, 2)));
  EXPECT_TRUE(is_parsed_type(kUtf8Type));
  EXPECT_FALSE(is_parsed_type(kJsonType));
  EXPECT_FALSE(is_parsed_type(kBinaryType));
  EXPECT_FALSE(is_parsed_type(Type::list(kInt64Type)));
}

TEST(ValueParser, NumbersOfAnyLengthMayHaveAPlusSign) {
  for (size_t digits = 1; digits <= 18; ++digits) {
    const std::string text = std::string("123456789012345678").substr(0, digits);
    EXPECT_EQ(int64('+' + text), int64(text)) << text;
    EXPECT_EQ(float64('+' + text), float64(text)) << text;
    EXPECT_FALSE(int64('x' + text)) << text;
  }
}

TEST(ValueParser, Int64) {
  EXPECT_EQ(int64("0"), 0);
  EXPECT_EQ(int64("-0"), 0);
  EXPECT_EQ(int64("+12"), 12);
  EXPECT_EQ(int64("0012"), 12);
  EXPECT_EQ(int64("12345678"), 12345678);
  EXPECT_EQ(int64("-123456789"), -123456789);
  EXPECT_EQ(int64("9223372036854775807"), std::numeric_limits<int64_t>::max());
  EXPECT_EQ(int64("-9223372036854775808"), std::numeric_limits<int64_t>::min());
  EXPECT_EQ(int64("000000000000000000000000012"), 12);
}

TEST(ValueParser, WhatIsNoInt64) {
  for (const char* text : {"",
                           "-",
                           "+",
                           "--1",
                           "+-1",
                           " 1",
                           "1 ",
                           "1.0",
                           "1e3",
                           "0x10",
                           "1_000",
                           "9223372036854775808",
                           "-9223372036854775809",
                           "18446744073709551616",
                           "12345678a",
                           "a2345678",
                           "123456789012345x",
                           "1\xFF",
                           "/",
                           ":"}) {
    EXPECT_FALSE(int64(text)) << text;
  }
}

TEST(ValueParser, EveryLengthOfInt64) {
  const test::Seed seed;
  std::mt19937_64 random = seed.generator();
  for (int round = 0; round < 20'000; ++round) {
    const auto value = static_cast<int64_t>(random()) >> (random() % 64);
    ASSERT_EQ(int64(fmt::format("{}", value)), value);
    std::string text = fmt::format("{}", value);
    text[random() % text.size()] = static_cast<char>(random());
    int64_t reference = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), reference);
    const bool valid = fault == std::errc() && end == text.data() + text.size();
    if (text[0] != '+') {
      ASSERT_EQ(int64(text), valid ? std::optional(reference) : std::nullopt) << text;
    }
  }
}

TEST(ValueParser, Float64) {
  EXPECT_EQ(float64("12.5"), 12.5);
  EXPECT_EQ(float64("-0.1"), -0.1);
  EXPECT_EQ(float64("7"), 7.0);
  EXPECT_EQ(float64("+7.25"), 7.25);
  EXPECT_EQ(float64(".5"), 0.5);
  EXPECT_EQ(float64("5."), 5.0);
  EXPECT_EQ(float64("-.5"), -0.5);
  EXPECT_EQ(float64("1e3"), 1000.0);
  EXPECT_EQ(float64("1.7976931348623157e308"), std::numeric_limits<double>::max());
  EXPECT_EQ(float64("0.00000000000000000000000000000001"), 1e-32);
  EXPECT_EQ(float64("123456789.123456789"), 123456789.123456789);
  EXPECT_TRUE(std::signbit(*float64("-0.0")));
  EXPECT_TRUE(std::signbit(*float64("-0")));
  EXPECT_EQ(float64("0e-400"), 0.0);
  EXPECT_EQ(float64("0.000e5"), 0.0);
  EXPECT_EQ(float64("5e-324"), 5e-324);
}

TEST(ValueParser, WordsOfFloat64ReadBack) {
  const double infinity = std::numeric_limits<double>::infinity();
  for (const double value : {infinity, -infinity}) {
    char text[kScalarTextBytes];
    const char* const end = format_float64(value, text);
    EXPECT_EQ(float64({text, static_cast<size_t>(end - text)}), value);
  }
  for (const char* text : {"NaN", "nan", "-nan", "+NAN"})
    EXPECT_TRUE(float64(text) && std::isnan(*float64(text))) << text;
  EXPECT_EQ(float64("inf"), infinity);
  EXPECT_EQ(float64("-INFINITY"), -infinity);
}

TEST(ValueParser, WhatIsNoFloat64) {
  for (const char* text : {"",
                           "-",
                           ".",
                           "-.",
                           "1..2",
                           "1.2.3",
                           "1,5",
                           " 1",
                           "1 ",
                           "na",
                           "nano",
                           "infinite",
                           "--inf",
                           "1e-400",
                           "-0.1e-330",
                           "1e",
                           "1e400",
                           "-1e400",
                           "0x1p3",
                           "1.5x",
                           "x.5",
                           "--1.5",
                           "+-1.5",
                           "1e5.0",
                           "1.2\xFF",
                           "\x1E"
                           "1"}) {
    EXPECT_FALSE(float64(text)) << text;
  }
}

TEST(ValueParser, Float64IsTheNearestDouble) {
  const test::Seed seed;
  std::mt19937_64 random = seed.generator();
  for (int round = 0; round < 50'000; ++round) {
    // Decimals of up to 20 digits with a point somewhere, the usual short ones often.
    std::string text = random() % 2 ? "-" : "";
    const size_t whole = 1 + random() % (round % 3 == 0 ? 12 : 4);
    const size_t fraction = random() % (round % 3 == 0 ? 12 : 5);
    for (size_t i = 0; i < whole; ++i) text += static_cast<char>('0' + random() % 10);
    if (fraction > 0) text += '.';
    for (size_t i = 0; i < fraction; ++i) text += static_cast<char>('0' + random() % 10);
    const double expected = std::strtod(text.c_str(), nullptr);
    const auto value = float64(text);
    ASSERT_TRUE(value) << text;
    ASSERT_EQ(std::bit_cast<uint64_t>(*value), std::bit_cast<uint64_t>(expected)) << text;
  }
}

TEST(ValueParser, Bool) {
  bool value = false;
  for (const char* text : {"true", "TRUE", "t", "Yes", "y", "on", "1"})
    EXPECT_TRUE(parse_bool(text, value) && value) << text;
  for (const char* text : {"false", "False", "f", "no", "N", "off", "0"})
    EXPECT_TRUE(parse_bool(text, value) && !value) << text;
  for (const char* text : {"", "tr", "2", "truee", " true", "yess"})
    EXPECT_FALSE(parse_bool(text, value)) << text;
}

TEST(ValueParser, Date) {
  EXPECT_EQ(date("1970-01-01"), 0);
  EXPECT_EQ(date("1969-12-31"), -1);
  EXPECT_EQ(date("2000-02-29"), 11016);
  EXPECT_EQ(date("9999-12-31"), 2932896);
  EXPECT_EQ(date("0001-01-01"), -719162);
  EXPECT_EQ(date("+10000-01-01"), 2932897);
  EXPECT_TRUE(date("+294246-12-31"));
  for (const char* text : {"0000-12-31", "-0044-03-15", "-0001-01-01", "+294247-01-01"})
    EXPECT_FALSE(date(text)) << text;
}

TEST(ValueParser, WhatIsNoDate) {
  for (const char* text :
       {"", "2026-1-1", "2026-13-01", "2026-00-01", "2026-01-32", "2026-02-29", "2100-02-29",
        "2026/01/01", "20260101", "2026-01-01 ", " 2026-01-01", "2026-01-0", "x026-01-01",
        "2026-01-0x", "12026-01-01", "2026-04-31", "2026-01-00", "2026x01-01"}) {
    EXPECT_FALSE(date(text)) << text;
  }
}

TEST(ValueParser, EveryDayForAThousandYears) {
  int32_t expected = *date("1600-01-01");
  static constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  for (int year = 1600; year < 2600; ++year) {
    const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    for (int month = 1; month <= 12; ++month) {
      for (int day = 1; day <= kDays[month - 1] + (leap && month == 2); ++day) {
        std::string text = fmt::format("{:04}-{:02}-{:02}", year, month, day);
        text.append(32, '\0');
        int32_t days = 0;
        ASSERT_TRUE(parse_date_padded(std::string_view(text).substr(0, 10), days)) << text;
        ASSERT_EQ(days, expected++) << text;
      }
    }
  }
}

TEST(ValueParser, Timestamp) {
  constexpr int64_t kSecond = 1'000'000;
  EXPECT_EQ(timestamp("1970-01-01T00:00:00Z"), 0);
  EXPECT_EQ(timestamp("1970-01-01 00:00:01"), kSecond);
  EXPECT_EQ(timestamp("1970-01-02"), 86'400 * kSecond);
  EXPECT_EQ(timestamp("1970-01-01T00:01"), 60 * kSecond);
  EXPECT_EQ(timestamp("1970-01-01T00:00:00.5Z"), kSecond / 2);
  EXPECT_EQ(timestamp("1970-01-01T00:00:00.123456"), 123'456);
  EXPECT_EQ(timestamp("1970-01-01T00:00:00.123456000Z"), 123'456);
  EXPECT_EQ(timestamp("1970-01-01T01:00:00+01:00"), 0);
  EXPECT_EQ(timestamp("1970-01-01T00:00:00-0130"), 5400 * kSecond);
  EXPECT_EQ(timestamp("1970-01-01T01:00:00+01"), 0);
  EXPECT_EQ(timestamp("1970-01-01 01:00:00 +01"), 0);
  EXPECT_EQ(timestamp("2024-09-28T09:54:21.222Z"), 1'727'517'261'222'000);
}

TEST(ValueParser, TimestampsAreRoundedWhereAskedFor) {
  const auto rounded = [](std::string_view text) -> std::optional<int64_t> {
    int64_t value = 0;
    return parse_timestamp_rounded(text, value) ? std::optional(value) : std::nullopt;
  };
  EXPECT_EQ(rounded("1970-01-01T00:00:00.1234564Z"), 123'456);
  EXPECT_EQ(rounded("1970-01-01T00:00:00.1234565Z"), 123'457);
  EXPECT_EQ(rounded("1969-12-31T23:59:59.9999999Z"), 0);
  EXPECT_FALSE(timestamp("1970-01-01T00:00:00.1234564Z"));
  EXPECT_FALSE(rounded("+294246-12-31T23:59:59.9999999Z")) << "the year after has no timestamps";
}

TEST(ValueParser, OffsetsDoNotLeadOutOfTheCalendar) {
  EXPECT_TRUE(timestamp("0001-01-01T00:00:00Z"));
  EXPECT_FALSE(timestamp("0001-01-01T00:00:00+01:00"));
  EXPECT_FALSE(timestamp("0000-12-31T23:59:59Z"));
  EXPECT_FALSE(timestamp("+294246-12-31T23:59:59-01:00"));
}

TEST(ValueParser, WhatIsNoTimestamp) {
  for (const char* text :
       {"", "2026-01-31T", "2026-01-31T10", "2026-01-31T24:00:00", "2026-01-31T10:60:00",
        "2026-01-31T10:00:60", "2026-01-31T10:00:00.", "2026-01-31T10:00:00.Z",
        "2026-01-31T10:00:00x", "2026-01-31x10:00:00", "2026-02-31T10:00:00Z",
        "2026-01-31T10:00:00+1", "2026-01-31T10:00:00+16", "2026-01-31T10-00:00Z",
        "2026-01-31T10:00:00.12x4Z", "2026-01-31T1x:00:00Z", "+999999-01-01T00:00:00Z",
        "2026-01-31T10:00:00ZZ"}) {
    EXPECT_FALSE(timestamp(text)) << text;
  }
}

}  // namespace
}  // namespace leat::io
