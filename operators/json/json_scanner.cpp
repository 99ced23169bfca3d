// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/json/json_scanner.h"

#include <cstring>

namespace leat::io {

namespace {

/// The value of four hexadecimal digits, or -1.
int32_t hex4(const char* at) {
  int32_t value = 0;
  for (int i = 0; i < 4; ++i) {
    const char c = at[i];
    int digit = -1;
    if (c >= '0' && c <= '9') digit = c - '0';
    if (c >= 'a' && c <= 'f') digit = c - 'a' + 10;
    if (c >= 'A' && c <= 'F') digit = c - 'A' + 10;
    if (digit < 0) return -1;
    value = value << 4 | digit;
  }
  return value;
}

bool is_high_surrogate(int32_t code) { return code >= 0xD800 && code < 0xDC00; }
bool is_low_surrogate(int32_t code) { return code >= 0xDC00 && code < 0xE000; }

char* put_utf8(uint32_t code, char* out) {
  const auto put = [&out](uint32_t byte) { *out++ = static_cast<char>(byte); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0 | code >> 6);
    put(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    put(0xE0 | code >> 12);
    put(0x80 | (code >> 6 & 0x3F));
    put(0x80 | (code & 0x3F));
  } else {
    put(0xF0 | code >> 18);
    put(0x80 | (code >> 12 & 0x3F));
    put(0x80 | (code >> 6 & 0x3F));
    put(0x80 | (code & 0x3F));
  }
  return out;
}

char simple_escape(char c) {
  switch (c) {
    case 'b': return '\b';
    case 'f': return '\f';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    default: return c;
  }
}

}  // namespace

const char* JsonScanner::string_slow(const char* at, bool& escaped) {
  for (;;) {
    const char c = peek(at);
    if (at >= end_ || c == '\n') return fault(at, "the string does not end");
    if (c == '"') return at;
    if (c == '\\') {
      escaped = true;
      at = escape(at);
      if (at == nullptr) return nullptr;
    } else if (static_cast<uint8_t>(c) < 0x20) {
      return fault(at, "a control character in a string must be escaped");
    } else {
      ++at;
    }
  }
}

// `at` is at the backslash.
const char* JsonScanner::escape(const char* at) {
  constexpr const char* kLone = "half of a surrogate pair stands alone";
  const char c = peek(at + 1);
  if (c != 'u') {
    const bool known = c != '\0' && std::strchr("\"\\/bfnrt", c) != nullptr;
    return known ? at + 2 : fault(at, "JSON has no such escape");
  }
  if (end_ - at < 6 || hex4(at + 2) < 0) return fault(at, "\\u needs four hexadecimal digits");
  const int32_t code = hex4(at + 2);
  if (is_low_surrogate(code)) return fault(at, kLone);
  if (!is_high_surrogate(code)) return at + 6;
  const bool paired =
      end_ - at >= 12 && at[6] == '\\' && at[7] == 'u' && is_low_surrogate(hex4(at + 8));
  return paired ? at + 12 : fault(at, kLone);
}

// `at` is at the letter.
const char* JsonScanner::exponent(const char* at, JsonNumber& number) {
  number.has_exponent = true;
  ++at;
  if (peek(at) == '+' || peek(at) == '-') ++at;
  JsonNumber ignored;
  return digits(at, ignored);
}

// A key, its colon, and the space round it.
const char* JsonScanner::key(const char* at) {
  if (peek(at) != '"') return fault(at, "here should be a field name in quotes");
  bool escaped = false;
  at = string(at + 1, escaped);
  if (at == nullptr) return nullptr;
  at = skip_space(at + 1);
  if (peek(at) != ':') return fault(at, "here should be a ':'");
  return skip_space(at + 1);
}

const char* JsonScanner::skip_number(const char* at) {
  JsonNumber ignored;
  return number(at, ignored);
}

// What is neither a string nor a number.
const char* JsonScanner::skip_other(const char* at) {
  switch (peek(at)) {
    case '{':
    case '[': return skip_nested(at);
    case 't': return literal(at, "true");
    case 'f': return literal(at, "false");
    case 'n': return literal(at, "null");
    default: return fault(at, "here should be a value");
  }
}

const char* JsonScanner::skip_nested(const char* at) {
  uint64_t outer[kJsonDepthMax / 64];  // one bit a level: is the value round it an object?
  size_t depth = 0;
  bool in_object = false;
  for (;;) {
    // At a value.
    const char c = peek(at);
    if (c == '{' || c == '[') {
      if (depth == kJsonDepthMax) return fault(at, "the value is nested too deep");
      uint64_t& word = outer[depth / 64];
      const uint64_t bit = uint64_t{1} << (depth % 64);
      word = (depth % 64 == 0 ? 0 : word & ~bit) | (in_object ? bit : 0);
      ++depth;
      in_object = c == '{';
      at = skip_space(at + 1);
      if (peek(at) != (in_object ? '}' : ']')) {
        if (in_object) at = key(at);
        if (at == nullptr) return nullptr;
        continue;
      }
    } else {
      at = skip_value(at);
      if (at == nullptr) return nullptr;
      at = skip_space(at);
    }
    // Behind a value: close what ends here, then go on.
    while (peek(at) == (in_object ? '}' : ']')) {
      ++at;
      if (--depth == 0) return at;
      in_object = (outer[depth / 64] >> (depth % 64) & 1) != 0;
      at = skip_space(at);
    }
    if (peek(at) != ',')
      return fault(at, in_object ? "here should be a ',' or '}'" : "here should be a ',' or ']'");
    at = skip_space(at + 1);
    if (in_object) at = key(at);
    if (at == nullptr) return nullptr;
  }
}

char* json_unescape(std::string_view raw, char* out) {
  const char* at = raw.data();
  const char* const end = at + raw.size();
  while (at < end) {
    const char* const backslash =
        static_cast<const char*>(std::memchr(at, '\\', static_cast<size_t>(end - at)));
    const char* const plain_end = backslash == nullptr ? end : backslash;
    std::memcpy(out, at, static_cast<size_t>(plain_end - at));
    out += plain_end - at;
    at = plain_end;
    if (at == end) break;
    if (at[1] != 'u') {
      *out++ = simple_escape(at[1]);
      at += 2;
      continue;
    }
    auto code = static_cast<uint32_t>(hex4(at + 2));
    at += 6;
    if (is_high_surrogate(static_cast<int32_t>(code))) {
      code = 0x10000 + ((code - 0xD800) << 10) + (static_cast<uint32_t>(hex4(at + 2)) - 0xDC00);
      at += 6;
    }
    out = put_utf8(code, out);
  }
  return out;
}

}  // namespace leat::io
