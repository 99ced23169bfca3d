// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/text/decimal_parser.h"

#include <random>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "operators/text/value_format.h"
#include "tests/support/seed.h"

namespace leat::io {
namespace {

std::string text_of(DecimalResult result, Int128 value, uint8_t scale) {
  if (result == DecimalResult::kNotANumber) return "not a number";
  if (result == DecimalResult::kOutOfRange) return "out of range";
  char buffer[kScalarTextBytes];
  std::string printed(buffer, format_decimal(value, scale, buffer));
  return (result == DecimalResult::kRounded ? "~" : "") + printed;
}

/// Both parsers of 64 bits give what those of 128 give.
void expect_short(std::string_view text, std::string_view room, uint8_t precision, uint8_t scale,
                  DecimalResult result, Int128 value) {
  for (const bool is_padded : {false, true}) {
    int64_t narrow = 0;
    const std::string_view given = room.substr(0, text.size());
    EXPECT_EQ(is_padded ? parse_decimal_padded(given, precision, scale, narrow)
                        : parse_decimal(text, precision, scale, narrow),
              result)
        << text;
    EXPECT_TRUE(narrow == value) << text;
  }
}

/// What all parsers give, whatever stands behind the text.
std::string decimal(std::string_view text, uint8_t precision, uint8_t scale) {
  Int128 value = 0;
  const DecimalResult result = parse_decimal(text, precision, scale, value);
  for (const char tail : {'\0', '7', ',', '.', 'e', '\xFF'}) {
    std::string room(text);
    room.append(64, tail);
    Int128 padded = 0;
    EXPECT_EQ(parse_decimal_padded({room.data(), text.size()}, precision, scale, padded), result)
        << text << " before " << tail;
    EXPECT_TRUE(padded == value) << text << " before " << tail;
    if (precision <= kShortDecimalDigits) expect_short(text, room, precision, scale, result, value);
  }
  return text_of(result, value, scale);
}

TEST(DecimalParser, IsExact) {
  EXPECT_EQ(decimal("12.5", 10, 2), "12.50");
  EXPECT_EQ(decimal("-0.01", 10, 2), "-0.01");
  EXPECT_EQ(decimal("7", 3, 0), "7");
  EXPECT_EQ(decimal("1e3", 10, 2), "1000.00");
  EXPECT_EQ(decimal("1.5e-1", 10, 2), "0.15");
  EXPECT_EQ(decimal("00012.50", 4, 2), "12.50");
  EXPECT_EQ(decimal("12.500", 4, 2), "12.50");
  EXPECT_EQ(decimal("99999999999999999999999999999999999999", 38, 0),
            "99999999999999999999999999999999999999");
  EXPECT_EQ(decimal("0e99999", 4, 2), "0.00");
  EXPECT_EQ(decimal("0.00000000000000000000000000000000000000", 4, 2), "0.00");
  EXPECT_EQ(decimal("10e-1", 4, 2), "1.00");
}

TEST(DecimalParser, RoundsHalfAwayFromZeroAndSaysSo) {
  EXPECT_EQ(decimal("12.345", 10, 2), "~12.35");
  EXPECT_EQ(decimal("-12.345", 10, 2), "~-12.35");
  EXPECT_EQ(decimal("12.344", 10, 2), "~12.34");
  EXPECT_EQ(decimal("0.005", 10, 2), "~0.01");
  EXPECT_EQ(decimal("0.0005", 10, 2), "~0.00");
  EXPECT_EQ(decimal("0.0049999999999999999999999999999999999999999999999", 10, 2), "~0.00");
  EXPECT_EQ(decimal("1e-400", 10, 2), "~0.00");
  EXPECT_EQ(decimal("0.123456789012345678901234567890123456789", 38, 38),
            "~0.12345678901234567890123456789012345679");
}

TEST(DecimalParser, WhatIsNoDecimal) {
  EXPECT_EQ(decimal("100", 4, 2), "out of range");
  EXPECT_EQ(decimal("99.995", 4, 2), "out of range");
  EXPECT_EQ(decimal("1e30", 10, 2), "out of range");
  EXPECT_EQ(decimal("1e99999", 38, 0), "out of range");
  EXPECT_EQ(decimal("999999999999999999999999999999999999999", 38, 0), "out of range");
  for (const char* text : {"", "-", ".", "1.2.3", "1e", "1e999999", "abc", "1x", " 1", "--1"})
    EXPECT_EQ(decimal(text, 10, 2), "not a number") << text;
}

TEST(DecimalParser, SixteenCharactersAtOnceAndMoreThanThat) {
  EXPECT_EQ(decimal("1234567.89012345", 16, 8), "1234567.89012345");
  EXPECT_EQ(decimal("-1234567.89012345", 16, 8), "-1234567.89012345");
  EXPECT_EQ(decimal("9999999999999999", 16, 0), "9999999999999999");
  EXPECT_EQ(decimal("9999999999999999", 18, 2), "9999999999999999.00");
  EXPECT_EQ(decimal("9999999999999999", 17, 2), "out of range");
  EXPECT_EQ(decimal("9999999999999999", 38, 22), "9999999999999999.0000000000000000000000");
  EXPECT_EQ(decimal("9999999999999999", 38, 23), "out of range");
  EXPECT_EQ(decimal("1.5", 38, 37), "1.5000000000000000000000000000000000000");
  EXPECT_EQ(decimal("999999999999999999", 18, 0), "999999999999999999");
  EXPECT_EQ(decimal("-999999999999999999", 18, 0), "-999999999999999999");
  EXPECT_EQ(decimal("1000000000000000000", 18, 0), "out of range");
  EXPECT_EQ(decimal("9999999999999999.99", 18, 2), "9999999999999999.99");
  EXPECT_EQ(decimal("9223372036854775808.5", 38, 1), "9223372036854775808.5");
  EXPECT_EQ(decimal("0.000000000000001", 15, 15), "0.000000000000001");
  EXPECT_EQ(decimal("-0", 15, 2), "0.00");
}

TEST(DecimalParser, ThePointMayStandAnywhere) {
  EXPECT_EQ(decimal("5.", 3, 1), "5.0");
  EXPECT_EQ(decimal(".5", 3, 1), "0.5");
  EXPECT_EQ(decimal("-.5", 3, 1), "-0.5");
  EXPECT_EQ(decimal("+.5", 3, 1), "0.5");
  for (const char* text : {"-.", "+", "..", "1..2", ".1.", "1.2.", "12-3", "1+2", "1/2", "1:2",
                           "123456789012345x", "12345678.1234567."})
    EXPECT_EQ(decimal(text, 20, 4), "not a number") << text;
  EXPECT_EQ(decimal("-1234567812345678.", 20, 4), "-1234567812345678.0000");
}

/// A plus sign is read digit by digit.
TEST(DecimalParser, AtOnceAndDigitByDigitAreTheSame) {
  const test::Seed seed;
  std::mt19937_64 random = seed.generator();
  for (int i = 0; i < 20'000; ++i) {
    std::string text;
    const size_t length = 1 + random() % 18;
    const size_t point = random() % 24;
    for (size_t j = 0; j < length; ++j)
      text += j == point           ? '.'
              : random() % 40 == 0 ? "/:.e-"[random() % 5]
                                   : char('0' + random() % 10);
    const auto precision = static_cast<uint8_t>(1 + random() % 38);
    const auto scale = static_cast<uint8_t>(random() % (precision + 1u));
    if (text[0] == '-' || text[0] == '+') continue;
    SCOPED_TRACE(fmt::format("{} as decimal({},{})", text, precision, scale));
    const std::string slow = decimal("+" + text, precision, scale);
    EXPECT_EQ(decimal(text, precision, scale), slow);
    std::string negative = decimal("-" + text, precision, scale);
    if (const size_t sign = negative.find('-'); sign != std::string::npos) negative.erase(sign, 1);
    EXPECT_EQ(negative, slow);
  }
}

}  // namespace
}  // namespace leat::io
