// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/csv/csv_scanner.h"

#include "engine/check.h"
#include "engine/mutant.h"

namespace leat::io {

CsvScanner::CsvScanner(const CsvDialect& dialect)
    : dialect_(dialect),
      bytewise_(dialect.escape != 0 || dialect.comment != 0 || !dialect.long_delimiter.empty()) {
  const std::string& text = dialect_.long_delimiter;
  LEAT_CHECK(text.size() <= kDelimiterBytesMax, "options say so");
  for (size_t i = 1, kept = 0; i < text.size(); ++i) {
    while (kept > 0 && text[kept] != text[i]) kept = fall_back_[kept - 1];
    kept += text[kept] == text[i];
    fall_back_[i] = static_cast<uint8_t>(kept);
  }
}

/// Knuth, Morris and Pratt's search, so that a piece may end inside a delimiter.
bool CsvScanner::ends_delimiter(char byte) {
  const std::string& text = dialect_.long_delimiter;
  if (text.empty()) return byte == dialect_.delimiter;
  while (matched_ > 0 && text[matched_] != byte)
    matched_ = LEAT_MUTANT("delimiters_begin_anew") ? 0 : fall_back_[matched_ - 1];
  matched_ += text[matched_] == byte;
  if (matched_ < text.size()) return false;
  matched_ = 0;
  return true;
}

/// Being inside quotes is the parity of the quotes so far, as long as every quote that opens stands
/// where one may: behind a separator, or behind a closing quote (then the two are an escaped
/// quote). A quote that opens elsewhere is text: it is taken out, lowest first, as the parity of
/// what follows depends on it, and the parity is computed again. That is rare, so the loop runs
/// once.
CsvScanner::Marks CsvScanner::scan_quotes(uint64_t delimiters, uint64_t line_feeds, uint64_t quotes,
                                          uint64_t valid) {
  uint64_t inside = 0;
  uint64_t opening = 0;
  uint64_t closing = 0;
  uint64_t separators = 0;
  for (;;) {
    inside = prefix_xor(quotes) ^ inside_;  // of the state behind each byte
    opening = quotes & inside;
    closing = quotes & ~inside;
    separators = (delimiters | line_feeds) & ~inside;
    const uint64_t misplaced = opening & ~((separators | closing) << 1 | can_open_);
    if (misplaced == 0) break;
    quotes &= ~(misplaced & -misplaced);
  }
  const uint64_t after_quote = (closing << 1 | just_closed_) & ~(separators | opening) & valid;
  const int last = last_bit(valid);
  inside_ = 0 - (inside >> last & 1);
  can_open_ = (separators | closing) >> last & 1;
  just_closed_ = closing >> last & 1;
  return {separators, line_feeds & ~inside, line_feeds, after_quote};
}

CsvScanner::State CsvScanner::step(State state, char byte) {
  switch (state) {
    case State::kEscaped: return State::kQuoted;
    case State::kQuoted:
      if (dialect_.escape != 0 && byte == dialect_.escape) return State::kEscaped;
      return byte == dialect_.quote ? State::kClosed : State::kQuoted;
    case State::kComment: return byte == '\n' ? State::kLineBegin : State::kComment;
    case State::kLineBegin:
      if (dialect_.comment != 0 && byte == dialect_.comment) return State::kComment;
      break;
    case State::kClosed:
      if (dialect_.escape == 0 && byte == dialect_.quote) return State::kQuoted;
      break;
    case State::kFieldBegin:
    case State::kUnquoted: break;
  }
  if (byte == '\n') {
    matched_ = 0;
    return State::kLineBegin;
  }
  if (ends_delimiter(byte)) return State::kFieldBegin;
  const bool opens = state == State::kLineBegin || state == State::kFieldBegin;
  return opens && dialect_.quote != 0 && byte == dialect_.quote ? State::kQuoted : State::kUnquoted;
}

CsvScanner::Marks CsvScanner::scan_bytes(const uint8_t* bytes, uint64_t valid) {
  Marks marks{};
  for (uint64_t bit = 1; (valid & bit) != 0; bit <<= 1, ++bytes) {
    const State before = state_;
    state_ = step(before, static_cast<char>(*bytes));
    if (*bytes == '\n') marks.line_feeds |= bit;
    if (state_ == State::kLineBegin) marks.record_ends |= bit;
    if (state_ == State::kLineBegin || state_ == State::kFieldBegin) marks.separators |= bit;
    if (before == State::kClosed && state_ == State::kUnquoted) marks.after_quote |= bit;
  }
  inside_ = state_ == State::kQuoted || state_ == State::kEscaped ? ~uint64_t{0} : 0;
  return marks;
}

}  // namespace leat::io
