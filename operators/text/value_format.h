// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The text of scalar values, the same everywhere: in CSV and JSON output, in `show`, in messages.
// The forms are PostgreSQL's, except for timestamps, which are ISO 8601:
//
//   bool       true, false
//   int64      -12
//   float64    the fewest digits that read back as the same value: 12.5, 100, 1e+20, 1e-05, NaN,
//              Infinity, -Infinity; a value is in plain notation when its exponent is from -4 to 14
//   decimal    exact, with all of its fraction digits: 12.50
//   date       2026-01-31
//   timestamp  2026-01-31T10:00:00, with a fraction of at most six digits and no trailing zeros:
//              2026-01-31T10:00:00.12; timestamptz in UTC, with a Z behind it
//   time       10:00:00, with a fraction likewise
//   uuid       its 36 characters in lower case
//   inet       192.0.2.1, 192.0.2.0/24, 2001:db8::1
//   interval   1 year 2 mons -3 days +04:05:06.7
//   binary     \x00ff
//
// Years outside 0000 to 9999 have a sign and at least four digits, as ISO 8601 says: +10000-01-01,
// -0044-03-15.
#pragma once

#include <cstddef>
#include <cstdint>

#include "operators/data/column.h"
#include "operators/data/decimal.h"
#include "operators/data/type.h"

namespace leat::io {

/// Every function below writes at most this many bytes.
inline constexpr size_t kScalarTextBytes = 96;

/// Write the text of a value at `out`; return the end of it. REQUIRES: room for kScalarTextBytes.
char* format_int64(int64_t value, char* out);
char* format_float64(double value, char* out);
char* format_decimal(Int128 unscaled, uint8_t scale, char* out);
char* format_date(int32_t days, char* out);
/// Only an instant (`zoned`) ends with `Z`.
char* format_timestamp(int64_t microseconds, bool zoned, char* out);
/// Of microseconds since midnight.
char* format_time_of_day(int64_t microseconds, char* out);
char* format_interval(const Interval& interval, char* out);
char* format_bool(bool value, char* out);

/// Writes `\x` and two hexadecimal digits a byte. REQUIRES: room for 2 + 2 * bytes.size().
char* format_binary(std::string_view bytes, char* out);

/// Has the type one of the forms above that fits kScalarTextBytes (bool, numbers, times, inet)?
bool is_fixed_text(const Type& type);

/// The text of row `row`. REQUIRES: is_fixed_text(column.type()), the value is not NULL, room for
/// kScalarTextBytes.
char* format_fixed(const Column& column, size_t row, char* out);

}  // namespace leat::io
