// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// How the values of a column are written where that is not the way of value_parser.h: blanks around
// them, a decimal comma, separators between thousands, currency signs, other words for true and
// false, dates in a form of one's own.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "operators/data/type.h"
#include "operators/expr/kernels/time_text.h"
#include "operators/expr/kernels/time_zone.h"

namespace leat::io {

/// What becomes of digits past the microsecond: a fault of the field, or rounded to the nearest.
enum class FinerTimes : uint8_t { kRefuse, kRound };

/// Thousands are separated in groups of so many digits.
inline constexpr size_t kGroupDigits = 3;

/// A form for dates or timestamps, and the text it was made of.
struct TimeForm {
  std::string text;
  expr::TimeFormat format;
};

/// THREADS: immutable, any.
struct FieldFormat {
  FinerTimes finer_times = FinerTimes::kRefuse;
  bool trim = false;  ///< Blanks around a field that is not in quotes are no part of it.
  std::string decimal_separator = ".";   ///< One character.
  std::string thousands_separator = {};  ///< One character, or none.
  std::vector<std::string> strip = {};   ///< Characters that may stand around a number.
  std::vector<std::pair<std::string, bool>> words =
      {};  ///< Of bool, in lower case; empty: the usual ones.
  std::optional<TimeForm> time = {};
  /// Of timestamptz: where clocks show times that name no zone.
  std::optional<expr::TimeZone> zone = {};

  /// Are numbers written in another way than those of value_parser.h?
  bool changes_numbers() const {
    return decimal_separator != "." || !thousands_separator.empty() || !strip.empty();
  }
  /// Are all values of `type` written as value_parser.h reads them? Whether times are rounded does
  /// not count.
  bool is_plain(const Type& type) const;
};

/// `text` without the spaces and tabs around it.
std::string_view trim_blanks(std::string_view text);

/// The number `text`, written as `format` says, with a point and nothing else between its digits:
/// a view of `scratch`. Thousands are separated everywhere in its whole part, in groups of three,
/// or nowhere. nullopt: it is not written like that. Whether a number is left is for a parser.
std::optional<std::string_view> plain_number(std::string_view text, const FieldFormat& format,
                                             std::string& scratch);

/// The truth that `text` stands for among format.words, in any case; nullopt if it is none of them.
std::optional<bool> truth_of(std::string_view text, const FieldFormat& format);

/// The timestamp, or the midnight of the date, that `text` is in the form of format.time, an
/// instant if there is a format.zone. nullopt: it is none, or a date with a time of day. REQUIRES:
/// format.time.
std::optional<int64_t> time_of(std::string_view text, const FieldFormat& format, const Type& type);

/// Makes the instant of `micros`, which a clock in format.zone shows. False: no timestamptz can be
/// it. REQUIRES: format.zone.
bool to_instant(const FieldFormat& format, int64_t& micros);

/// What is known of why `text`, a value of no column of `type`, is none: `: it is out of range`, or
/// empty.
std::string why_no_value(std::string_view text, const Type& type, const FieldFormat& format);

}  // namespace leat::io
