// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/csv/csv_rows.h"

#include <optional>
#include <utility>

#include <fmt/format.h>
#include <simdjson.h>

#include "engine/codes/data.h"
#include "engine/mutant.h"
#include "operators/input/text_encoding.h"
#include "operators/text/utf8.h"

namespace leat::io {
namespace {

Error fault_at(Code number, const Split& split, size_t position, PlaceCursor& places,
               std::string message, std::string hint = {}) {
  Error error(number, ErrorCode::kData, std::move(message), std::move(hint));
  error.data = places.at(position - split.begin);
  return error;
}

std::string plural(size_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

}  // namespace

/// One record of a window: its text, and the separators of its fields, the last of which ends it.
struct CsvRowTable::Record {
  const char* text;
  size_t begin;
  size_t end;  // without the line break
  const uint32_t* separators;
  size_t fields;
  bool unclosed;
  bool check_quotes;
  bool check_utf8;
  size_t delimiter_bytes;

  /// Where field `i` ends. REQUIRES: i < fields.
  size_t field_end(size_t i) const {
    return i + 1 < fields ? separators[i] - (delimiter_bytes - 1) : end;
  }
};

Result<CsvRows> CsvRowTable::arrange(const Split& split, const CsvWindow& window,
                                     PlaceCursor& places, std::vector<CsvRowFault>& faults) {
  ignored_ = 0;
  const bool suspicious = window.after_quote || window.unclosed || shape_.dialect.comment != 0 ||
                          shape_.dialect.delimiter_bytes() > 1;
  const bool utf8 = !window.non_ascii || simdjson::validate_utf8(window.text + window.begin(),
                                                                 window.end() - window.begin());
  if (suspicious || !utf8 || !is_regular(window))
    return rewrite(split, window, utf8, places, faults);
  return CsvRows{window.text, window.separators, shape_.columns, window.records};
}

/// Does every record have shape_.columns fields and no carriage return at its end? As the window
/// has as many line feeds as records, it is enough to look where they should be.
bool CsvRowTable::is_regular(const CsvWindow& window) const {
  const size_t columns = shape_.columns;
  if (window.separator_count != window.records * columns) return false;
  const size_t terminated = window.records - window.unterminated;
  const uint32_t* ends = window.separators + columns - 1;
  bool regular = true;
  for (size_t row = 0; row < terminated; ++row, ends += columns) {
    // The byte before the chunk is never looked at: a record that begins there has one field at
    // least, and then it is not first.
    const bool carriage_return = *ends > 0 && window.text[*ends - 1] == '\r';
    regular &= window.text[*ends] == '\n' && !carriage_return;
  }
  return regular;
}

Result<CsvRows> CsvRowTable::rewrite(const Split& split, const CsvWindow& window, bool utf8,
                                     PlaceCursor& places, std::vector<CsvRowFault>& faults) {
  const size_t delimiter_bytes = shape_.dialect.delimiter_bytes();
  const bool apart = delimiter_bytes > 1;
  const size_t stride = apart ? 2 * shape_.columns : shape_.columns + 1;
  LEAT_TRY_ASSIGN(table_, memory_.allocate(window.records * stride * sizeof(uint32_t)));
  auto* out = table_->mutable_as<uint32_t>();
  CsvRows rows{window.text, apart ? out : out + 1, stride, 0, apart};
  const uint32_t* separators = window.separators;
  const uint32_t* const last = window.separators + window.separator_count;
  for (size_t begin = window.begin(); separators < last;) {
    Record record{window.text, begin,          0, separators, 1, false, window.after_quote,
                  !utf8,       delimiter_bytes};
    const bool virtual_end = window.unterminated;
    while (separators + 1 < last && window.text[*separators] != '\n') ++separators, ++record.fields;
    const bool terminated = separators + 1 < last || !virtual_end;
    record.end = *separators;
    record.unclosed = !terminated && window.unclosed;
    begin = *separators++ + size_t{1};
    if (terminated && record.end > record.begin && window.text[record.end - 1] == '\r')
      --record.end;
    const bool comment = shape_.dialect.comment != 0 && record.end > record.begin &&
                         window.text[record.begin] == shape_.dialect.comment;
    if (comment || (record.end == record.begin && shape_.columns > 1)) {
      ++ignored_;
      continue;
    }
    std::optional<Error> fault = check(split, record, places);
    put_fields(record, fault ? 0 : record.fields, out);
    if (fault) faults.push_back({static_cast<uint32_t>(rows.rows), std::move(*fault)});
    ++rows.rows;
  }
  return rows;
}

/// Appends a row of the table at `out`: the first `present` fields of `record`; the others are
/// absent.
void CsvRowTable::put_fields(const Record& record, size_t present, uint32_t*& out) const {
  const bool apart = record.delimiter_bytes > 1;
  auto before = static_cast<uint32_t>(record.begin - 1);  // of the next field
  if (!apart) *out++ = before;
  for (size_t i = 0; i < shape_.columns; ++i) {
    if (apart) *out++ = before;
    const uint32_t end = i < present ? static_cast<uint32_t>(record.field_end(i)) : before;
    *out++ = end;
    before = apart && i + 1 < present ? record.separators[i] : end;
  }
}

/// The first thing that is wrong with the record as a whole.
std::optional<Error> CsvRowTable::check(const Split& split, const Record& record,
                                        PlaceCursor& places) const {
  if (record.check_quotes || record.unclosed) {
    if (auto error = check_quotes(split, record, places)) return error;
  }
  const std::string_view text(record.text + record.begin, record.end - record.begin);
  if (record.check_utf8 && !simdjson::validate_utf8(text)) {
    const size_t bad = first_invalid_utf8(text);
    return fault_at(
        code::kBadEncoding, split, record.begin + bad, places,
        fmt::format("the byte 0x{:02X} is not valid UTF-8", static_cast<uint8_t>(text[bad])),
        std::string(kEncodingHint));
  }
  return check_count(split, record, places);
}

std::optional<Error> CsvRowTable::check_quotes(const Split& split, const Record& record,
                                               PlaceCursor& places) const {
  size_t begin = record.begin;
  for (size_t i = 0; i < record.fields; ++i) {
    const size_t end = record.field_end(i);
    const CsvField field = read_csv_field({record.text + begin, end - begin}, shape_.dialect);
    if (field.quoted && !field.closed) {
      // The rest of the file is inside it: no row that could be left out.
      Error error = fault_at(code::kBadRecord, split, begin, places, std::string(kOpenQuote),
                             std::string(kOpenQuoteHint));
      if (!LEAT_MUTANT("open_quote_is_a_row")) error.code = ErrorCode::kInvalid;
      return error;
    }
    if (field.junk > 0) {
      return fault_at(code::kBadRecord, split, begin + field.junk, places,
                      std::string(kBehindQuote), std::string(kBehindQuoteHint));
    }
    if (i + 1 < record.fields) begin = record.separators[i] + size_t{1};
  }
  return std::nullopt;
}

std::optional<Error> CsvRowTable::check_count(const Split& split, const Record& record,
                                              PlaceCursor& places) const {
  if (record.fields == shape_.columns) return std::nullopt;
  const bool few = record.fields < shape_.columns;
  if (few ? shape_.ragged.pads : shape_.ragged.truncates) return std::nullopt;
  const size_t position = few ? record.end : record.separators[shape_.columns - 1] + size_t{1};
  return fault_at(
      code::kFieldCount, split, position, places,
      fmt::format("expected {}, found {}", plural(shape_.columns, "field"), record.fields),
      few ? "if the fields at the end may be left out, set ragged: pad"
          : "a field with a delimiter in it must stand in quotes; set ragged: truncate if the "
            "fields "
            "at the end are to be ignored");
}

}  // namespace leat::io
