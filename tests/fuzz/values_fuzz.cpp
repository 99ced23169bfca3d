// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Any text as a timestamp, date, number or interval: what is read and written again reads back as
// the same value, and the parsers that may read past the text see the same as those that may not.
#include <cmath>
#include <cstring>

#include "operators/text/decimal_parser.h"
#include "operators/text/interval_parser.h"
#include "operators/text/value_parser.h"
#include "tests/fuzz/fuzz.h"

namespace leat {
namespace {

constexpr size_t kPadding = 32;

/// Equal, or both NaN.
template <typename T>
bool is_same(T a, T b) {
  return a == b || (a != a && b != b);
}

/// Parses `text` as a T, formats the value and parses that.
template <typename T, typename Parse, typename Format>
void round_trip(std::string_view text, Parse parse, Format format) {
  T value{};
  if (!parse(text, value)) return;
  char written[io::kScalarTextBytes];
  const auto bytes = static_cast<size_t>(format(value, written) - written);
  T again{};
  EXPECT_TRUE(parse(std::string_view(written, bytes), again)) << text;
  EXPECT_TRUE(is_same(again, value)) << text << " became " << std::string_view(written, bytes);
}

/// The padded variant of a parser must not look at what follows the text.
template <typename T, typename Parse, typename Padded>
void same_when_padded(std::string_view text, Parse parse, Padded padded) {
  T expected{};
  const bool is_one = parse(text, expected);
  for (const char filler : {'0', ' '}) {
    std::string with_more(text);
    with_more.append(kPadding, filler);
    T value{};
    EXPECT_EQ(padded(std::string_view(with_more).substr(0, text.size()), value), is_one) << text;
    if (is_one) EXPECT_TRUE(is_same(value, expected)) << text;
  }
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  leat::fuzz::stop_at_first_failure();
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const bool zoned : {false, true}) {
    round_trip<int64_t>(text, io::parse_timestamp, [zoned](int64_t value, char* out) {
      return io::format_timestamp(value, zoned, out);
    });
  }
  round_trip<int32_t>(text, io::parse_date, io::format_date);
  round_trip<int64_t>(text, io::parse_int64, io::format_int64);
  round_trip<double>(text, io::parse_float64, io::format_float64);
  same_when_padded<int64_t>(text, io::parse_timestamp, io::parse_timestamp_padded);
  same_when_padded<int32_t>(text, io::parse_date, io::parse_date_padded);
  same_when_padded<int64_t>(text, io::parse_int64, io::parse_int64_padded);
  same_when_padded<double>(text, io::parse_float64, io::parse_float64_padded);
  const auto parse_interval = [](std::string_view from, Interval& value) {
    const std::optional<Interval> parsed = io::parse_interval(from);
    if (parsed) value = *parsed;
    return parsed.has_value();
  };
  round_trip<Interval>(text, parse_interval, io::format_interval);
  const auto padded = [](std::string_view from, Int128& value) {
    return io::parse_decimal_padded(from, 38, 9, value) == io::DecimalResult::kExact;
  };
  const auto exact = [](std::string_view from, Int128& value) {
    return io::parse_decimal(from, 38, 9, value) == io::DecimalResult::kExact;
  };
  same_when_padded<Int128>(text, exact, padded);
  Int128 unscaled = 0;
  if (io::parse_decimal(text, 38, 9, unscaled) == io::DecimalResult::kExact) {
    const auto parse = [](std::string_view from, Int128& value) {
      return io::parse_decimal(from, 38, 9, value) == io::DecimalResult::kExact;
    };
    char written[io::kScalarTextBytes];
    const auto bytes = static_cast<size_t>(io::format_decimal(unscaled, 9, written) - written);
    Int128 again = 0;
    EXPECT_TRUE(parse(std::string_view(written, bytes), again) && again == unscaled) << text;
  }
  return 0;
}

}  // namespace leat
