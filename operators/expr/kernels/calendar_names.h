// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The names of months and days, in English.
#pragma once

#include <array>
#include <string_view>

namespace leat::expr {

inline constexpr std::array<std::string_view, 12> kMonthNames = {
    "January", "February", "March",     "April",   "May",      "June",
    "July",    "August",   "September", "October", "November", "December"};
/// From Monday.
inline constexpr std::array<std::string_view, 7> kDayNames = {
    "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};

}  // namespace leat::expr
