// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Messages without the codes at the ends of their first lines, for tests of words and places. Codes
// are what behaviour cases and the pages of docs/errors look at.
#pragma once

#include <cctype>
#include <string>
#include <string_view>

namespace leat::test {

/// `text` without each ` [E0123]` that ends a line.
inline std::string without_codes(std::string_view text) {
  constexpr std::string_view kSample = " [E0123]";
  std::string out;
  while (!text.empty()) {
    const bool is_code = text.starts_with(" [E") && text.size() >= kSample.size() &&
                         text[kSample.size() - 1] == ']' &&
                         (text.size() == kSample.size() || text[kSample.size()] == '\n') &&
                         std::isdigit(static_cast<unsigned char>(text[3])) != 0;
    if (!is_code) out += text.front();
    text.remove_prefix(is_code ? kSample.size() : 1);
  }
  return out;
}

}  // namespace leat::test
