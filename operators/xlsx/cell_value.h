// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What a number in a cell is: its number format says whether it stands for a date or a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace leat::io {

/// What numbers are under a format.
enum class NumberKind : uint8_t {
  kNumber,
  kDate,
  kTimestamp,
  kTimeOfDay,  ///< A time without a date, or how long something takes.
};

/// The kind of numbers with format `code`, as `dd.mm.yyyy` or `#,##0.00`.
NumberKind kind_of_format(std::string_view code);
/// The kind of those formats that every program knows by number.
NumberKind kind_of_builtin_format(uint32_t number);

/// THREADS: immutable, any.
struct CellStyles {
  std::vector<NumberKind> kinds;  ///< By the style of a cell.
  bool from_1904 = false;         ///< Does day 0 mean 1904-01-01?

  NumberKind kind(uint32_t style) const {
    return style < kinds.size() ? kinds[style] : NumberKind::kNumber;
  }
};

/// Appends the number `text` as leat writes numbers: the fewest digits that read back. False when
/// it is none.
bool append_number(std::string_view text, std::string& out);
/// Appends the day, or the time to the millisecond, that the number `text` stands for. False when
/// it is none: not a number, before the first day, behind the year 9999.
bool append_time(std::string_view text, NumberKind kind, bool from_1904, std::string& out);

/// The number of the day 1970-01-01 in a sheet, and the first day whose number all programs agree
/// on: 1900-03-01.
inline constexpr int64_t kSheetEpoch = 25'569;
inline constexpr int64_t kFirstSureDay = 61;
/// So many digits of a number are kept by every program.
inline constexpr size_t kExactDigits = 15;
/// Behind 9999-12-31.
inline constexpr int64_t kSheetDaysEnd = 2'958'466;

}  // namespace leat::io
