// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Walks CSV text record by record and field by field. This is the slow and simple way, for headers,
// samples, error messages and rejects; the decoder has a fast one (csv_index.h), and tests compare
// the two.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "operators/csv/csv_scanner.h"

namespace leat::io {

/// One field as it stands in the text.
struct CsvField {
  std::string_view content;  ///< Without the quotes around it; escapes are still in it.
  bool quoted = false;
  bool has_escapes = false;
  bool closed = true;  ///< False when the closing quote is missing.
  size_t junk = 0;  ///< Where text after the closing quote begins in the field, 0 if there is none.
};

// What is said of faulty quotes, in headers and in rows.
inline constexpr std::string_view kOpenQuote = "the quote that opens here is never closed";
inline constexpr std::string_view kOpenQuoteHint =
    "correct the record; or set quote: '' if quotes are ordinary text in this file";
inline constexpr std::string_view kBehindQuote = "there is text after a closing quote";
inline constexpr std::string_view kBehindQuoteHint =
    "a quote inside a quoted field must be written twice";

/// Takes a field apart. REQUIRES: `text` runs from one separator to the next, without a carriage
/// return of the line break.
CsvField read_csv_field(std::string_view text, const CsvDialect& dialect);

/// Appends the content of a quoted field without its escapes to `out`; returns the end. REQUIRES:
/// room for content.size() bytes.
char* unescape_csv(std::string_view content, const CsvDialect& dialect, char* out);

/// The value of a field as text.
std::string csv_text(const CsvField& field, const CsvDialect& dialect);

/// THREADS: one. `text` begins at a record and has 64 readable bytes behind it.
class CsvWalker {
 public:
  CsvWalker(std::string_view text, const CsvDialect& dialect);

  /// Moves to the next record, comment or empty line; false at the end of the text.
  bool next();

  /// Where the record stands in the text; without its line break.
  size_t begin() const { return begin_; }
  size_t end() const { return end_; }
  std::string_view record() const { return text_.substr(begin_, end_ - begin_); }
  /// Where the next record begins.
  size_t next_begin() const { return next_; }
  /// Was there a line feed at the end of the record?
  bool terminated() const { return terminated_; }
  /// Does the record end inside quotes?
  bool unclosed() const { return unclosed_; }
  bool is_empty_line() const { return begin_ == end_; }
  bool is_comment() const {
    return dialect_.comment != 0 && begin_ < end_ && text_[begin_] == dialect_.comment;
  }
  /// The fields of the record: where each begins, from the text's beginning, and its text.
  struct Piece {
    size_t begin;
    std::string_view text;
  };
  std::vector<Piece> pieces() const;

 private:
  bool refill();

  std::string_view text_;
  CsvDialect dialect_;
  CsvScanner scanner_;
  size_t scanned_ = 0;      // bytes of text_ that scanner_ has seen
  size_t block_begin_ = 0;  // of the piece that marks_ describes
  CsvScanner::Marks marks_{};
  uint64_t separators_left_ = 0;
  size_t begin_ = 0;
  size_t end_ = 0;
  size_t next_ = 0;
  bool terminated_ = false;
  bool unclosed_ = false;
  std::vector<size_t> separators_;  // of the record, without its end
};

/// May `walker`'s line be a row of a file with `columns` columns? Comments are none, nor are empty
/// lines, except in files of one column, where an empty line is an empty field.
inline bool is_csv_row(const CsvWalker& walker, size_t columns) {
  return !walker.is_comment() && (columns == 1 || !walker.is_empty_line());
}

}  // namespace leat::io
