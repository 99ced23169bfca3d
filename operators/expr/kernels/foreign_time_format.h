// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Formats of times as other tools write them. See foreign_time_format.cpp.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace leat::expr {

/// `YYYY-MM-DD`, `dd.MM.yyyy HH:mm` and the like in the letters of strftime: `%Y-%m-%d`. nullopt
/// when it has a percent sign, no part of a date or time, or a part that cannot be told.
std::optional<std::string> translated_time_format(std::string_view text);

/// What to do about a format without any part of a date or time.
std::string time_format_hint(std::string_view text);

}  // namespace leat::expr
