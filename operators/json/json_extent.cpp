// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: one goroutine divides a document among lanes, so it must be several times as fast as
// they are. Blocks of 64 bytes are turned into bitmaps of quotes, backslashes, opening and closing
// signs; what stands in strings is masked out; depth is counted a block at a time, and byte by byte
// only where a block may hold the end.
//
// Invariants: what is found depends on the bytes alone, not on how the text came; brackets and
// braces are not told apart, which the lanes do when they check the grammar.
//
// Not chosen: speculative splitting in the lanes (guess a state, repair): a wrong guess costs more
// than this pass, and an error would be found in an order that depends on timing.
#include "operators/json/json_extent.h"

#include <algorithm>
#include <bit>

#include "engine/mutant.h"
#include "operators/text/block.h"

namespace leat::io {
namespace {

constexpr std::string_view kDelimiters = ",:[]{}\" \t\r\n";

/// Which bytes an odd number of backslashes precedes. `carry` is 1 if the first byte is escaped,
/// and becomes that of the next block.
uint64_t escaped_bytes(uint64_t backslashes, uint64_t& carry) {
  if ((backslashes | carry) == 0) return 0;
  if (LEAT_MUTANT("escaped_quotes_end_strings")) return carry = 0;
  uint64_t escaped = carry;
  carry = 0;
  backslashes &= ~escaped;
  while (backslashes != 0) {
    const int at = std::countr_zero(backslashes);
    if (at == 63) {
      carry = 1;
      break;
    }
    const uint64_t next = uint64_t{2} << at;
    escaped |= next;
    backslashes &= ~(next | (next >> 1));
  }
  return escaped;
}

}  // namespace

size_t JsonExtent::find_end(std::string_view text, bool complete) {
  if (begin_ >= text.size()) return std::string_view::npos;
  switch (text[begin_]) {
    case '{':
    case '[': return find_closing(text);
    case '"': return find_quote(text);
    default: return find_delimiter(text, complete);
  }
}

size_t JsonExtent::find_closing(std::string_view text) {
  for (;;) {
    const size_t length = std::min(kBlockBytes, text.size() - scanned_);
    if (length == 0) return std::string_view::npos;
    const Block block(reinterpret_cast<const uint8_t*>(text.data()) + scanned_);
    const uint64_t here = low_bits(length);
    uint64_t carry = escaped_;
    const uint64_t escaped = escaped_bytes(block.equal('\\') & here, carry);
    const uint64_t strings = prefix_xor(block.equal('"') & here & ~escaped) ^ in_string_;
    const uint64_t outside = here & ~strings;
    const uint64_t opening = (block.equal('{') | block.equal('[')) & outside;
    uint64_t closing = (block.equal('}') | block.equal(']')) & outside;
    const int64_t closed = std::popcount(closing);
    if (depth_ <= closed) {
      for (int64_t n = 1; closing != 0; closing &= closing - 1, ++n) {
        const uint64_t before = (closing & (~closing + 1)) - 1;
        if (depth_ + std::popcount(opening & before) == n)
          return scanned_ + static_cast<size_t>(std::countr_zero(closing)) + 1;
      }
    }
    if (length < kBlockBytes) return std::string_view::npos;
    depth_ += std::popcount(opening) - closed;
    in_string_ = (strings >> 63) != 0 ? ~uint64_t{0} : 0;
    escaped_ = carry;
    scanned_ += kBlockBytes;
  }
}

size_t JsonExtent::find_quote(std::string_view text) {
  scanned_ = std::max(scanned_, begin_ + 1);
  while (scanned_ < text.size()) {
    if (text[scanned_] == '"') return scanned_ + 1;
    if (text[scanned_] == '\\') {
      if (scanned_ + 1 == text.size()) break;
      ++scanned_;
    }
    ++scanned_;
  }
  return std::string_view::npos;
}

size_t JsonExtent::find_delimiter(std::string_view text, bool complete) {
  const size_t end = text.find_first_of(kDelimiters, std::max(scanned_, begin_ + 1));
  if (end != std::string_view::npos) return end;
  scanned_ = text.size();
  return complete ? text.size() : std::string_view::npos;
}

}  // namespace leat::io
