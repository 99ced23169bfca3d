// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// One record of JSON, a line or a value in a document, to one row of columns. One pass checks the
// grammar of all of it and fills the columns that are wanted.
//
// What is in a record, and what becomes of it:
//   - a line holds one object; of other records, what is no object fills the column `value`
//   - if columns were declared, and none of them is `value`, a list has their values in order
//   - a field that is missing, or null, is NULL
//   - a field that stands twice is as DuplicateKeys says, if it is one of the columns; other fields
//     are not compared
//   - fields that are no columns: as UnknownFields says
//   - int64 takes integers only (`1.0` is none), float64 all numbers that are not too large for
//     one; decimal takes numbers, and strings that hold one, when no digit is lost; bool, utf8,
//     list, struct take their JSON counterparts; date, timestamp and interval take strings; binary
//     takes strings `\x00ff`; json takes everything, as it stands
//
// Rejected: simdjson On Demand. It leaves values unchecked that are not asked for, knows no columns
// of errors outside of values, and line by line is slower than this scanner; simdjson is the oracle
// of the tests and samples lines for types.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "operators/json/json_fields.h"
#include "operators/json/json_scanner.h"
#include "operators/operator.h"

namespace leat::io {

enum class UnknownFields : uint8_t { kError, kIgnore };

/// What becomes of a field that stands twice in one object.
enum class DuplicateKeys : uint8_t { kError, kFirst, kLast };

/// What a record is.
enum class JsonRecords : uint8_t {
  kLines,    ///< An object, all of its line.
  kValues,   ///< A value; line feeds are white space. What is no object fills kValueColumn.
  kAsValue,  ///< The same, and objects fill that column, too.
};

/// The column of records that are no objects.
inline constexpr std::string_view kValueColumn = "value";

/// Reads one record at a time. THREADS: one.
class JsonRecordReader {
 public:
  /// `schema` are the columns to fill, `known` all fields that records may have.
  JsonRecordReader(const Schema& schema, const Schema& known, UnknownFields unknown,
                   MemoryAccount& memory);

  /// Digits past the microsecond are rounded from now on; else they are a mismatch.
  void round_times() { rounds_times_ = true; }
  void expect(JsonRecords records, DuplicateKeys duplicates) {
    records_ = records;
    duplicates_ = duplicates;
  }
  /// A record that is a list has the values of all fields from now on, in order.
  void take_lists() { takes_lists_ = true; }

  Status start(const BufferRef& chunk, size_t rows);
  /// Appends the record that begins at `at` to the columns; `end` is the end of all text. Returns
  /// the end of the line, or of the value, or null: then nothing was appended, and take_error says
  /// why.
  const char* read(const char* at, const char* end);
  /// What is wrong with the record read last; `fault_at` is where. REQUIRES: read returned null.
  Error take_error(const char*& fault_at);
  std::vector<ColumnRef> finish();
  size_t rows() const { return rows_; }

 private:
  const char* read_line(const char* at);
  const char* read_other_record(const char* at);
  const char* read_row(const char* at);
  [[gnu::cold, gnu::noinline]] const char* read_again(const char* key, const char* at,
                                                      const JsonField& field, JsonNode& node,
                                                      size_t row);
  const char* read_object(const char* at, JsonFields& fields, std::vector<JsonNode>& nodes,
                          size_t row);
  struct FoundField {
    const char* value;  // or null: a fault was noted
    JsonField* field;   // or null: an unknown one
  };
  [[gnu::noinline]] FoundField find_field(const char* at, JsonFields& fields, JsonField& before);
  const char* skip_colon(const char* at);
  /// What looks so but is none is skip_space's to tell.
  static bool starts_with_space(const char* at) { return static_cast<uint8_t>(*at) <= ' '; }
  [[gnu::noinline]] const char* unknown_field(const char* at, const char* value);
  [[gnu::cold, gnu::noinline]] const char* field_failed(const std::string& name);
  [[gnu::noinline]] const char* fill_missing(const char* at, std::vector<JsonNode>& nodes,
                                             size_t row);
  const char* read_value(const char* at, JsonNode& node);
  [[gnu::noinline]] const char* read_null(const char* at, JsonColumn& column);
  [[gnu::noinline]] const char* read_other(const char* at, JsonNode& node);
  const char* read_list(const char* at, JsonNode& node);
  const char* read_struct(const char* at, JsonNode& node);
  const char* read_int64(const char* at, JsonColumn& column);
  [[gnu::noinline]] const char* read_any_int64(const char* at, JsonColumn& column);
  [[gnu::noinline]] const char* read_wide_int64(const char* at, const char* end,
                                                JsonColumn& column);
  const char* read_float64(const char* at, JsonColumn& column);
  [[gnu::noinline]] const char* read_any_float64(const char* at, JsonColumn& column);
  [[gnu::noinline]] const char* read_wide_float64(const char* at, const char* end,
                                                  JsonColumn& column);
  const char* read_decimal(const char* at, JsonColumn& column);
  const char* read_bool(const char* at, JsonColumn& column);
  const char* read_text(const char* at, JsonColumn& column);
  [[gnu::noinline]] const char* read_any_text(const char* at, JsonColumn& column);
  [[gnu::noinline]] const char* read_escaped(std::string_view raw, JsonColumn& column);
  const char* read_converted(const char* at, JsonColumn& column);
  const char* read_marked(const char* at, JsonColumn& column);
  const char* read_limited(const char* at, JsonColumn& column);
  const char* read_json(const char* at, JsonColumn& column);
  const char* string_value(const char* at, const Type& type, std::string_view& text);

  /// Notes that the value at `at` is no `type`; `why` may say more.
  [[gnu::cold, gnu::noinline]] const char* mismatch(const char* at, const Type& type,
                                                    std::string_view why = {},
                                                    std::string hint = {});
  [[gnu::cold, gnu::noinline]] const char* refuse(Code number, const char* at, std::string message,
                                                  std::string hint = {});
  [[gnu::cold, gnu::noinline]] const char* lack(Status failed);
  /// False after noting that memory ran out.
  bool make_room(JsonColumn& column) { return !column.is_full() || grow(column); }
  [[gnu::noinline]] bool grow(JsonColumn& column);

  std::vector<JsonColumn> columns_;
  std::vector<JsonNode> nodes_;
  std::unique_ptr<JsonFields> fields_;
  UnknownFields unknown_;
  bool rounds_times_ = false;
  bool takes_lists_ = false;
  JsonRecords records_ = JsonRecords::kLines;
  DuplicateKeys duplicates_ = DuplicateKeys::kError;
  JsonScanner scanner_;
  std::string scratch_;         // unescaped strings that are converted
  std::string stored_;          // what a column keeps of them
  std::optional<Error> error_;  // instead of the scanner's fault
  bool is_mismatch_ = false;    // does error_ still lack the name of the field?
  size_t rows_ = 0;
};

}  // namespace leat::io
