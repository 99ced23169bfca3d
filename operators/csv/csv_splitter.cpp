// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/csv/csv_splitter.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "engine/codes/data.h"
#include "engine/mutant.h"
#include "operators/csv/csv_walker.h"
#include "operators/csv/field_format.h"
#include "operators/text/utf8.h"

namespace leat::io {
namespace {

const uint8_t* bytes_of(std::string_view text) {
  return reinterpret_cast<const uint8_t*>(text.data());
}

/// A record with what the walker may read behind it, since it reads whole blocks.
class PaddedRecord {
 public:
  PaddedRecord(std::string_view record, const CsvDialect& dialect)
      : text_(record), length_(record.size()), dialect_(dialect) {
    text_.append(kBlockBytes, '\0');
  }
  /// Views of this object.
  std::vector<CsvWalker::Piece> pieces() const {
    CsvWalker walker(std::string_view(text_).substr(0, length_), dialect_);
    return walker.next() ? walker.pieces() : std::vector<CsvWalker::Piece>();
  }

 private:
  std::string text_;
  size_t length_;
  CsvDialect dialect_;
};

}  // namespace

std::vector<std::string> csv_header_names(std::string_view record, const CsvDialect& dialect,
                                          bool trim, std::vector<size_t>* nameless) {
  const PaddedRecord padded(record, dialect);
  std::vector<std::string> names;
  for (const CsvWalker::Piece& piece : padded.pieces()) {
    const CsvField field = read_csv_field(piece.text, dialect);
    std::string name = csv_text(field, dialect);
    if (trim && !field.quoted) name = std::string(trim_blanks(name));
    names.push_back(replace_invalid_utf8(name));
    if (!names.back().empty()) continue;
    if (nameless != nullptr) nameless->push_back(names.size() - 1);
    names.back() = fmt::format("column{}", names.size());
  }
  return names;
}

std::optional<CsvRecordFault> find_record_fault(std::string_view record, const CsvDialect& dialect,
                                                bool only_line_ends) {
  const PaddedRecord padded(record, dialect);
  for (const CsvWalker::Piece& piece : padded.pieces()) {
    const CsvField field = read_csv_field(piece.text, dialect);
    const size_t plain = field.quoted ? field.junk : 0;  // where text without quotes begins
    const size_t cr =
        field.quoted && plain == 0 ? std::string_view::npos : piece.text.find('\r', plain);
    if (cr != std::string_view::npos) {
      return CsvRecordFault{code::kBadRecord, piece.begin + cr,
                            "a line ends with a carriage return and no line feed",
                            "convert the line ends: tr '\\r' '\\n'; or put the text in quotes"};
    }
    if (only_line_ends || LEAT_MUTANT("csv_header_unchecked")) continue;
    if (field.quoted && !field.closed)
      return CsvRecordFault{code::kBadRecord, piece.begin, std::string(kOpenQuote),
                            std::string(kOpenQuoteHint)};
    if (field.junk > 0) {
      return CsvRecordFault{code::kBadRecord, piece.begin + field.junk, std::string(kBehindQuote),
                            std::string(kBehindQuoteHint)};
    }
  }
  return std::nullopt;
}

std::string describe_header_difference(const CsvPreamble& expected,
                                       const std::vector<std::string>& names,
                                       const std::string& file) {
  if (names == expected.names) return {};
  if (names.size() != expected.names.size()) {
    return fmt::format("the header of '{}' has {} columns, that of '{}' has {}", file, names.size(),
                       expected.names_from, expected.names.size());
  }
  size_t i = 0;
  while (names[i] == expected.names[i]) ++i;
  return fmt::format("column {} is called '{}' in '{}' and '{}' in '{}'", i + 1, names[i], file,
                     expected.names[i], expected.names_from);
}

TextPlace place_in(const std::string& file, std::string_view text, size_t position) {
  const size_t newline = text.substr(0, position).rfind('\n');
  return {file, 1 + count_newlines(bytes_of(text), bytes_of(text) + position),
          1 + position - (newline == std::string_view::npos ? 0 : newline + 1)};
}

char named_delimiter(std::string_view line) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  // Some write it in quotes.
  if (line.size() == 7 && line.starts_with('"') && line.ends_with('"')) line = line.substr(1, 5);
  if (line.size() != 5 || !line.starts_with("sep=")) return 0;
  const char delimiter = line.back();
  return delimiter == '"' || static_cast<uint8_t>(delimiter) >= 0x80 ? '\0' : delimiter;
}

