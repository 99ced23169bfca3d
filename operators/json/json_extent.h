// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// How far a JSON value reaches, told without looking at its grammar: for those who only divide
// text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace leat::io {

/// Finds the end of one value in a growing text. Of what is no JSON it finds some end, the same
/// however the text grows. THREADS: one.
class JsonExtent {
 public:
  JsonExtent() = default;
  /// Of the value whose first byte is at `begin`.
  explicit JsonExtent(size_t begin) : begin_(begin), scanned_(begin) {}

  /// The position behind the value, or npos when more of `text` is needed. A value that is neither
  /// a list, nor an object, nor a string ends before white space, a bracket, a brace, a comma, a
  /// quote, a colon, or with the text if `complete`. REQUIRES: `text` begins with the text of the
  /// call before; 64 bytes behind it are readable.
  size_t find_end(std::string_view text, bool complete);

 private:
  size_t find_closing(std::string_view text);
  size_t find_quote(std::string_view text);
  size_t find_delimiter(std::string_view text, bool complete);

  size_t begin_ = 0;
  size_t scanned_ = 0;  // in whole blocks
  int64_t depth_ = 0;
  uint64_t in_string_ = 0;  // all bits: the block at scanned_ begins inside of a string
  uint64_t escaped_ = 0;    // 1: its first byte is escaped
};

}  // namespace leat::io
