// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/text/byte_size.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <utility>

#include <fmt/format.h>

namespace leat::io {
namespace {

constexpr std::array<std::pair<std::string_view, uint64_t>, 14> kUnits{{
    {"", 1},
    {"b", 1},
    {"k", uint64_t{1} << 10},
    {"kib", uint64_t{1} << 10},
    {"kb", 1'000},
    {"m", uint64_t{1} << 20},
    {"mib", uint64_t{1} << 20},
    {"mb", 1'000'000},
    {"g", uint64_t{1} << 30},
    {"gib", uint64_t{1} << 30},
    {"gb", 1'000'000'000},
    {"t", uint64_t{1} << 40},
    {"tib", uint64_t{1} << 40},
    {"tb", 1'000'000'000'000},
}};

}  // namespace

std::optional<uint64_t> parse_bytes(std::string_view text) {
  uint64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, fault] = std::from_chars(text.data(), end, number);
  if (fault != std::errc()) return std::nullopt;
  std::string unit(rest, end);
  if (unit.size() > 1 && unit[0] == ' ') unit.erase(0, 1);
  std::transform(unit.begin(), unit.end(), unit.begin(),
                 [](unsigned char c) { return std::tolower(c); });
  for (const auto& [name, factor] : kUnits) {
    if (unit != name) continue;
    uint64_t bytes = 0;
    if (__builtin_mul_overflow(number, factor, &bytes)) return std::nullopt;
    return bytes;
  }
  return std::nullopt;
}

std::string format_bytes(uint64_t bytes) {
  constexpr std::array<std::string_view, 5> kNames{"bytes", "KiB", "MiB", "GiB", "TiB"};
  size_t unit = 0;
  auto value = static_cast<double>(bytes);
  for (; value >= 1024 && unit + 1 < kNames.size(); ++unit) value /= 1024;
  if (bytes == 1) return "1 byte";
  const std::string number = fmt::format("{:.1f}", value);
  return fmt::format("{} {}", number.ends_with(".0") ? number.substr(0, number.size() - 2) : number,
                     kNames[unit]);
}

}  // namespace leat::io