std::optional<CsvHeaderPlace> find_csv_header(std::string_view text, const CsvPreamble& preamble,
                                              const CsvDialect& dialect, bool complete) {
  size_t position = 0;
  for (uint64_t line = 0; line < preamble.skip_lines; ++line) {
    const size_t newline = text.find('\n', position);
    if (newline == std::string_view::npos) {
      if (!complete) return std::nullopt;
      position = text.size();
      break;
    }
    position = newline + 1;
  }
  if (preamble.may_name_delimiter) {
    const size_t newline = text.find('\n', position);
    if (newline == std::string_view::npos && !complete) return std::nullopt;
    const size_t end = std::min(newline, text.size());
    if (named_delimiter(text.substr(position, end - position)) == dialect.delimiter)
      position = std::min(end + 1, text.size());
  }
  CsvHeaderPlace place{position, position, position};
  if (!preamble.header) return place;
  CsvWalker walker(text.substr(position), dialect);
  while (walker.next()) {
    if (!walker.terminated() && !complete) return std::nullopt;
    place = {position + walker.begin(), position + walker.end(), position + walker.next_begin()};
    if (!walker.is_comment() && !walker.is_empty_line()) return place;
  }
  if (!complete) return std::nullopt;
  place.begin = place.end = place.next;
  return place;
}

Result<std::optional<BoundaryFinder::Boundary>> CsvFinder::preamble(const Input& input,
                                                                    std::string_view text,
                                                                    bool complete) {
  if (!preamble_.headers.empty()) columns_ = preamble_.headers.at(input.index).columns;
  const auto place = find_csv_header(text, preamble_, dialect_, complete);
  if (!place) return std::nullopt;
  const uint64_t line = 1 + count_newlines(bytes_of(text), bytes_of(text) + place->begin);
  if (place->end > place->begin) {
    const std::string_view header = text.substr(place->begin, place->end - place->begin);
    if (auto fault = find_record_fault(header, dialect_, false)) {
      Error error(fault->number, ErrorCode::kData, std::move(fault->message),
                  std::move(fault->hint));
      error.data = place_in(input.name, text, place->begin + fault->position);
      return std::unexpected(std::move(error));
    }
    const auto names = csv_header_names(header, dialect_, preamble_.trim_names);
    if (std::string differs = difference(input, names); !differs.empty()) {
      Error error(code::kHeader, ErrorCode::kData, std::move(differs),
                  std::string(kDifferentHeadersHint));
      error.data = TextPlace{input.name, line, 1};
      return std::unexpected(std::move(error));
    }
  }
  return Boundary{place->next, count_newlines(bytes_of(text), bytes_of(text) + place->next)};
}

std::string CsvFinder::difference(const Input& input, const std::vector<std::string>& names) const {
  if (preamble_.headers.empty()) return describe_header_difference(preamble_, names, input.name);
  if (names == preamble_.headers[input.index].names) return {};
  return fmt::format("the header of '{}' is another than when the run began", input.name);
}

BoundaryFinder::Boundary CsvFinder::find(std::string_view text, size_t scanned) {
  if (dialect_.quote == 0 || LEAT_MUTANT("split_inside_quotes"))
    return lines_only_.find(text, scanned);
  if (scanned == 0) {
    scanner_.restart();
    lines_ = 0;
  }
  Boundary boundary;
  const uint8_t* const bytes = bytes_of(text);
  for (size_t position = scanned; position < text.size(); position += kBlockBytes) {
    const uint64_t valid = low_bits(std::min(kBlockBytes, text.size() - position));
    const CsvScanner::Marks marks = scanner_.scan(bytes + position, valid);
    if (marks.record_ends != 0) {
      const int last = 63 - std::countl_zero(marks.record_ends);
      boundary.end = position + static_cast<size_t>(last) + 1;
      boundary.lines =
          lines_ + static_cast<uint64_t>(std::popcount(marks.line_feeds << (63 - last)));
    }
    lines_ += static_cast<uint64_t>(std::popcount(marks.line_feeds));
  }
  return boundary;
}

uint64_t CsvFinder::count_rows(std::string_view text) const {
  CsvScanner scanner(dialect_);
  uint64_t rows = 0;
  size_t begin = 0;
  const auto count = [&](size_t end, bool terminated) {
    if (terminated && end > begin && text[end - 1] == '\r') --end;
    const bool comment = dialect_.comment != 0 && end > begin && text[begin] == dialect_.comment;
    rows += !comment && (end > begin || columns_ == 1);
  };
  for (size_t block = 0; block < text.size(); block += kBlockBytes) {
    const uint64_t valid = low_bits(std::min(kBlockBytes, text.size() - block));
    uint64_t ends = scanner.scan(bytes_of(text) + block, valid).record_ends;
    for (; ends != 0; ends &= ends - 1) {
      const size_t end = block + static_cast<size_t>(std::countr_zero(ends));
      count(end, true);
      begin = end + 1;
    }
  }
  if (begin < text.size()) count(text.size(), false);
  return rows;
}

Error CsvFinder::too_long(const Input& input, std::string_view text, uint64_t line,
                          const std::string& limit) const {
  CsvWalker walker(text, dialect_);
  if (!walker.next() || !walker.unclosed())
    return BoundaryFinder::too_long(input, text, line, limit);
  const size_t quote = walker.pieces().back().begin;
  Error error(code::kBadRecord, ErrorCode::kData,
              fmt::format("the quote that opens here is not closed within {}", limit),
              "correct the record; or set quote: '' if quotes are ordinary text in this file; or "
              "raise 'max_record'");
  error.data = place_in(input.name, text, quote);
  error.data->line += line - 1;
  return error;
}

}  // namespace leat::io
