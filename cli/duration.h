// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Durations on the command line: `500ms`, `30s`, `1h30m`.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace leat::cli {

/// A number and a unit (ms, s, m, h, d), or several of these one after another; a number alone is
/// seconds. nullopt when it is none, is not positive, or is longer than a year.
std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);

}  // namespace leat::cli
