// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// A CSV parser as simple as can be, byte by byte, to compare the fast ones with; and random CSV
// text.
#pragma once

#include <algorithm>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "operators/csv/csv_scanner.h"

namespace leat::test {

struct ReferenceField {
  std::string value;
  bool quoted = false;
};

struct ReferenceRecord {
  size_t begin = 0;
  uint64_t line = 1;
  std::vector<ReferenceField> fields;
  bool junk = false;  // text after a closing quote
  bool unclosed = false;
  bool empty_line = false;
};

class ReferenceParser {
 public:
  ReferenceParser(std::string_view text, const io::CsvDialect& dialect)
      : text_(text), dialect_(dialect) {}

  /// All records but comments.
  std::vector<ReferenceRecord> parse() {
    std::vector<ReferenceRecord> records;
    while (position_ < text_.size()) {
      if (dialect_.comment != 0 && here() == dialect_.comment) {
        while (position_ < text_.size() && here() != '\n') ++position_;
        take_newline();
        continue;
      }
      records.push_back(record());
    }
    return records;
  }

 private:
  char here() const { return text_[position_]; }
  bool at_end() const { return position_ == text_.size(); }
  void take_newline() {
    if (at_end()) return;
    ++line_;
    ++position_;
  }
  /// At the end of a field: a delimiter, a line feed, a carriage return before one, or the end of
  /// the text.
  bool at_delimiter() const {
    return text_.substr(position_).starts_with(dialect_.delimiter_text());
  }
  bool at_field_end() const {
    if (at_end() || at_delimiter() || here() == '\n') return true;
    return here() == '\r' && position_ + 1 < text_.size() && text_[position_ + 1] == '\n';
  }

  ReferenceRecord record() {
    ReferenceRecord record;
    record.begin = position_;
    record.line = line_;
    for (;;) {
      record.fields.push_back(field(record));
      if (at_end() || !at_delimiter()) break;
      position_ += dialect_.delimiter_bytes();
    }
    record.empty_line =
        record.fields.size() == 1 && record.fields[0].value.empty() && !record.fields[0].quoted;
    if (!at_end() && here() == '\r') ++position_;
    take_newline();
    return record;
  }

  ReferenceField field(ReferenceRecord& record) {
    ReferenceField field;
    if (at_end() || dialect_.quote == 0 || here() != dialect_.quote) {
      while (!at_field_end()) field.value += text_[position_++];
      return field;
    }
    field.quoted = true;
    ++position_;
    for (;;) {
      if (at_end()) {
        record.unclosed = true;
        return field;
      }
      const char byte = text_[position_++];
      const bool doubled =
          dialect_.escape == 0 && byte == dialect_.quote && !at_end() && here() == dialect_.quote;
      const bool escaped = dialect_.escape != 0 && byte == dialect_.escape;
      if (escaped && at_end()) continue;
      if (doubled || escaped) {
        line_ += here() == '\n';
        field.value += text_[position_++];
        continue;
      }
      if (byte == dialect_.quote) break;
      line_ += byte == '\n';
      field.value += byte;
    }
    while (!at_field_end()) {
      record.junk = true;
      ++position_;
    }
    return field;
  }

  std::string_view text_;
  io::CsvDialect dialect_;
  size_t position_ = 0;
  uint64_t line_ = 1;
};

/// Text of pieces that matter to CSV, well-formed or not.
inline std::string random_csv_soup(std::mt19937_64& random, const io::CsvDialect& dialect,
                                   size_t pieces) {
  std::string text;
  for (size_t i = 0; i < pieces; ++i) {
    switch (random() % 16) {
      case 0:
      case 1:
      case 2:
        text += dialect.delimiter_text().substr(0, 1 + random() % dialect.delimiter_bytes());
        break;
      case 3:
      case 4: text += dialect.quote != 0 ? dialect.quote : '"'; break;
      case 5:
      case 6: text += '\n'; break;
      case 7: text += "\r\n"; break;
      case 8: text += "\"\""; break;
      case 9: text += dialect.escape != 0 ? dialect.escape : 'e'; break;
      case 10: text += dialect.comment != 0 ? dialect.comment : 'c'; break;
      case 11: text += "\xC3\xA9"; break;
      case 12: text += std::string(random() % 90, 'x'); break;
      case 13: text += " "; break;
      case 14: text += random() % 8 == 0 ? "\r" : "ab"; break;
      default: text += static_cast<char>('a' + random() % 26); break;
    }
  }
  // Where there is no line feed, carriage returns are line ends: line_ends.h.
  if (!text.contains('\n')) std::replace(text.begin(), text.end(), '\r', '\n');
  return text;
}

/// One field, in quotes if it must be, or now and then anyway.
inline std::string random_csv_field(std::mt19937_64& random, const io::CsvDialect& dialect,
                                    std::string& value) {
  static constexpr std::string_view kAlphabet = "abc012 ,;\n\"'\t";
  value.clear();
  for (size_t i = random() % (random() % 10 == 0 ? 200 : 8); i > 0; --i) {
    value += random() % 20 == 0 ? std::string("\xE2\x82\xAC")
                                : std::string(1, kAlphabet[random() % kAlphabet.size()]);
  }
  const bool needed = value.find_first_of("\n\r\"") != std::string::npos ||
                      value.find(dialect.delimiter) != std::string::npos;
  if (!needed && random() % 4 != 0) return value;
  std::string text = "\"";
  for (const char c : value) text += c == '"' ? std::string("\"\"") : std::string(1, c);
  return text + '"';
}

}  // namespace leat::test
