// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The structure of CSV text: which delimiters and line feeds separate fields and records, and which
// stand inside quotes. One definition, used by the splitter, the decoder and their tests.
//
// The grammar is RFC 4180's, made total: a quote opens only at the beginning of a field; anywhere
// else in an unquoted field it is text (5" pipe). Inside quotes everything is text but the quote;
// two quotes stand for one. With an `escape` other than the quote, an escape inside quotes makes
// the next byte text. Text after a closing quote is wrong, and runs to the next delimiter or line
// feed. A line that begins with the comment byte (outside quotes) is no record. A delimiter of
// several bytes is found from the left: `a|||b` with `||` is `a` and `|b`.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "operators/text/block.h"

namespace leat::io {

/// The longest delimiter.
inline constexpr size_t kDelimiterBytesMax = 16;

/// How a CSV file is written. All bytes are ASCII and differ from each other, except that 0 means
/// "none".
struct CsvDialect {
  char delimiter = ',';
  char quote = '"';
  char escape = 0;  ///< 0: the quote itself.
  char comment = 0;
  /// The delimiter, if it has several bytes, none of which is one of the other characters or ends
  /// lines; then `delimiter` says nothing. Empty: it is that one byte.
  std::string long_delimiter = {};

  size_t delimiter_bytes() const { return long_delimiter.empty() ? 1 : long_delimiter.size(); }
  /// The delimiter as text.
  std::string delimiter_text() const {
    return long_delimiter.empty() ? std::string(1, delimiter) : long_delimiter;
  }

  bool operator==(const CsvDialect&) const = default;
};

/// Finds the structure of text in pieces of up to 64 bytes, from the beginning of a record on.
/// THREADS: one.
class CsvScanner {
 public:
  /// What was found in one piece; bit i belongs to byte i.
  struct Marks {
    uint64_t separators;  ///< Delimiters and line feeds that separate, outside quotes and comments;
                          ///< of a long delimiter the last byte.
    uint64_t record_ends;  ///< The line feeds among them, and those that end comments.
    uint64_t line_feeds;   ///< All line feeds, also those inside quotes.
    uint64_t after_quote;  ///< Bytes that follow a closing quote and are no separator: wrong, but
                           ///< for a carriage return at the record's end.
  };

  /// REQUIRES: the delimiter has at most kDelimiterBytesMax.
  explicit CsvScanner(const CsvDialect& dialect);

  /// Goes back to the beginning of a record.
  void restart() {
    inside_ = 0;
    can_open_ = 1;
    just_closed_ = 0;
    state_ = State::kLineBegin;
    matched_ = 0;
  }

  /// Scans the next piece: the bytes of `valid`, a run of low bits. Pieces other than the last have
  /// 64 bytes, unless the text grew after a shorter one, which then ends where the next begins.
  /// REQUIRES: 64 readable bytes at `bytes`.
  Marks scan(const uint8_t* bytes, uint64_t valid) {
    const Block block(bytes);
    return scan(bytes, block, valid);
  }
  Marks scan(const uint8_t* bytes, const Block& block, uint64_t valid) {
    if (bytewise_) [[unlikely]]
      return scan_bytes(bytes, valid);
    const uint64_t line_feeds = block.equal('\n') & valid;
    const uint64_t delimiters = block.equal(static_cast<uint8_t>(dialect_.delimiter)) & valid;
    const uint64_t quotes =
        dialect_.quote != 0 ? block.equal(static_cast<uint8_t>(dialect_.quote)) & valid : 0;
    if ((quotes | inside_ | just_closed_) != 0)
      return scan_quotes(delimiters, line_feeds, quotes, valid);
    const uint64_t separators = delimiters | line_feeds;
    can_open_ = separators >> last_bit(valid) & 1;
    return {separators, line_feeds, line_feeds, 0};
  }

  /// Does the text scanned so far end inside quotes?
  bool inside_quotes() const { return inside_ != 0; }

 private:
  enum class State : uint8_t {
    kLineBegin,
    kFieldBegin,
    kUnquoted,
    kQuoted,
    kEscaped,
    kClosed,
    kComment
  };

  static int last_bit(uint64_t valid) { return 63 - std::countl_zero(valid | 1); }
  Marks scan_quotes(uint64_t delimiters, uint64_t line_feeds, uint64_t quotes, uint64_t valid);
  Marks scan_bytes(const uint8_t* bytes, uint64_t valid);
  State step(State state, char byte);
  bool ends_delimiter(char byte);

  CsvDialect dialect_;
  bool bytewise_;             // comments, escapes and long delimiters take the slow way
  uint64_t inside_ = 0;       // all ones inside quotes
  uint64_t can_open_ = 1;     // would a quote as next byte open (or reopen) a quoted field?
  uint64_t just_closed_ = 0;  // was the last byte a closing quote?
  State state_ = State::kLineBegin;
  size_t matched_ = 0;  // bytes of the long delimiter that end the text so far
  // By a number of matched bytes less one: how many remain when the next one is another.
  std::array<uint8_t, kDelimiterBytesMax> fall_back_{};
};

}  // namespace leat::io
