// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/csv/csv_sample.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "engine/codes/data.h"
#include "operators/csv/csv_walker.h"
#include "operators/input/text_beginning.h"
#include "operators/text/utf8.h"

namespace leat::io {
namespace {

/// Shows the fields of all whole records to `columns`.
void sample_rows(std::string_view text, bool complete, const CsvReading& reading,
                 std::vector<TypeSniffer>& columns) {
  for (CsvWalker walker(text, reading.dialect); walker.next();) {
    if (!walker.terminated() && !complete) break;
    if (!is_csv_row(walker, columns.size())) continue;
    const auto pieces = walker.pieces();
    if (pieces.size() != columns.size()) continue;
    for (size_t i = 0; i < pieces.size(); ++i)
      sample_csv_field(pieces[i].text, reading, columns[i]);
  }
}

/// How many records `text` has, at most `wanted`, and how many fields the first.
std::pair<size_t, size_t> count_rows(std::string_view text, bool complete,
                                     const CsvDialect& dialect, size_t wanted) {
  size_t rows = 0;
  size_t fields = 0;
  for (CsvWalker walker(text, dialect); rows < wanted && walker.next();) {
    if (!walker.terminated() && !complete) break;
    if (walker.is_comment() || walker.is_empty_line()) continue;
    if (rows++ == 0) fields = walker.pieces().size();
  }
  return {rows, fields};
}

/// The text of the first `rows` records of `text`.
std::string_view first_rows(std::string_view text, const CsvDialect& dialect, size_t rows) {
  CsvWalker walker(text, dialect);
  size_t end = 0;
  for (size_t seen = 0; seen < rows && walker.next();) {
    end = walker.next_begin();
    seen += !walker.is_comment() && !walker.is_empty_line();
  }
  return text.substr(0, end);
}

std::unexpected<Error> error_at(const Input& input, std::string_view text, size_t position,
                                Code number, std::string message, std::string hint = {}) {
  Error error(number, ErrorCode::kData, std::move(message), std::move(hint));
  error.data = place_in(input.name, text, position);
  return std::unexpected(std::move(error));
}

/// The header in `text`, from which its names can be read. ERRORS: kData.
Result<std::string_view> check_header(const Input& input, std::string_view text,
                                      const CsvHeaderPlace& place, const CsvPreamble& preamble,
                                      const CsvDialect& dialect) {
  const std::string_view header = text.substr(place.begin, place.end - place.begin);
  if (const size_t bad = first_invalid_utf8(header);
      bad < header.size() && !preamble.replace_invalid_utf8) {
    return error_at(input, text, place.begin + bad, code::kBadEncoding,
                    "the header is not valid UTF-8", std::string(kEncodingHint));
  }
  if (auto fault = find_record_fault(header, dialect, false))
    return error_at(input, text, place.begin + fault->position, fault->number, fault->message,
                    fault->hint);
  return header;
}

/// Is all that `text` holds from `begin` on, to the end of the file, one record with carriage
/// returns in it? Then they are line ends.
Status check_line_ends(const Input& input, std::string_view text, size_t begin,
                       const CsvDialect& dialect) {
  CsvWalker walker(text.substr(begin), dialect);
  if (!walker.next() || walker.terminated()) return {};
  if (auto fault = find_record_fault(walker.record(), dialect, true))
    return error_at(input, text, begin + fault->position, fault->number, fault->message,
                    fault->hint);
  return {};
}

}  // namespace

void sample_csv_field(std::string_view text, const CsvReading& reading, TypeSniffer& column) {
  const CsvField field = read_csv_field(text, reading.dialect);
  const std::string content = csv_text(field, reading.dialect);
  const std::string_view value =
      reading.format.trim && !field.quoted ? trim_blanks(content) : content;
  // Types without an empty text take a quoted NULL word for NULL, so it says nothing about the
  // type.
  if (reading.nulls.contains(value)) return;
  if (!reading.format.changes_numbers()) return column.add(value);
  std::string scratch;
  if (const auto number = plain_number(value, reading.format, scratch)) return column.add(*number);
  column.add_no_number(value);
}

Result<CsvSample> sample_csv(const Input& input, const CsvReading& reading, size_t rows,
                             std::vector<TypeSniffer>& columns) {
  const CsvDialect& dialect = reading.dialect;
  const CsvPreamble& preamble = reading.preamble;
  LEAT_TRY_ASSIGN(TextBeginning beginning,
                  TextBeginning::open(input, reading.encoding, reading.preamble.footer_lines));
  for (;;) {
    LEAT_TRY(beginning.grow());
    const std::string_view text = beginning.text();
    const auto place = find_csv_header(text, preamble, dialect, beginning.complete());
    if (!place && beginning.may_grow()) continue;
    if (!place) return error_at(input, text, 0, code::kRecordTooLong, "the header is too long");
    const std::string_view rest = text.substr(place->next);
    const auto [found, first_fields] = count_rows(rest, beginning.complete(), dialect, rows);
    if (found < rows && beginning.may_grow()) continue;
    CsvSample sample;
    LEAT_TRY_ASSIGN(const std::string_view header,
                    check_header(input, text, *place, preamble, dialect));
    if (beginning.complete()) LEAT_TRY(check_line_ends(input, text, place->next, dialect));
    if (!header.empty())
      sample.names = csv_header_names(header, dialect, preamble.trim_names, &sample.nameless);
    sample.fields = header.empty() ? first_fields : sample.names.size();
    sample.rows = found;
    if (columns.empty()) columns.resize(sample.fields);
    sample_rows(first_rows(rest, dialect, rows), beginning.complete(), reading, columns);
    return sample;
  }
}

}  // namespace leat::io
