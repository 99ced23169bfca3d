// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/json/json_encoder.h"

#include <cmath>

#include <fmt/format.h>

#include "engine/codes/data.h"
#include "operators/text/byte_scan.h"
#include "operators/text/encode_rows.h"
#include "operators/text/value_format.h"

namespace leat::io {

namespace {

// What copy_if_plain stores past the text, quotes, and a separator.
constexpr size_t kSlack = 24;
constexpr size_t kEscapedBytesMax = 6;  // \u001f

char* put_escaped(char c, char* out) {
  constexpr char kHex[] = "0123456789abcdef";
  char letter = 0;
  switch (c) {
    case '"': letter = '"'; break;
    case '\\': letter = '\\'; break;
    case '\b': letter = 'b'; break;
    case '\f': letter = 'f'; break;
    case '\n': letter = 'n'; break;
    case '\r': letter = 'r'; break;
    case '\t': letter = 't'; break;
    default: break;
  }
  *out++ = '\\';
  if (letter != 0) {
    *out++ = letter;
    return out;
  }
  const auto code = static_cast<uint8_t>(c);
  std::memcpy(out, "u00", 3);
  out[3] = kHex[code >> 4];
  out[4] = kHex[code & 15];
  return out + 5;
}

bool needs_escape(char c) { return static_cast<uint8_t>(c) < 0x20 || c == '"' || c == '\\'; }

struct JsonSpecials {
  Mask16 operator()(Vec16 bytes) const {
    const Bytes16 tag;
    // Unsigned minimum: a byte is a control character when it is its own minimum with 0x1f.
    const Mask16 control = hn::Eq(hn::Min(bytes, hn::Set(tag, uint8_t{0x1F})), bytes);
    return hn::Or(control, hn::Or(hn::Eq(bytes, hn::Set(tag, uint8_t{'"'})),
                                  hn::Eq(bytes, hn::Set(tag, uint8_t{'\\'}))));
  }
};

Status not_finite(double value) {
  return fail(code::kNotWritable, ErrorCode::kData,
              fmt::format("{} cannot be written as JSON", value),
              "derive a value that JSON has, or null, before writing");
}

}  // namespace

std::string json_quote(std::string_view text) {
  std::string quoted = "\"";
  char escaped[kEscapedBytesMax];
  for (const char c : text) {
    if (needs_escape(c)) {
      quoted.append(escaped, put_escaped(c, escaped));
    } else {
      quoted += c;
    }
  }
  return quoted + '"';
}

Status JsonWriter::write_string(std::string_view text, TextBuffer& out) const {
  LEAT_TRY(out.ensure(text.size() + kSlack));
  char* at = out.cursor();
  *at++ = '"';
  if (copy_if_plain(text, at, JsonSpecials())) [[likely]] {
    at += text.size();
  } else {
    LEAT_TRY(out.ensure(kEscapedBytesMax * text.size() + kSlack));
    at = out.cursor() + 1;
    for (const char c : text) {
      if (needs_escape(c)) {
        at = put_escaped(c, at);
      } else {
        *at++ = c;
      }
    }
    out.cursor()[0] = '"';
  }
  *at++ = '"';
  out.advance(at);
  return {};
}

Status JsonWriter::write_value(const Column& column, size_t row, size_t level,
                               TextBuffer& out) const {
  if (!column.is_valid(row)) return out.append("null");
  bool quoted = false;
  switch (column.type().id()) {
    case TypeId::kUtf8: return write_string(column.view_at(row), out);
    case TypeId::kJson: return write_raw(column.view_at(row), out);
    case TypeId::kList: return write_list(column, row, level, out);
    case TypeId::kStruct: return write_struct(column, row, level, out);
    case TypeId::kBinary: {
      if (column.type().is_inet()) {
        quoted = true;
        break;
      }
      const std::string_view bytes = column.view_at(row);
      LEAT_TRY(out.ensure(2 * bytes.size() + 5));
      char* at = out.cursor();
      *at++ = '"';
      *at++ = '\\';  // the backslash of `\x` is escaped
      at = format_binary(bytes, at);
      *at++ = '"';
      out.advance(at);
      return {};
    }
    case TypeId::kFloat64:
      if (const double value = column.values<double>()[row]; !std::isfinite(value)) {
        if (non_finite_ == NonFinite::kError) return not_finite(value);
        quoted = true;
      }
      break;
    case TypeId::kDate:
    case TypeId::kTimestamp:
    case TypeId::kInterval: quoted = true; break;
    default: break;
  }
  LEAT_TRY(out.ensure(kScalarTextBytes + 2));
  char* at = out.cursor();
  if (quoted) *at++ = '"';
  at = format_fixed(column, row, at);
  if (quoted) *at++ = '"';
  out.advance(at);
  return {};
}

Status JsonWriter::write_list(const Column& column, size_t row, size_t level,
                              TextBuffer& out) const {
  const int32_t* const offsets = column.values<int32_t>();
  LEAT_TRY(out.append("["));
  for (int32_t i = offsets[row]; i < offsets[row + 1]; ++i) {
    if (i != offsets[row]) LEAT_TRY(out.append(","));
    LEAT_TRY(break_line(level + 1, out));
    LEAT_TRY(write_value(column.child(0), static_cast<size_t>(i), level + 1, out));
  }
  if (offsets[row] != offsets[row + 1]) LEAT_TRY(break_line(level, out));
  return out.append("]");
}

Status JsonWriter::write_struct(const Column& column, size_t row, size_t level,
                                TextBuffer& out) const {
  const std::vector<Field>& fields = column.type().fields();
  LEAT_TRY(out.append("{"));
  for (size_t i = 0; i < fields.size(); ++i) {
    if (i != 0) LEAT_TRY(out.append(","));
    LEAT_TRY(break_line(level + 1, out));
    LEAT_TRY(out.append(json_quote(fields[i].name)));
    LEAT_TRY(out.append(pretty_ ? ": " : ":"));
    LEAT_TRY(write_value(column.child(i), row, level + 1, out));
  }
  if (!fields.empty()) LEAT_TRY(break_line(level, out));
  return out.append("}");
}

Status JsonWriter::break_line(size_t level, TextBuffer& out) const {
  if (!pretty_) return {};
  LEAT_TRY(out.append("\n"));
  for (size_t i = 0; i < level; ++i) LEAT_TRY(out.append("  "));
  return {};
}

// A line break in JSON text can only be white space between tokens; it would break the line of JSON
// lines.
Status JsonWriter::write_raw(std::string_view json, TextBuffer& out) const {
  LEAT_TRY(out.ensure(json.size()));
  char* at = out.cursor();
  for (const char c : json) *at++ = c == '\n' || c == '\r' ? ' ' : c;
  out.advance(at);
  return {};
}

JsonEncoder::JsonEncoder(const Schema& schema, MemoryAccount& memory, JsonLayout layout)
    : row_bytes_(4), out_(memory), writer_(layout) {
  const bool pretty = layout == JsonLayout::kPretty;
  const std::string_view between = layout == JsonLayout::kLine ? "" : kJsonBetween;
  end_ = layout == JsonLayout::kLine ? "}\n" : pretty ? "\n  }" : "}";
  const std::string first = fmt::format("{}{}", between, pretty ? "  {\n    " : "{");
  const std::string_view next = pretty ? ",\n    " : ",";
  for (const Field& field : schema.fields()) {
    names_.push_back(field.name);
    keys_.push_back(fmt::format("{}{}{}", keys_.empty() ? first : next, json_quote(field.name),
                                pretty ? ": " : ":"));
    row_bytes_ += keys_.back().size() + 16;
  }
}

Result<BufferRef> JsonEncoder::encode(const Batch& batch, std::vector<RowFault>& faults,
                                      std::vector<uint64_t>* ends) {
  return encode_rows(batch, batch.rows() * row_bytes_ + 64, out_, faults, ends,
                     [&](size_t row) { return encode_row(batch, row); });
}

Status JsonEncoder::encode_row(const Batch& batch, size_t row) {
  for (size_t i = 0; i < keys_.size(); ++i) {
    LEAT_TRY(out_.append(keys_[i]));
    Status status = writer_.write(batch.column(i), row, out_);
    if (!status) [[unlikely]] {
      Error error = std::move(status).error();
      if (error.code == ErrorCode::kData)
        error.message = fmt::format("column '{}': {}", names_[i], error.message);
      return std::unexpected(std::move(error));
    }
  }
  return out_.append(end_);
}

}  // namespace leat::io
