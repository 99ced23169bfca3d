// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/text/stored_value.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "engine/mutant.h"
#include "operators/data/inet.h"
#include "operators/text/decimal_parser.h"
#include "operators/text/unicode.h"
#include "operators/text/uuid.h"
#include "operators/text/value_parser.h"

namespace leat::io {
namespace {

bool is_text_in_limit(const Limit& limit, std::string_view text) {
  if (LEAT_MUTANT("limits_of_text_are_not_asked")) return true;
  if (limit.kind == Limit::Kind::kCharacters)
    return text.size() <= limit.characters || expr::count_characters(text) <= limit.characters;
  return std::find(limit.words.begin(), limit.words.end(), text) != limit.words.end();
}

}  // namespace

bool is_converted(const Type& type) {
  return type.is_uuid() || type.is_inet() || (type.is(TypeId::kUtf8) && type.limit() != nullptr);
}

std::optional<std::string_view> stored_text(const Type& type, std::string_view text,
                                            std::string& scratch) {
  if (type.is_uuid()) {
    const std::optional<UuidBytes> bytes = parse_uuid(text);
    if (!bytes) return std::nullopt;
    return scratch = format_uuid(*bytes);
  }
  if (type.is_inet()) {
    const std::optional<Inet> value = parse_inet(text);
    if (!value) return std::nullopt;
    scratch.resize(kInetBytesMax);
    scratch.resize(encode_inet(*value, scratch.data()));
    return scratch;
  }
  return is_text_in_limit(*type.limit(), text) ? std::optional(text) : std::nullopt;
}

bool is_in_limit(const Type& type, Int128 value) {
  const Limit& limit = *type.limit();
  return (value >= limit.low && value <= limit.high) || LEAT_MUTANT("ranges_are_not_asked");
}

std::optional<double> stored_float(const Type& type, double value) {
  if (type.limit() == nullptr) return value;
  const auto narrow = static_cast<float>(value);
  if (std::isinf(narrow) != std::isinf(value)) return std::nullopt;
  if (narrow == 0 && value != 0) return std::nullopt;
  return narrow;
}

std::string why_not_stored(const Type& type, std::string_view text) {
  const Limit* const limit = type.limit();
  if (limit == nullptr) return {};
  switch (limit->kind) {
    case Limit::Kind::kCharacters:
      return fmt::format(": it has {} characters", expr::count_characters(text));
    case Limit::Kind::kRange: {
      Int128 value = 0;
      if (parse_decimal(text, kDecimalDigitsMax, 0, value) != DecimalResult::kExact) return {};
      std::array<char, kScalarTextBytes> low;
      std::array<char, kScalarTextBytes> high;
      const auto text_of = [](Int128 number, std::array<char, kScalarTextBytes>& out) {
        return std::string_view(
            out.data(), static_cast<size_t>(format_decimal(number, 0, out.data()) - out.data()));
      };
      return fmt::format(": it is not from {} to {}", text_of(limit->low, low),
                         text_of(limit->high, high));
    }
    case Limit::Kind::kFloat32: {
      double value = 0;
      if (!parse_float64(text, value)) return {};
      return std::fabs(value) < 1 ? ": it is too small, but not 0" : ": it is too large";
    }
    case Limit::Kind::kWords: break;
  }
  return {};
}

}  // namespace leat::io
