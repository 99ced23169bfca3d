// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "cli/color.h"

#include <unistd.h>

#include <cstdlib>

#include <fmt/format.h>

namespace leat::cli {
namespace {

constexpr std::string_view kError = "\x1b[1;31m";
constexpr std::string_view kMark = "\x1b[1;32m";
constexpr std::string_view kHint = "\x1b[36m";
constexpr std::string_view kPlain = "\x1b[0m";

/// `    ^~~~~`
bool is_mark(std::string_view line) {
  return line.contains('^') && line.find_first_not_of(" \t^~") == std::string_view::npos;
}

std::string colored_line(std::string_view line) {
  if (is_mark(line)) return fmt::format("{}{}{}", kMark, line, kPlain);
  constexpr std::string_view kHintWord = "  hint: ";
  if (line.starts_with(kHintWord))
    return fmt::format("  {}hint:{} {}", kHint, kPlain, line.substr(kHintWord.size()));
  constexpr std::string_view kErrorWord = "error: ";
  const size_t at = line.find(kErrorWord);
  const bool is_head =
      at == 0 || (at != std::string_view::npos && line.substr(0, at).ends_with(": "));
  if (!is_head || line.starts_with(' ')) return std::string(line);
  return fmt::format("{}{}error:{} {}", line.substr(0, at), kError, kPlain,
                     line.substr(at + kErrorWord.size()));
}

}  // namespace

bool wants_color(std::string_view when, int descriptor) {
  if (when != "auto") return when == "always";
  // https://no-color.org: set and not empty.
  const char* const no_color = std::getenv("NO_COLOR");
  if (no_color != nullptr && *no_color != '\0') return false;
  const char* const terminal = std::getenv("TERM");
  if (terminal == nullptr || std::string_view(terminal) == "dumb") return false;
  return isatty(descriptor) == 1;
}

std::string colored(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    out += colored_line(text.substr(0, end));
    if (end < text.size()) out += '\n';
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

}  // namespace leat::cli
