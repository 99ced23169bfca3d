// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/csv/csv_encoder.h"

#include <algorithm>

#include "engine/mutant.h"
#include "operators/text/byte_scan.h"
#include "operators/text/encode_rows.h"
#include "operators/text/value_format.h"

namespace leat::io {

namespace {

// Room at the end of each cell: a delimiter or line feed, and what copy_if_plain stores past the
// text.
constexpr size_t kCellSlack = 20;

// Could a character of `text` appear in the text of a number, bool, time or interval?
bool resembles_scalar(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '+' ||
           c == '-' || c == '.' || c == ':' || c == ' ';
  });
}

bool must_quote(std::string_view text, const CsvStyle& style) {
  if (style.quotes == CsvQuotes::kAll || text.empty() || text == style.null_text) return true;
  return text.find_first_of(std::string{style.delimiter, '"', '\r', '\n'}) !=
         std::string_view::npos;
}

size_t estimate_bytes(const Batch& batch) {
  size_t bytes_per_row = 16;
  size_t bytes = 256;
  for (const ColumnRef& column : batch.columns()) {
    bytes_per_row += 12;
    if (!column->type().is_view() || column->length() == 0) continue;
    uint64_t total = 0;
    const Utf8View* const views = column->values<Utf8View>();
    for_each_row(batch.selection(),
                 [&](size_t row) { total += column->is_valid(row) ? views[row].length : 0; });
    bytes += total + total / 16;
  }
  return bytes + batch.rows() * bytes_per_row;
}

}  // namespace

std::string csv_header(const Schema& schema, const CsvStyle& style) {
  std::string line;
  for (const Field& field : schema.fields()) {
    if (&field != &schema[0]) line += style.delimiter;
    if (!must_quote(field.name, style)) {
      line += field.name;
      continue;
    }
    line += '"';
    for (char c : field.name) line.append(c == '"' ? 2 : 1, c);
    line += '"';
  }
  return line + '\n';
}

CsvEncoder::CsvEncoder(CsvStyle style, MemoryAccount& memory)
    : style_(std::move(style)),
      check_scalars_(style_.quotes == CsvQuotes::kAll || resembles_scalar({&style_.delimiter, 1}) ||
                     resembles_scalar(style_.null_text)),
      out_(memory),
      scratch_(memory) {}

Result<BufferRef> CsvEncoder::encode(const Batch& batch, std::vector<RowFault>& faults,
                                     std::vector<uint64_t>* ends) {
  return encode_rows(batch, estimate_bytes(batch), out_, faults, ends,
                     [&](size_t row) { return encode_row(batch, row); });
}

Status CsvEncoder::encode_row(const Batch& batch, size_t row) {
  for (const ColumnRef& column : batch.columns()) {
    LEAT_TRY(put_cell(*column, row));
    *out_.cursor() = style_.delimiter;  // in the slack of the cell
    out_.advance(out_.cursor() + 1);
  }
  out_.cursor()[-1] = '\n';
  return {};
}

// Leaves room for one byte more.
Status CsvEncoder::put_cell(const Column& column, size_t row) {
  if (!column.is_valid(row)) {
    LEAT_TRY(out_.append(style_.null_text));
    return out_.ensure(1);
  }
  const Type& type = column.type();
  switch (type.id()) {
    case TypeId::kUtf8:
    case TypeId::kJson: return put_string(column.view_at(row));
    case TypeId::kBinary: {
      if (type.is_inet()) break;
      const std::string_view bytes = column.view_at(row);
      LEAT_TRY(scratch_.start(2 + 2 * bytes.size()));
      scratch_.advance(format_binary(bytes, scratch_.cursor()));
      return put_string(scratch_.text());
    }
    case TypeId::kList:
    case TypeId::kStruct: {
      LEAT_TRY(scratch_.start(256));
      LEAT_TRY(json_.write(column, row, scratch_));
      return put_string(scratch_.text());
    }
    default: break;
  }
  LEAT_TRY(out_.ensure(kScalarTextBytes + kCellSlack));
  char* const begin = out_.cursor();
  char* const end = format_fixed(column, row, begin);
  if (!check_scalars_) [[likely]] {
    out_.advance(end);
    return {};
  }
  char copy[kScalarTextBytes + 16];  // the scan reads past the text
  std::memcpy(copy, begin, static_cast<size_t>(end - begin));
  return put_text({copy, static_cast<size_t>(end - begin)});
}

Status CsvEncoder::put_string(std::string_view text) {
  LEAT_TRY(out_.ensure(text.size() + kCellSlack));
  const Vec16 delimiter = hn::Set(Bytes16(), static_cast<uint8_t>(style_.delimiter));
  const auto specials = [delimiter](Vec16 bytes) {
    const Bytes16 tag;
    return hn::Or(hn::Or(hn::Eq(bytes, delimiter), hn::Eq(bytes, hn::Set(tag, uint8_t{'"'}))),
                  hn::Or(hn::Eq(bytes, hn::Set(tag, uint8_t{'\n'})),
                         hn::Eq(bytes, hn::Set(tag, uint8_t{'\r'}))));
  };
  const bool plain = copy_if_plain(text, out_.cursor(), specials);
  if (!plain || text.empty() || text == style_.null_text || style_.quotes == CsvQuotes::kAll)
    return put_quoted(text);
  out_.advance(out_.cursor() + text.size());
  return {};
}

Status CsvEncoder::put_text(std::string_view text) {
  if (must_quote(text, style_)) return put_quoted(text);
  LEAT_TRY(out_.append(text));
  return out_.ensure(1);
}

Status CsvEncoder::put_quoted(std::string_view text) {
  LEAT_TRY(out_.ensure(2 * text.size() + kCellSlack));
  char* at = out_.cursor();
  if (LEAT_MUTANT("csv_quote_forgotten")) {
    std::memcpy(at, text.data(), text.size());
    out_.advance(at + text.size());
    return {};
  }
  *at++ = '"';
  for (const char c : text) {
    *at = c;
    at += 1;
    if (c == '"') *at++ = '"';
  }
  *at++ = '"';
  out_.advance(at);
  return {};
}

}  // namespace leat::io
