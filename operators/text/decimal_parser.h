// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Text to decimals, in the forms that operators/text/value_parser.h names.
#pragma once

#include <cstdint>
#include <string_view>

#include "operators/data/decimal.h"

namespace leat::io {

enum class DecimalResult : uint8_t {
  kExact,
  kRounded,     ///< Nonzero digits past the scale were rounded away, half away from zero.
  kOutOfRange,  ///< More digits before the point than the type has.
  kNotANumber,
};

/// Writes `unscaled` for the first two results, else leaves it alone. THREADS: any.
DecimalResult parse_decimal(std::string_view text, uint8_t precision, uint8_t scale,
                            Int128& unscaled);
/// The same. REQUIRES: precision <= kShortDecimalDigits.
DecimalResult parse_decimal(std::string_view text, uint8_t precision, uint8_t scale,
                            int64_t& unscaled);
/// The same two. REQUIRES: 32 readable bytes from text.data() on, whatever the length.
DecimalResult parse_decimal_padded(std::string_view text, uint8_t precision, uint8_t scale,
                                   Int128& unscaled);
DecimalResult parse_decimal_padded(std::string_view text, uint8_t precision, uint8_t scale,
                                   int64_t& unscaled);

}  // namespace leat::io
