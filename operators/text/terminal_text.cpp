// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: a column called ESC ]0;... sets the title of a window, and ESC [2K hides the line above;
// U+009B begins the same sequences, and U+202E shows a name backwards.
//
// Invariants:
//  1. The result has no character for which acts_on_terminal holds, but line feeds and tabs.
//  2. A character stays one character, so that a caret below it stays in its place.
//
// Rejected: to show an escape in place of each character (messages have carets under them), and to
// drop the characters (two names that differ would look the same).
#include "operators/text/terminal_text.h"

#include <sys/ioctl.h>

#include <utf8proc.h>

#include "engine/mutant.h"

namespace leat::io {

bool acts_on_terminal(int32_t code_point) {
  if (code_point < 0x20 || (code_point >= 0x7F && code_point < 0xA0)) return true;
  const bool turns = (code_point >= 0x202A && code_point <= 0x202E) ||
                     (code_point >= 0x2066 && code_point <= 0x2069);
  return turns || code_point == 0x200E || code_point == 0x200F || code_point == 0x061C;
}

std::string terminal_text(std::string_view text) {
  if (LEAT_MUTANT("terminal_is_steered")) return std::string(text);
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    utf8proc_int32_t code_point = 0;
    const auto read = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                       static_cast<utf8proc_ssize_t>(text.size()), &code_point);
    const size_t length = read > 0 ? static_cast<size_t>(read) : 1;
    if (read <= 0) code_point = static_cast<uint8_t>(text.front());
    const bool stays = text.front() == '\n' || text.front() == '\t';
    if (acts_on_terminal(code_point) && !stays) {
      out.push_back('?');
    } else {
      out.append(text.substr(0, length));
    }
    text.remove_prefix(length);
  }
  return out;
}

size_t terminal_width(int descriptor) {
  winsize size{};
  return ::ioctl(descriptor, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

}  // namespace leat::io
