// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/text/type_sniffer.h"

#include <algorithm>
#include <array>
#include <string>

#include "engine/mutant.h"
#include "operators/text/ascii.h"
#include "operators/text/value_format.h"
#include "operators/text/value_parser.h"

namespace leat::io {
namespace {

enum Possible : uint8_t {
  kBool = 1,
  kInt64 = 2,
  kFloat64 = 4,
  kDate = 8,
  kTimestamp = 16,
  kRoundedTimestamp = 32,
  kZoned = 64,
  kUnzoned = 128
};

constexpr int64_t kExactIntegerMax = int64_t{1} << 53;

/// Is the text spelled as numbers are usually written: no plus, no leading zeros, digits on both
/// sides of the point?
bool is_plain_number(std::string_view text) {
  size_t i = text.starts_with('-');
  const auto count = [&] {
    const size_t begin = i;
    while (i < text.size() && is_digit(text[i])) ++i;
    return i - begin;
  };
  const size_t first = i;
  const size_t whole = count();
  if (whole == 0 || (whole > 1 && text[first] == '0')) return false;
  if (i < text.size() && text[i] == '.') {
    ++i;
    if (count() == 0) return false;
  }
  return i == text.size() || text[i] == 'e' || text[i] == 'E';
}

uint8_t possible_numbers(std::string_view text) {
  // As they are written, so that they read back.
  if (text == "NaN" || text == "Infinity" || text == "-Infinity") return kFloat64;
  if (!is_plain_number(text)) return 0;
  int64_t integer = 0;
  if (parse_int64(text, integer)) {
    const bool exact_double = integer <= kExactIntegerMax && integer >= -kExactIntegerMax;
    // A negative zero is a float64 at best.
    const uint8_t as_integer = text == "-0" ? 0 : kInt64;
    return as_integer | (exact_double ? kFloat64 : 0);
  }
  const bool is_float = text.find_first_of(".eE") != std::string_view::npos;
  return is_float && reads_back_as_float64(text) ? kFloat64 : 0;
}

/// The digits of a number without zeros at the ends, and the power of ten of the first.
struct Significant {
  std::string digits;
  int64_t exponent = 0;

  bool operator==(const Significant&) const = default;
};

Significant significant_of(std::string_view text) {
  Significant result;
  const size_t mark = std::min(text.find_first_of("eE"), text.size());
  bool after_point = false;
  int64_t before_point = 0;
  for (const char c : text.substr(0, mark)) {
    if (c == '.') after_point = true;
    if (!is_digit(c)) continue;
    if (result.digits.empty() && c == '0') {
      before_point -= after_point;
    } else {
      result.digits += c;
      before_point += !after_point;
    }
  }
  while (result.digits.ends_with('0')) result.digits.pop_back();
  if (result.digits.empty()) return {};
  std::string_view power = text.substr(std::min(mark + 1, text.size()));
  if (power.starts_with('+')) power.remove_prefix(1);
  if (!power.empty()) parse_int64(power, result.exponent);
  result.exponent += before_point;
  return result;
}

}  // namespace

bool reads_back_as_float64(std::string_view text) {
  double number = 0;
  if (!parse_float64(text, number)) return false;
  std::array<char, kScalarTextBytes> written;
  const char* const end = format_float64(number, written.data());
  const std::string_view shortest(written.data(), static_cast<size_t>(end - written.data()));
  return significant_of(text) == significant_of(shortest) ||
         LEAT_MUTANT("floats_guessed_that_round");
}

void TypeSniffer::add(std::string_view text) {
  narrow(text, possible_ == 0 ? 0 : possible_numbers(text));
}

void TypeSniffer::add_no_number(std::string_view text) { narrow(text, 0); }

/// `numbers` are the types of numbers that `text` may have.
void TypeSniffer::narrow(std::string_view text, uint8_t numbers) {
  static constexpr std::array<std::string_view, 6> kBools{"true",  "false", "TRUE",
                                                          "FALSE", "True",  "False"};
  seen_ = true;
  if (possible_ == 0) return;
  uint8_t possible = numbers;
  int32_t days = 0;
  int64_t micros = 0;
  if (parse_timestamp_rounded(text, micros)) {
    possible |= kRoundedTimestamp | (has_zone(text) ? kZoned : kUnzoned);
    if (parse_timestamp(text, micros)) possible |= kTimestamp;
    if (parse_date(text, days)) possible |= kDate;
  }
  if (std::find(kBools.begin(), kBools.end(), text) != kBools.end()) possible |= kBool;
  possible_ &= possible;
}

void TypeSniffer::merge(const TypeSniffer& other) {
  possible_ &= other.possible_;
  seen_ = seen_ || other.seen_;
}

Type TypeSniffer::type(bool rounds_times) const {
  if (!seen_) return kUtf8Type;
  if (possible_ & kBool) return kBoolType;
  if (possible_ & kInt64) return kInt64Type;
  if (possible_ & kFloat64) return kFloat64Type;
  if (possible_ & kDate) return kDateType;
  if (possible_ & (rounds_times ? kRoundedTimestamp : kTimestamp)) {
    if (possible_ & kZoned) return kTimestampTzType;
    if (possible_ & kUnzoned) return kTimestampType;
  }
  return kUtf8Type;
}

}  // namespace leat::io
