// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: whoever comes from a spreadsheet, Java or SQL writes YYYY-MM-DD, and "not a format" does
// not tell what to write here.
//
// Runs of one letter are parts. Java's and .NET's letters, the templates of SQL and the formats of
// spreadsheets agree but for MM and mm, which are months or minutes: minutes stand behind hours.
//
// Rejected: to accept such formats (what `MM` means would depend on what stands before it).
#include "operators/expr/kernels/foreign_time_format.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace leat::expr {
namespace {

struct Part {
  std::string_view written;  ///< Longer ones stand before those that they begin with.
  std::string_view here;
};

constexpr auto kParts = std::to_array<Part>({
    {"YYYY", "%Y"},
    {"yyyy", "%Y"},
    {"YY", "%y"},
    {"yy", "%y"},
    {"MONTH", "%B"},
    {"Month", "%B"},
    {"month", "%B"},
    {"MMMM", "%B"},
    {"MON", "%b"},
    {"Mon", "%b"},
    {"mon", "%b"},
    {"MMM", "%b"},
    {"HH24", "%H"},
    {"HH12", "%I"},
    {"MI", "%M"},
    {"MM", "%m"},
    {"mm", "%m"},
    {"dddd", "%A"},
    {"EEEE", "%A"},
    {"Day", "%A"},
    {"ddd", "%a"},
    {"EEE", "%a"},
    {"Dy", "%a"},
    {"DDD", "%j"},
    {"DD", "%d"},
    {"dd", "%d"},
    {"HH", "%H"},
    {"hh", "%H"},
    {"SSSSSS", "%f"},
    {"SSS", "%f"},
    {"ffffff", "%f"},
    {"fff", "%f"},
    {"SS", "%S"},
    {"ss", "%S"},
    {"MS", "%f"},
    {"US", "%f"},
    {"tt", "%p"},
    {"AM", "%p"},
    {"PM", "%p"},
    {"am", "%p"},
    {"pm", "%p"},
    {"TZH:TZM", "%z"},
    {"X"
     "XX",
     "%z"},
    {"zzz", "%z"},
    {"'T'", "T"},
    {"T", "T"},
    {"Z", "%z"},
});

}  // namespace

std::optional<std::string> translated_time_format(std::string_view text) {
  if (text.contains('%')) return std::nullopt;
  std::string out;
  bool has_part = false;
  std::string_view before;
  while (!text.empty()) {
    const auto part = std::find_if(kParts.begin(), kParts.end(),
                                   [&](const Part& one) { return text.starts_with(one.written); });
    if (part == kParts.end()) {
      const char c = text.front();
      if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) return std::nullopt;
      out += c;
      text.remove_prefix(1);
      continue;
    }
    const bool is_minute = part->here == "%m" && (before == "%H" || before == "%I");
    before = is_minute ? "%M" : part->here;
    out += before;
    has_part |= before.starts_with('%');
    text.remove_prefix(part->written.size());
  }
  if (out.contains("%p")) {
    for (size_t at = 0; (at = out.find("%H", at)) != std::string::npos;) out[at + 1] = 'I';
  }
  return has_part ? std::optional(out) : std::nullopt;
}

std::string time_format_hint(std::string_view text) {
  const std::optional<std::string> here = translated_time_format(text);
  return here ? fmt::format("'{}' is written '{}' here", text, *here) : "write it as in '%d.%m.%Y'";
}

}  // namespace leat::expr
