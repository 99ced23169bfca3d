// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/json/json_record_reader.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>

#include <fast_float/fast_float.h>
#include <fmt/format.h>

#include "engine/codes/data.h"
#include "engine/mutant.h"
#include "operators/json/json_encoder.h"
#include "operators/text/decimal_parser.h"
#include "operators/text/interval_parser.h"
#include "operators/text/stored_value.h"
#include "operators/text/value_parser.h"

namespace leat::io {

namespace {

constexpr size_t kSnippetBytes = 40;

/// The value at `at` for a message, cut when long.
std::string snippet(const char* at, const char* end) {
  const char* stop = at;
  int depth = 0;
  bool quoted = false;
  for (; stop < end; ++stop) {
    if (quoted && *stop == '\\') {
      ++stop;
      continue;
    }
    if (*stop == '"') quoted = !quoted;
    if (quoted) continue;
    if (depth == 0 && (*stop == ',' || *stop == '}' || *stop == ']' || *stop == ' ')) break;
    if (*stop == '{' || *stop == '[') ++depth;
    if (*stop == '}' || *stop == ']') --depth;
  }
  std::string_view text(at, static_cast<size_t>(std::min(stop, end) - at));
  text = text.substr(0, text.find('\n'));
  if (text.size() <= kSnippetBytes && text.data() + text.size() == std::min(stop, end))
    return std::string(text);
  text = text.substr(0, kSnippetBytes);
  while (!text.empty() && (static_cast<uint8_t>(text.back()) & 0xC0) == 0x80) text.remove_suffix(1);
  if (!text.empty() && static_cast<uint8_t>(text.back()) >= 0xC0) text.remove_suffix(1);
  return std::string(text) + "...";
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/// Writes the bytes that `\x` and pairs of hexadecimal digits stand for; returns how many, or
/// nullopt.
std::optional<size_t> parse_binary(std::string_view text, char* out) {
  if (!text.starts_with("\\x") || text.size() % 2 != 0) return std::nullopt;
  for (size_t i = 2; i < text.size(); i += 2) {
    const int high = hex_digit(text[i]);
    const int low = hex_digit(text[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    *out++ = static_cast<char>(high << 4 | low);
  }
  return text.size() / 2 - 1;
}

}  // namespace

JsonRecordReader::JsonRecordReader(const Schema& schema, const Schema& known, UnknownFields unknown,
                                   MemoryAccount& memory)
    : unknown_(unknown) {
  columns_.reserve(schema.size());
  for (const Field& field : schema.fields()) columns_.emplace_back(field.type, memory);
  for (JsonColumn& column : columns_) nodes_.emplace_back(column.type(), &column);
  std::vector<size_t> wanted;
  for (const Field& field : known.fields())
    wanted.push_back(schema.find(field.name).value_or(SIZE_MAX));
  fields_ = std::make_unique<JsonFields>(known.fields(), wanted);
}

Status JsonRecordReader::start(const BufferRef& chunk, size_t rows) {
  rows_ = 0;
  for (JsonColumn& column : columns_) LEAT_TRY(column.start(chunk, rows));
  return {};
}

const char* JsonRecordReader::read(const char* at, const char* end) {
  const bool lines = records_ == JsonRecords::kLines;
  scanner_ = JsonScanner({at, static_cast<size_t>(end - at)},
                         lines ? LineFeeds::kEnd : LineFeeds::kAreSpace);
  if (lines) [[likely]] {
    at = read_line(at);
  } else if (*at == '{' && records_ == JsonRecords::kValues) [[likely]] {
    at = read_object(at + 1, *fields_, nodes_, rows_);
  } else {
    at = read_other_record(at);
  }
  if (at != nullptr) [[likely]] {
    ++rows_;
    return at;
  }
  for (JsonColumn& column : columns_) column.truncate(rows_);
  return nullptr;
}

const char* JsonRecordReader::read_line(const char* at) {
  const bool is_list = *at == '[' && takes_lists_;
  if (*at != '{' && !is_list) [[unlikely]] {
    return refuse(code::kBadJson, at, "a line should hold one object",
                  *at == '['
                      ? "if the file is one JSON list, 'read_json' reads it; 'columns' names "
                        "the elements of lists that are rows"
                      : "");
  }
  at = is_list ? read_row(at + 1) : read_object(at + 1, *fields_, nodes_, rows_);
  if (at != nullptr) at = scanner_.skip_space(at);
  if (at != nullptr && at != scanner_.end() && *at != '\n')
    return scanner_.fault(at, is_list ? "behind the list there is more text"
                                      : "behind the object there is more text");
  return at;
}

// A list of the values of the fields; `at` is behind its bracket. Those that it does not have are
// NULL, and what it has more is an unknown field.
const char* JsonRecordReader::read_row(const char* at) {
  const char* const end = scanner_.end();
  at = scanner_.skip_space(at);
  if (scanner_.peek(at) == ']') return fill_missing(at + 1, nodes_, rows_);
  for (size_t place = 0;; ++place, ++at) {
    at = scanner_.skip_space(at);
    if (at >= end) return scanner_.fault(end, "here should be a value");
    const JsonField* const field = fields_->at(place);
    if (field == nullptr && unknown_ == UnknownFields::kError) {
      return refuse(code::kUnexpectedField, at,
                    fmt::format("the list has more elements than there are columns, {}", place),
                    "add them to 'columns', or set 'unknown_fields: ignore'");
    }
    at = field == nullptr || field->column == JsonField::kNotRead
             ? scanner_.skip_value(at)
             : read_value(at, nodes_[field->column]);
    if (at == nullptr) return field == nullptr ? nullptr : field_failed(field->name);
    at = scanner_.skip_space(at);
    if (*at == ',' && at < end) continue;
    if (*at == ']' && at < end) break;
    return scanner_.fault(at, "here should be a ',' or ']'");
  }
  return fill_missing(at + 1, nodes_, rows_);
}

// A record that fills the column of values alone.
const char* JsonRecordReader::read_other_record(const char* at) {
  const char* const begin = at;
  const JsonField* const field = fields_->find(kValueColumn);
  if (field == nullptr) {
    if (*at == '[' && takes_lists_) return read_row(at + 1);
    if (scanner_.skip_value(at) == nullptr) return nullptr;
    return refuse(code::kBadJson, at,
                  "the record is no object, and there is no column 'value' for it",
                  "declare 'value: json' in 'columns' to keep such records");
  }
  const bool is_read = field->column != JsonField::kNotRead;
  if (!is_read) {
    at = scanner_.skip_value(at);
  } else if (JsonNode& node = nodes_[field->column]; node.column->reads_as() == TypeId::kInt64) {
    at = read_any_int64(at, *node.column);  // the short way relies on a sign behind the number
  } else {
    at = read_value(at, node);
  }
  if (at == nullptr) return nullptr;
  // What follows a number or a literal immediately would be a part of it.
  if (at != scanner_.end() && !std::string_view("\"{[").contains(*begin) &&
      !std::string_view(",:[]{}\" \t\r\n").contains(*at))
    return scanner_.fault(at, "behind the value there is more text");
  return fill_missing(at, nodes_, rows_);
}

std::vector<ColumnRef> JsonRecordReader::finish() {
  std::vector<ColumnRef> columns;
  for (JsonColumn& column : columns_) columns.push_back(column.finish());
  return columns;
}

Error JsonRecordReader::take_error(const char*& fault_at) {
  fault_at = scanner_.fault_at();
  is_mismatch_ = false;
  if (!error_)
    return Error(code::kBadJson, ErrorCode::kData,
                 fmt::format("the {} is not valid JSON: {}",
                             records_ == JsonRecords::kLines ? "line" : "value", scanner_.fault()));
  Error error = std::move(*error_);
  error_.reset();
  return error;
}

const char* JsonRecordReader::refuse(Code number, const char* at, std::string message,
                                     std::string hint) {
  error_.emplace(number, ErrorCode::kData, std::move(message), std::move(hint));
  return scanner_.fault(at, "");
}

const char* JsonRecordReader::mismatch(const char* at, const Type& type, std::string_view why,
                                       std::string hint) {
  // What is no value at all is told as such.
  JsonScanner probe(std::string_view(at, static_cast<size_t>(scanner_.end() - at)));
  const char* const end = probe.skip_value(at);
  if (end == nullptr) return scanner_.fault(probe.fault_at(), probe.fault());
  is_mismatch_ = true;
  return refuse(code::kNotOfType, at,
                fmt::format("{} is no {}{}{}", snippet(at, end), name_with_limit(type),
                            why.empty() ? "" : ": ", why),
                std::move(hint));
}

const char* JsonRecordReader::lack(Status failed) {
  error_.emplace(std::move(failed).error());
  return scanner_.fault(scanner_.end(), "");
}

bool JsonRecordReader::grow(JsonColumn& column) {
  Status grown = column.grow();
  if (!grown) lack(std::move(grown));
  return !error_;
}

// ------------------------------------------------------------------------------------------------------------- objects

[[gnu::always_inline]] inline const char* JsonRecordReader::read_value(const char* at,
                                                                       JsonNode& node) {
  JsonColumn& column = *node.column;
  switch (column.reads_as()) {
    case TypeId::kUtf8: return read_text(at, column);
    case TypeId::kInt64: return read_int64(at, column);
    case TypeId::kFloat64: return read_float64(at, column);
    default: return read_other(at, node);
  }
}

// `at` is behind the '{'. Fields go to `nodes`, in which a column longer than `row` has its value
// already.
const char* JsonRecordReader::read_object(const char* at, JsonFields& fields,
                                          std::vector<JsonNode>& nodes, size_t row) {
  const char* const end = scanner_.end();
  JsonField* before = fields.start();
  size_t filled = 0;
  at = scanner_.skip_space(at);
  if (scanner_.peek(at) == '}') return fill_missing(at + 1, nodes, row);
  for (;; ++at) {
    if (starts_with_space(at)) [[unlikely]]
      at = scanner_.skip_space(at);
    const char* const key = at;
    JsonField* field = before->next;
    at += field->key_bytes;
    if (!JsonFields::is_key(*field, key, end) || at >= end) [[unlikely]] {
      const FoundField found = find_field(key, fields, *before);
      if (found.value == nullptr) return nullptr;
      at = found.value;
      field = found.field;
    }
    if (starts_with_space(at)) [[unlikely]]
      at = scanner_.skip_space(at);
    if (at >= end) [[unlikely]]
      return scanner_.fault(end, "here should be a value");
    if (field == nullptr) [[unlikely]] {
      at = unknown_field(key, at);
      if (at == nullptr) return nullptr;
    } else if (before = field; field->column == JsonField::kNotRead) {
      at = scanner_.skip_value(at);
      if (at == nullptr) [[unlikely]]
        return nullptr;
    } else {
      JsonNode& node = nodes[field->column];
      if (node.column->length() > row) [[unlikely]] {
        at = read_again(key, at, *field, node, row);
      } else {
        at = read_value(at, node);
        ++filled;
      }
      if (at == nullptr) [[unlikely]]
        return field_failed(field->name);
    }
    if (starts_with_space(at)) [[unlikely]]
      at = scanner_.skip_space(at);
    if (*at == ',' && at < end) [[likely]]
      continue;
    if (*at == '}' && at < end) [[likely]]
      break;
    return scanner_.fault(at, "here should be a ',' or '}'");
  }
  return filled == nodes.size() ? at + 1 : fill_missing(at + 1, nodes, row);
}

// Fields that the object does not have are NULL. Returns `at`.
const char* JsonRecordReader::fill_missing(const char* at, std::vector<JsonNode>& nodes,
                                           size_t row) {
  for (const JsonNode& node : nodes) {
    if (node.column->length() > row) continue;
    if (Status missing = node.column->append_null(); !missing) return lack(std::move(missing));
  }
  return at;
}

// The field at `key`, whose value is at `at`, has one in this row already.
const char* JsonRecordReader::read_again(const char* key, const char* at, const JsonField& field,
                                         JsonNode& node, size_t row) {
  if (duplicates_ == DuplicateKeys::kError) {
    return refuse(code::kFieldTwice, key,
                  fmt::format("the field {} stands twice in one object", json_quote(field.name)));
  }
  if (duplicates_ == DuplicateKeys::kFirst) return scanner_.skip_value(at);
  if (!LEAT_MUTANT("the_first_of_two_keys_stays")) {
    node.column->truncate(row);
    return read_value(at, node);
  }
  return scanner_.skip_value(at);
}

const char* JsonRecordReader::skip_colon(const char* at) {
  at = scanner_.skip_space(at);
  return scanner_.peek(at) == ':' ? at + 1 : scanner_.fault(at, "here should be a ':'");
}

// The key at `at` is not the expected one: reads it and finds its field; returns the position
// behind the colon.
JsonRecordReader::FoundField JsonRecordReader::find_field(const char* at, JsonFields& fields,
                                                          JsonField& before) {
  if (scanner_.peek(at) != '"') {
    return {scanner_.fault(at, "here should be a field name in quotes"), nullptr};
  }
  bool escaped = false;
  const char* const quote = scanner_.string(at + 1, escaped);
  if (quote == nullptr) return {nullptr, nullptr};
  std::string_view name(at + 1, static_cast<size_t>(quote - at - 1));
  std::string plain;
  if (escaped) {
    plain.resize(name.size());
    plain.resize(static_cast<size_t>(json_unescape(name, plain.data()) - plain.data()));
    name = plain;
  }
  JsonField* const field = fields.find(name);
  if (field != nullptr) before.next = field;
  return {skip_colon(quote + 1), field};
}

const char* JsonRecordReader::unknown_field(const char* at, const char* value) {
  if (unknown_ == UnknownFields::kIgnore) return scanner_.skip_value(value);
  bool escaped = false;
  const char* const quote = scanner_.string(at + 1, escaped);
  return refuse(code::kUnexpectedField, at,
                fmt::format("the field {} is not among the columns", snippet(at, quote + 1)),
                "add it to 'columns', or set 'unknown_fields: ignore'");
}

// Says whose value did not fit: the innermost field's.
const char* JsonRecordReader::field_failed(const std::string& name) {
  if (is_mismatch_)
    error_->message = fmt::format("field {}: {}", json_quote(name), error_->message);
  is_mismatch_ = false;
  return nullptr;
}

// -------------------------------------------------------------------------------------------------------------- values

// What is in the place of a string or number: null, or a mistake.
const char* JsonRecordReader::read_null(const char* at, JsonColumn& column) {
  if (scanner_.peek(at) != 'n') return mismatch(at, column.type());
  const char* const end = scanner_.literal(at, "null");
  if (end == nullptr) return nullptr;
  if (Status appended = column.append_null(); !appended) return lack(std::move(appended));
  return end;
}

const char* JsonRecordReader::read_other(const char* at, JsonNode& node) {
  JsonColumn& column = *node.column;
  // Of json, too: a field that is null is NULL, as everywhere.
  if (scanner_.peek(at) == 'n' && !LEAT_MUTANT("json_null_is_a_value"))
    return read_null(at, column);
  switch (column.reads_as()) {
    case TypeId::kBool: return read_bool(at, column);
    case TypeId::kList: return read_list(at, node);
    case TypeId::kStruct: return read_struct(at, node);
    case TypeId::kJson: return read_json(at, column);
    case TypeId::kDecimal: return read_decimal(at, column);
    case TypeId::kDate:
    case TypeId::kTimestamp:
    case TypeId::kInterval:
    case TypeId::kBinary: return read_converted(at, column);
    default: return read_marked(at, column);
  }
}

// Text without escapes, whose end lies in the chunk: nothing here calls a function and returns from
// it, so no register has to be saved.
const char* JsonRecordReader::read_text(const char* at, JsonColumn& column) {
  const char* const end = scanner_.end();
  for (const char* block = at + 1; *at == '"' && block < end; block += 16) {
    const intptr_t special = JsonScanner::first_special(block);
    if (special < 0) continue;
    const char* const quote = block + special;
    if (*quote != '"' || quote >= end || column.is_full()) [[unlikely]]
      break;
    column.put_in_place({at + 1, static_cast<size_t>(quote - at - 1)});
    return quote + 1;
  }
  return read_any_text(at, column);
}

const char* JsonRecordReader::read_any_text(const char* at, JsonColumn& column) {
  if (scanner_.peek(at) != '"') [[unlikely]]
    return read_null(at, column);
  bool escaped = false;
  const char* const quote = scanner_.string(at + 1, escaped);
  if (quote == nullptr || !make_room(column)) [[unlikely]]
    return nullptr;
  const std::string_view raw(at + 1, static_cast<size_t>(quote - at - 1));
  if (escaped) return read_escaped(raw, column);
  column.put_in_place(raw);
  return quote + 1;
}

const char* JsonRecordReader::read_escaped(std::string_view raw, JsonColumn& column) {
  Result<char*> room = column.room(raw.size());
  if (!room) return lack(std::unexpected(std::move(room).error()));
  const char* const end = json_unescape(raw, *room);
  column.put_from_room({*room, static_cast<size_t>(end - *room)});
  return raw.data() + raw.size() + 1;
}

namespace {

/// Up to seven digits without a sign, which one load brings.
struct FewDigits {
  uint64_t word;  // their values, the first in the lowest byte
  size_t count;   // 0: not so

  explicit FewDigits(const char* at) : word(swar::load8(at) ^ 0x3030303030303030) {
    const uint64_t others = ((word + 0x7676767676767676) | word) & swar::kHighBits;
    count = others == 0 ? 0 : static_cast<size_t>(__builtin_ctzll(others)) / 8;
  }
  uint64_t join() const { return swar::join_digits(word << (64 - 8 * count)); }
  /// A number may begin with them.
  bool is_start() const { return count == 1 || (count != 0 && (word & 0xFF) != 0); }
};

bool ends_value(char c) { return c == ',' || c == '}'; }

}  // namespace

const char* JsonRecordReader::read_int64(const char* at, JsonColumn& column) {
  const FewDigits digits(at);
  if (!digits.is_start() || !ends_value(at[digits.count]) || column.is_full()) [[unlikely]]
    return read_any_int64(at, column);
  column.put(static_cast<int64_t>(digits.join()));
  return at + digits.count;
}

const char* JsonRecordReader::read_any_int64(const char* at, JsonColumn& column) {
  if (!JsonScanner::is_number_start(scanner_.peek(at))) [[unlikely]]
    return read_null(at, column);
  JsonNumber number;
  const char* const end = scanner_.number(at, number);
  if (end == nullptr || !make_room(column)) [[unlikely]]
    return nullptr;
  if (number.digits > 18 || !number.is_integer()) [[unlikely]]
    return read_wide_int64(at, end, column);
  const auto value = static_cast<int64_t>(number.mantissa);
  column.put(number.negative ? -value : value);
  return end;
}

const char* JsonRecordReader::read_wide_int64(const char* at, const char* end, JsonColumn& column) {
  int64_t value = 0;
  const auto [stop, error] = std::from_chars(at, end, value);
  if (stop != end) return mismatch(at, column.type(), "it is not a whole number");
  if (error != std::errc())
    return mismatch(at, column.type(), "it is out of range", "declare the column as decimal(38,0)");
  column.put(value);
  return end;
}

const char* JsonRecordReader::read_float64(const char* at, JsonColumn& column) {
  static constexpr uint64_t kPowers[] = {1, 10, 100, 1000, 10'000, 100'000, 1'000'000, 10'000'000};
  const FewDigits whole(at);
  const char* const point = at + whole.count;
  const FewDigits fraction(point + 1);
  const char* const end = point + 1 + fraction.count;
  if (!whole.is_start() || *point != '.' || fraction.count == 0 || !ends_value(*end) ||
      end > scanner_.end() || column.is_full()) [[unlikely]]
    return read_any_float64(at, column);
  // Both are exact doubles, so the quotient is the nearest one.
  const uint64_t power = kPowers[fraction.count];
  const uint64_t mantissa = whole.join() * power + fraction.join();
  column.put(static_cast<double>(mantissa) / static_cast<double>(power));
  return end;
}

const char* JsonRecordReader::read_any_float64(const char* at, JsonColumn& column) {
  static constexpr double kPowers[] = {1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                       1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
  if (!JsonScanner::is_number_start(scanner_.peek(at))) [[unlikely]]
    return read_null(at, column);
  JsonNumber number;
  const char* const end = scanner_.number(at, number);
  if (end == nullptr || !make_room(column)) [[unlikely]]
    return nullptr;
  if (number.digits > 15 || number.has_exponent) [[unlikely]]
    return read_wide_float64(at, end, column);
  // Both are exact doubles, so the quotient is the nearest one.
  const double value = static_cast<double>(number.mantissa) / kPowers[number.fraction];
  column.put(number.negative ? -value : value);
  return end;
}

const char* JsonRecordReader::read_wide_float64(const char* at, const char* end,
                                                JsonColumn& column) {
  double value = 0;
  if (!parse_float64({at, static_cast<size_t>(end - at)}, value)) {
    fast_float::from_chars(at, end, value);
    return mismatch(at, column.type(),
                    std::isinf(value) ? "it is too large" : "it is too small, but not 0");
  }
  column.put(value);
  return end;
}

const char* JsonRecordReader::read_bool(const char* at, JsonColumn& column) {
  const char c = scanner_.peek(at);
  if (c != 't' && c != 'f') return mismatch(at, column.type());
  const char* const end = scanner_.literal(at, c == 't' ? "true" : "false");
  if (end == nullptr || !make_room(column)) return nullptr;
  column.put_bool(c == 't');
  return end;
}

const char* JsonRecordReader::read_json(const char* at, JsonColumn& column) {
  const char* const end = scanner_.skip_value(at);
  if (end == nullptr || !make_room(column)) return nullptr;
  column.put_in_place({at, static_cast<size_t>(end - at)});
  return end;
}

const char* JsonRecordReader::read_list(const char* at, JsonNode& node) {
  JsonColumn& column = *node.column;
  if (scanner_.peek(at) != '[') return mismatch(at, column.type());
  at = scanner_.skip_space(at + 1);
  if (scanner_.peek(at) != ']') {
    for (;;) {
      if (at >= scanner_.end()) [[unlikely]]
        return scanner_.fault(at, "here should be a value");
      at = read_value(at, node.children[0]);
      if (at == nullptr) return nullptr;
      at = scanner_.skip_space(at);
      const char next = scanner_.peek(at);
      if (next == ']') break;
      if (next != ',') return scanner_.fault(at, "here should be a ',' or ']'");
      at = scanner_.skip_space(at + 1);
    }
  }
  if (!make_room(column)) return nullptr;
  column.put_list();
  return at + 1;
}

const char* JsonRecordReader::read_struct(const char* at, JsonNode& node) {
  JsonColumn& column = *node.column;
  if (scanner_.peek(at) != '{') return mismatch(at, column.type());
  at = read_object(at + 1, *node.fields, node.children, column.length());
  if (at == nullptr || !make_room(column)) return nullptr;
  column.put_struct();
  return at;
}

// The unescaped text of the string at `at`, of which 32 bytes may be read whatever its length;
// returns the position behind it.
const char* JsonRecordReader::string_value(const char* at, const Type& type,
                                           std::string_view& text) {
  if (scanner_.peek(at) != '"') return mismatch(at, type);
  bool escaped = false;
  const char* const quote = scanner_.string(at + 1, escaped);
  if (quote == nullptr) return nullptr;
  text = {at + 1, static_cast<size_t>(quote - at - 1)};
  if (escaped) {
    scratch_.resize(text.size() + 32);
    const char* const unescaped = json_unescape(text, scratch_.data());
    text = {scratch_.data(), static_cast<size_t>(unescaped - scratch_.data())};
  }
  return quote + 1;
}

const char* JsonRecordReader::read_decimal(const char* at, JsonColumn& column) {
  const Type& type = column.type();
  std::string_view text;
  const char* end = nullptr;
  if (scanner_.peek(at) == '"') {
    end = string_value(at, type, text);
    if (end == nullptr) return nullptr;
  } else {
    if (!JsonScanner::is_number_start(scanner_.peek(at))) return mismatch(at, type);
    JsonNumber number;
    end = scanner_.number(at, number);
    if (end == nullptr) return nullptr;
    text = {at, static_cast<size_t>(end - at)};
  }
  Int128 value = 0;
  switch (parse_decimal(text, type.precision(), type.scale(), value)) {
    case DecimalResult::kExact: break;
    case DecimalResult::kRounded: return mismatch(at, type, "digits would be lost");
    case DecimalResult::kOutOfRange: return mismatch(at, type, "it is out of range");
    case DecimalResult::kNotANumber: return mismatch(at, type);
  }
  if (!make_room(column)) return nullptr;
  column.put(value);
  return end;
}

namespace {

/// `: reason` without what joins it to a message.
std::string_view unpunctuated(std::string_view reason) {
  return reason.starts_with(": ") ? reason.substr(2) : reason;
}

}  // namespace

// Types that JSON has no word for: strings in the forms of value_parser.h.
const char* JsonRecordReader::read_converted(const char* at, JsonColumn& column) {
  std::string_view text;
  const char* const end = string_value(at, column.type(), text);
  if (end == nullptr || !make_room(column)) return nullptr;
  if (column.id() == TypeId::kDate) {
    int32_t days = 0;
    if (!parse_date_padded(text, days)) return mismatch(at, column.type());
    column.put(days);
  } else if (column.id() == TypeId::kTimestamp) {
    int64_t microseconds = 0;
    const bool zoned = column.type().is_zoned();
    const bool is_time = parse_timestamp_padded(text, microseconds) ||
                         (rounds_times_ && parse_timestamp_rounded(text, microseconds));
    if (!is_time || has_zone(text) != zoned) {
      const auto [reason, hint] = why_no_timestamp(text, zoned);
      return mismatch(at, column.type(), unpunctuated(reason), std::string(hint));
    }
    column.put(microseconds);
  } else if (column.id() == TypeId::kInterval) {
    const std::optional<Interval> interval = parse_interval(text);
    if (!interval) return mismatch(at, column.type());
    column.put(*interval);
  } else {
    Result<char*> room = column.room(text.size() / 2 + 1);
    if (!room) return lack(std::unexpected(std::move(room).error()));
    const std::optional<size_t> bytes = parse_binary(text, *room);
    if (!bytes) return mismatch(at, column.type());
    column.put_from_room({*room, *bytes});
  }
  return end;
}

// Types with a mark or a limit.
const char* JsonRecordReader::read_marked(const char* at, JsonColumn& column) {
  const Type& type = column.type();
  if (type.is_numeric()) return read_limited(at, column);
  if (!type.is(TypeId::kTimestamp) && !is_converted(type)) return mismatch(at, type);
  std::string_view text;
  const char* const end = string_value(at, type, text);
  if (end == nullptr || !make_room(column)) return nullptr;
  if (type.is(TypeId::kTimestamp)) {
    int64_t micros = 0;
    if (!(rounds_times_ ? parse_time_of_day_rounded(text, micros)
                        : parse_time_of_day(text, micros)))
      return mismatch(at, type);
    column.put(micros);
    return end;
  }
  const std::optional<std::string_view> stored = stored_text(type, text, stored_);
  if (!stored) return mismatch(at, type, unpunctuated(why_not_stored(type, text)));
  Result<char*> room = column.room(stored->size());
  if (!room) return lack(std::unexpected(std::move(room).error()));
  std::memcpy(*room, stored->data(), stored->size());
  column.put_from_room({*room, stored->size()});
  return end;
}

const char* JsonRecordReader::read_limited(const char* at, JsonColumn& column) {
  const Type& type = column.type();
  if (type.is(TypeId::kFloat64)) {
    if (!JsonScanner::is_number_start(scanner_.peek(at))) return mismatch(at, type);
    JsonNumber number;
    const char* const end = scanner_.number(at, number);
    if (end == nullptr || !make_room(column)) return nullptr;
    const std::string_view text(at, static_cast<size_t>(end - at));
    double value = 0;
    const bool is_float = parse_float64(text, value);
    const std::optional<double> stored = is_float ? stored_float(type, value) : std::nullopt;
    if (!stored) return mismatch(at, type, unpunctuated(why_not_stored(type, text)));
    column.put(*stored);
    return end;
  }
  const size_t length = column.length();
  const char* const end =
      type.is(TypeId::kInt64) ? read_any_int64(at, column) : read_decimal(at, column);
  if (end == nullptr) return nullptr;
  std::string_view text(at, static_cast<size_t>(end - at));
  if (text.front() == '"') text = text.substr(1, text.size() - 2);
  Int128 value = 0;
  parse_decimal(text, kDecimalDigitsMax, 0, value);
  if (is_in_limit(type, value)) return end;
  column.truncate(length);
  return mismatch(at, type, unpunctuated(why_not_stored(type, text)));
}

}  // namespace leat::io
