// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Characters of UTF-8 text. Texts are valid UTF-8; on text that is not, functions still end and
// stay within it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace leat::expr {

inline bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

/// Are all bytes below 128?
bool is_ascii(std::string_view text);
/// Characters (code points) in `text`.
size_t count_characters(std::string_view text);
/// The byte where character `index` (from 0) begins; text.size() when there are fewer.
size_t byte_of_character(std::string_view text, size_t index);
/// The byte where the character after the one at `byte` begins. REQUIRES: byte < text.size().
inline size_t next_character(std::string_view text, size_t byte) {
  for (++byte; byte < text.size() && is_continuation(text[byte]); ++byte) {
  }
  return byte;
}

/// The character at `byte`, which moves on to the next one. REQUIRES: byte < text.size().
uint32_t take_character(std::string_view text, size_t& byte);
void append_character(std::string& out, uint32_t character);

/// Each character in lower (upper) case, one for one, as PostgreSQL does; appended to `out`.
void append_lower(std::string& out, std::string_view text);
void append_upper(std::string& out, std::string_view text);
/// The first letter of each word in upper case, the others in lower.
void append_initcap(std::string& out, std::string_view text);

}  // namespace leat::expr
