// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/text/unicode.h"

#include <cstring>

#include <utf8proc.h>

#include "operators/text/ascii.h"

namespace leat::expr {
namespace {

constexpr uint64_t kHighBits = 0x8080808080808080;

uint64_t load8(const char* text) {
  uint64_t word = 0;
  std::memcpy(&word, text, 8);
  return word;
}

char ascii_upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; }

/// utf8proc gives the capital sharp s, which is not what texts use.
utf8proc_int32_t unicode_upper(utf8proc_int32_t character) {
  return character == 0xDF ? character : utf8proc_toupper(character);
}

template <char (*kAscii)(char), utf8proc_int32_t (*kUnicode)(utf8proc_int32_t)>
void append_mapped(std::string& out, std::string_view text) {
  size_t byte = 0;
  while (byte < text.size()) {
    if (static_cast<unsigned char>(text[byte]) < 0x80) {
      out += kAscii(text[byte++]);
    } else {
      append_character(out, static_cast<uint32_t>(kUnicode(
                                static_cast<utf8proc_int32_t>(take_character(text, byte)))));
    }
  }
}

bool is_alphanumeric(uint32_t character) {
  const auto category = utf8proc_category(static_cast<utf8proc_int32_t>(character));
  return (category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO) ||
         category == UTF8PROC_CATEGORY_ND;
}

}  // namespace

bool is_ascii(std::string_view text) {
  size_t i = 0;
  for (; i + 8 <= text.size(); i += 8) {
    if ((load8(text.data() + i) & kHighBits) != 0) return false;
  }
  for (; i < text.size(); ++i) {
    if (static_cast<unsigned char>(text[i]) >= 0x80) return false;
  }
  return true;
}

size_t count_characters(std::string_view text) {
  size_t continuations = 0;
  size_t i = 0;
  for (; i + 8 <= text.size(); i += 8) {
    const uint64_t word = load8(text.data() + i);
    // Continuation bytes are 10xxxxxx: bit 7 set and bit 6 clear.
    continuations += static_cast<size_t>(__builtin_popcountll(word & ~(word << 1) & kHighBits));
  }
  for (; i < text.size(); ++i) continuations += is_continuation(text[i]);
  return text.size() - continuations;
}

size_t byte_of_character(std::string_view text, size_t index) {
  size_t byte = 0;
  for (; index > 0 && byte < text.size(); --index) byte = next_character(text, byte);
  return byte;
}

uint32_t take_character(std::string_view text, size_t& byte) {
  utf8proc_int32_t character = 0;
  const auto taken =
      utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data() + byte),
                       static_cast<utf8proc_ssize_t>(text.size() - byte), &character);
  if (taken <= 0) {
    ++byte;
    return 0xFFFD;
  }
  byte += static_cast<size_t>(taken);
  return static_cast<uint32_t>(character);
}

void append_character(std::string& out, uint32_t character) {
  utf8proc_uint8_t bytes[4];
  const auto count = utf8proc_encode_char(static_cast<utf8proc_int32_t>(character), bytes);
  out.append(reinterpret_cast<const char*>(bytes), static_cast<size_t>(count));
}

void append_lower(std::string& out, std::string_view text) {
  append_mapped<ascii_lower, utf8proc_tolower>(out, text);
}

void append_upper(std::string& out, std::string_view text) {
  append_mapped<ascii_upper, unicode_upper>(out, text);
}

void append_initcap(std::string& out, std::string_view text) {
  bool in_word = false;
  for (size_t byte = 0; byte < text.size();) {
    const auto character = static_cast<utf8proc_int32_t>(take_character(text, byte));
    const auto mapped = in_word ? utf8proc_tolower(character) : unicode_upper(character);
    append_character(out, static_cast<uint32_t>(mapped));
    in_word = is_alphanumeric(static_cast<uint32_t>(character));
  }
}

}  // namespace leat::expr
