// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/text/utf8.h"

#include <algorithm>
#include <cstdint>

namespace leat::io {
namespace {

/// The length of the valid sequence at the front of `text`, 0 if there is none. REQUIRES: text is
/// not empty.
size_t sequence_length(std::string_view text) {
  const auto byte = [&](size_t i) {
    return i < text.size() ? static_cast<uint8_t>(text[i]) : uint8_t{0};
  };
  const auto continues = [&](size_t i) { return (byte(i) & 0xC0) == 0x80; };
  const uint8_t first = byte(0);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return continues(1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    const bool overlong = first == 0xE0 && byte(1) < 0xA0;
    const bool surrogate = first == 0xED && byte(1) >= 0xA0;
    return !overlong && !surrogate && continues(1) && continues(2) ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    const bool overlong = first == 0xF0 && byte(1) < 0x90;
    const bool too_large = first == 0xF4 && byte(1) >= 0x90;
    return !overlong && !too_large && continues(1) && continues(2) && continues(3) ? 4 : 0;
  }
  return 0;
}

}  // namespace

size_t first_invalid_utf8(std::string_view text) {
  size_t position = 0;
  while (position < text.size()) {
    const size_t length = sequence_length(text.substr(position));
    if (length == 0) return position;
    position += length;
  }
  return position;
}

std::string replace_invalid_utf8(std::string_view text) {
  std::string valid;
  while (!text.empty()) {
    const size_t good = first_invalid_utf8(text);
    valid += text.substr(0, good);
    if (good < text.size()) valid += "\uFFFD";
    text.remove_prefix(std::min(good + 1, text.size()));
  }
  return valid;
}

}  // namespace leat::io
