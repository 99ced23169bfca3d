// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Letters and digits of ASCII, whatever the locale.
#pragma once

#include <string>
#include <string_view>

namespace leat {

constexpr bool is_digit(char c) { return static_cast<unsigned char>(c - '0') <= 9; }
constexpr bool is_blank(char c) { return c == ' ' || c == '\t'; }
constexpr bool is_name_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_';
}
constexpr char ascii_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
constexpr char ascii_upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; }

inline constexpr std::string_view kBlanks = " \t\r\n";

/// `text` without the blanks around it.
constexpr std::string_view trimmed(std::string_view text) {
  const size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

/// `text` with its ASCII letters in lower case.
inline std::string ascii_lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = ascii_lower(c);
  return lower;
}

}  // namespace leat
