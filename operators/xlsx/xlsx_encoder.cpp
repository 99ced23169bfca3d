// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: a cell holds a float64, a text or a truth value; leat has more types, and loses nothing
// silently.
//
// Invariants
// 1. What a number of 15 digits cannot hold is written as text: longer integers and decimals, times
//    finer than a millisecond or outside of 1900-03-01 to 9999, instants (a sheet knows no zones),
//    NaN and infinities.
// 2. Text is text: what looks like a formula is none.
// 3. Every byte between the marks is XML, so the marks are all that has to be looked for.
//
// Not chosen: a table of shared texts, which spreadsheet programs write (lanes would have to agree
// on numbers, and it would be held in memory); packing makes up for most of the difference.
#include "operators/xlsx/xlsx_encoder.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "engine/codes/data.h"
#include "engine/mutant.h"
#include "operators/data/cell_place.h"
#include "operators/text/encode_rows.h"
#include "operators/text/value_format.h"
#include "operators/xlsx/cell_value.h"

namespace leat::io {
namespace {

constexpr int64_t kMicrosPerDay = int64_t{86'400} * 1'000'000;

size_t count_digits(std::string_view number) {
  const size_t first = number.find_first_of("123456789");
  if (first == std::string_view::npos) return 0;
  const std::string_view digits = number.substr(first);
  return static_cast<size_t>(
      std::count_if(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; }));
}

/// As UTF-16 counts them.
size_t count_units(std::string_view text) {
  size_t units = 0;
  for (const char c : text) {
    const auto byte = static_cast<uint8_t>(c);
    units += ((byte & 0xC0) != 0x80) + (byte >= 0xF0);
  }
  return units;
}

/// Would `text` at `at` be read as a character that is written with its number?
bool looks_escaped(std::string_view text, size_t at) {
  const std::string_view rest = text.substr(at);
  return rest.size() >= 7 && rest[1] == 'x' && rest[6] == '_' &&
         std::all_of(rest.begin() + 2, rest.begin() + 6, [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
         });
}

/// Of control characters, which XML cannot hold or would change.
std::string escaped_control(char c) { return fmt::format("_x{:04X}_", static_cast<unsigned>(c)); }

/// Appends `text` by `put(piece)`.
template <typename Put>
Status put_escaped(std::string_view text, Put put) {
  size_t copied = 0;
  for (size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    std::string escape;
    if (c == '&') {
      escape = "&amp;";
    } else if (c == '<') {
      escape = "&lt;";
    } else if (c == '>') {
      escape = "&gt;";
    } else if (c == '"') {
      escape = "&quot;";
    } else if (static_cast<uint8_t>(c) < 0x20 && c != '\n' && c != '\t') {
      escape = escaped_control(c);
    } else if (c == '_' && looks_escaped(text, at)) {
      escape = "_x005F_";
    } else if (text.substr(at).starts_with("\xEF\xBF\xBE") ||
               text.substr(at).starts_with("\xEF\xBF\xBF")) {
      escape = text[at + 2] == '\xBE' ? "_xFFFE_" : "_xFFFF_";
    } else {
      continue;
    }
    LEAT_TRY(put(text.substr(copied, at - copied)));
    LEAT_TRY(put(escape));
    if (c == '\xEF') at += 2;
    copied = at + 1;
  }
  return put(text.substr(copied));
}

std::string_view text_tag(std::string_view text) {
  const auto is_blank = [](char c) { return c == ' ' || c == '\n' || c == '\t'; };
  const bool keeps = !text.empty() && (is_blank(text.front()) || is_blank(text.back()) ||
                                       text.contains('\n') || text.contains('\t'));
  return keeps ? "\" t=\"inlineStr\"><is><t xml:space=\"preserve\">" : "\" t=\"inlineStr\"><is><t>";
}

}  // namespace

std::string xlsx_header(const Schema& schema) {
  std::string out = fmt::format("<row r=\"{}\">", kNextRowMark);
  for (size_t i = 0; i < schema.size(); ++i) {
    const std::string& name = schema[i].name;
    out += fmt::format("<c r=\"{}{}{}", column_letters(i + 1), kSameRowMark, text_tag(name));
    static_cast<void>(put_escaped(name, [&](std::string_view piece) -> Status {
      out += piece;
      return {};
    }));
    out += "</t></is></c>";
  }
  return out + "</row>\n";
}

XlsxEncoder::XlsxEncoder(const Schema& schema, MemoryAccount& memory)
    : out_(memory), scratch_(memory) {
  for (size_t i = 0; i < schema.size(); ++i) {
    names_.push_back(schema[i].name);
    letters_.push_back(column_letters(i + 1));
  }
}

Result<BufferRef> XlsxEncoder::encode(const Batch& batch, std::vector<RowFault>& faults,
                                      std::vector<uint64_t>* ends) {
  const size_t estimate = 64 + batch.rows() * batch.columns().size() * 48;
  return encode_rows(batch, estimate, out_, faults, ends,
                     [&](size_t row) { return put_row(batch, row); });
}

Status XlsxEncoder::put_row(const Batch& batch, size_t row) {
  constexpr char kBegin[] = {'<', 'r', 'o', 'w', ' ', 'r', '=', '"', kNextRowMark, '"', '>'};
  LEAT_TRY(out_.append({kBegin, sizeof(kBegin)}));
  for (size_t i = 0; i < batch.columns().size(); ++i) {
    if (batch.column(i).is_valid(row)) LEAT_TRY(put_cell(batch.column(i), row, i));
  }
  return out_.append("</row>\n");
}

Status XlsxEncoder::put_cell(const Column& column, size_t row, size_t index) {
  const Type& type = column.type();
  char text[kScalarTextBytes];
  const auto written = [&] {
    return std::string_view(text, static_cast<size_t>(format_fixed(column, row, text) - text));
  };
  switch (type.id()) {
    case TypeId::kInt64:
    case TypeId::kDecimal: {
      std::string_view number = written();
      if (number.contains('.')) {  // zeros behind it are no digits that could be lost
        number = number.substr(0, number.find_last_not_of('0') + 1);
        if (number.ends_with('.')) number.remove_suffix(1);
      }
      const bool fits = count_digits(number) <= kExactDigits || LEAT_MUTANT("digits_are_rounded");
      return fits ? put_number(index, number, XlsxStyle::kGeneral) : put_text(index, number);
    }
    case TypeId::kFloat64: {
      const bool fits = std::isfinite(column.values<double>()[row]);
      const std::string_view number = written();
      return fits ? put_number(index, number, XlsxStyle::kGeneral) : put_text(index, number);
    }
    case TypeId::kBool: {
      const bool truth = written() == "true";
      LEAT_TRY(out_.append(fmt::format("<c r=\"{}{}\" t=\"b\"><v>{}</v></c>", letters_[index],
                                       kSameRowMark, truth ? 1 : 0)));
      return {};
    }
    case TypeId::kDate:
    case TypeId::kTimestamp: return put_time(column, row, index);
    default: return put_scalar_text(column, row, index);
  }
}

Status XlsxEncoder::put_number(size_t index, std::string_view number, XlsxStyle style) {
  LEAT_TRY(out_.append("<c r=\""));
  LEAT_TRY(out_.append(letters_[index]));
  LEAT_TRY(out_.append({&kSameRowMark, 1}));
  if (style != XlsxStyle::kGeneral) {
    const char text[] = {'"', ' ', 's', '=', '"', static_cast<char>('0' + static_cast<int>(style))};
    LEAT_TRY(out_.append({text, sizeof(text)}));
  }
  LEAT_TRY(out_.append("\"><v>"));
  LEAT_TRY(out_.append(number));
  return out_.append("</v></c>");
}

Status XlsxEncoder::put_text(size_t index, std::string_view text) {
  if (text.size() > kCellCharactersMax) {
    if (const size_t units = count_units(text);
        units > kCellCharactersMax && !LEAT_MUTANT("cells_hold_anything")) {
      return fail(code::kNotWritable, ErrorCode::kData,
                  fmt::format("the text in column '{}' has {} characters, and a cell of a "
                              "spreadsheet holds {}",
                              names_[index], units, kCellCharactersMax),
                  "cut it, or write CSV or JSON");
    }
  }
  LEAT_TRY(out_.append("<c r=\""));
  LEAT_TRY(out_.append(letters_[index]));
  LEAT_TRY(out_.append({&kSameRowMark, 1}));
  LEAT_TRY(out_.append(text_tag(text)));
  LEAT_TRY(put_escaped(text, [&](std::string_view piece) { return out_.append(piece); }));
  return out_.append("</t></is></c>");
}

/// Of types that sheets do not have.
Status XlsxEncoder::put_scalar_text(const Column& column, size_t row, size_t index) {
  const Type& type = column.type();
  if (type.is(TypeId::kUtf8) || type.is(TypeId::kJson)) return put_text(index, column.view_at(row));
  LEAT_TRY(scratch_.start(kScalarTextBytes));
  if (is_fixed_text(type)) {
    scratch_.advance(format_fixed(column, row, scratch_.cursor()));
  } else if (type.is(TypeId::kBinary)) {
    const std::string_view bytes = column.view_at(row);
    LEAT_TRY(scratch_.ensure(2 + 2 * bytes.size()));
    scratch_.advance(format_binary(bytes, scratch_.cursor()));
  } else {
    LEAT_TRY(json_.write(column, row, scratch_));
  }
  return put_text(index, scratch_.text());
}

Status XlsxEncoder::put_time(const Column& column, size_t row, size_t index) {
  const bool is_date = column.type().is(TypeId::kDate);
  const int64_t micros =
      is_date ? column.values<int32_t>()[row] * kMicrosPerDay : column.values<int64_t>()[row];
  const int64_t first = (kFirstSureDay - kSheetEpoch) * kMicrosPerDay;
  const int64_t end = (kSheetDaysEnd - kSheetEpoch) * kMicrosPerDay;
  const bool fits = micros >= first && micros < end && micros % 1000 == 0;
  if (!fits || column.type().mark() != Mark::kNone) return put_scalar_text(column, row, index);
  const int64_t since_first = micros + kSheetEpoch * kMicrosPerDay;
  char text[kScalarTextBytes];
  char* const text_end = since_first % kMicrosPerDay == 0
                             ? format_int64(since_first / kMicrosPerDay, text)
                             : format_float64(static_cast<double>(since_first / 1000) /
                                                  static_cast<double>(kMicrosPerDay / 1000),
                                              text);
  const XlsxStyle style = is_date                   ? XlsxStyle::kDate
                          : micros % 1'000'000 == 0 ? XlsxStyle::kSeconds
                                                    : XlsxStyle::kMilliseconds;
  return put_number(index, {text, static_cast<size_t>(text_end - text)}, style);
}

}  // namespace leat::io
