// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "cli/duration.h"

#include <charconv>
#include <utility>

namespace leat::cli {
namespace {

constexpr double kMillisPerSecond = 1000;
constexpr double kMillisMax = 366.0 * 24 * 3600 * kMillisPerSecond;
// Longer names first: `m` is also the begin of `ms`.
constexpr std::pair<std::string_view, double> kUnits[] = {
    {"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}};

/// Takes the unit off the begin of `text`: its milliseconds.
std::optional<double> take_unit(std::string_view& text, bool alone) {
  if (text.empty() && alone) return kMillisPerSecond;
  for (const auto& [name, millis] : kUnits) {
    if (!text.starts_with(name)) continue;
    text.remove_prefix(name.size());
    return millis;
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
  double millis = 0;
  for (bool first = true; first || !text.empty(); first = false) {
    double number = 0;
    const auto [end, error] =
        std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
    if (error != std::errc() || number < 0) return std::nullopt;
    text.remove_prefix(static_cast<size_t>(end - text.data()));
    const std::optional<double> unit = take_unit(text, first);
    if (!unit) return std::nullopt;
    millis += number * *unit;
  }
  if (!(millis >= 1 && millis <= kMillisMax)) return std::nullopt;
  return std::chrono::milliseconds(static_cast<int64_t>(millis));
}

}  // namespace leat::cli
