// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// JSON lines to batches. One pass over each line checks the grammar of all of it and fills the
// columns that are wanted. The fields of an object are expected in the order of the object before,
// which makes finding a field one comparison.
//
// What is in a line, and what becomes of it:
//   - a line of white space is skipped; every other line is a record and holds one object
//   - a field that is missing, or null, is NULL
//   - a field that stands twice is a fault, if it is one of the columns; other fields are not
//     compared
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
#include <string>
#include <string_view>
#include <vector>

#include "operators/io/json_column.h"
#include "operators/io/json_scanner.h"
#include "operators/io/value_parser.h"
#include "operators/operator.h"

namespace leat::io {

enum class UnknownFields : uint8_t { kError, kIgnore };

/// The fields of an object, found by name. THREADS: one.
class JsonFields {
 public:
  /// `wanted[i]` is the column of field i, or SIZE_MAX: then the field is known, and checked, but
  /// not read.
  JsonFields(const std::vector<Field>& fields, const std::vector<size_t>& wanted);

  static constexpr size_t kUnknown = SIZE_MAX;

  /// Does the key with its quotes at `at` belong to field `field`? Reads 32 bytes.
  bool is_key(size_t field, const char* at, const char* end) const {
    const Entry& entry = entries_[field];
    const uint64_t differs = ((swar::load8(at) ^ entry.words[0]) & entry.masks[0]) |
                             ((swar::load8(at + 8) ^ entry.words[1]) & entry.masks[1]);
    if (differs != 0 || static_cast<size_t>(end - at) < entry.key_bytes) return false;
    return entry.key_bytes <= 16 || is_long_key(field, at);
  }
  size_t key_bytes(size_t field) const { return entries_[field].key_bytes; }
  /// The field called `name`, or kUnknown.
  size_t find(std::string_view name) const;
  /// The field that followed `field` (kUnknown: the first field) last time.
  size_t expected_after(size_t field) const { return next_[field + 1]; }
  /// REQUIRES: `field` is known.
  void learn(size_t before, size_t field) { next_[before + 1] = static_cast<uint32_t>(field); }
  size_t column(size_t field) const { return entries_[field].column; }
  const std::string& name(size_t field) const { return names_[field]; }

 private:
  struct Entry {
    uint64_t words[2] = {0, 0};  // the first 16 bytes of the key with its quotes
    uint64_t masks[2] = {0, 0};
    size_t key_bytes = 0;
    size_t column = SIZE_MAX;
  };
  static void never_match(Entry& entry);
  bool is_long_key(size_t field, const char* at) const;

  std::vector<Entry> entries_;
  std::vector<uint32_t> next_;  // next_[f + 1] followed f; next_[0] was first
  std::vector<std::string> names_;
  std::vector<uint32_t> sorted_;  // fields by name
};

/// A column of a struct, a list or the record, with what is needed to read it.
struct JsonNode {
  JsonNode(const Type& type, JsonColumn* target);
  JsonColumn* column;
  std::vector<JsonNode> children;
  std::unique_ptr<JsonFields> fields;  ///< Of a struct.
};

/// Reads one line at a time. THREADS: one.
class JsonRecordReader {
 public:
  /// `schema` are the columns to fill, `known` all fields that records may have.
  JsonRecordReader(const Schema& schema, const Schema& known, UnknownFields unknown,
                   state::MemoryAccount& memory);

  Status start(const BufferRef& chunk, size_t rows);
  /// Appends the object in the line that begins at `at` to the columns; `end` is the end of all
  /// text. Returns the end of the line, or null: then nothing was appended, and take_error says
  /// why.
  const char* read(const char* at, const char* end);
  /// What is wrong with the line read last; `fault_at` is where. REQUIRES: read returned null.
  Error take_error(const char*& fault_at);
  std::vector<ColumnRef> finish();
  size_t rows() const { return rows_; }

 private:
  const char* read_object(const char* at, JsonFields& fields, std::vector<JsonNode>& nodes,
                          size_t row);
  [[gnu::noinline]] const char* find_field(const char* at, JsonFields& fields, size_t before,
                                           size_t& field);
  const char* skip_colon(const char* at);
  [[gnu::noinline]] const char* unknown_field(const char* at, const char* value);
  [[gnu::cold, gnu::noinline]] const char* stands_twice(const char* at, const std::string& name);
  [[gnu::cold, gnu::noinline]] const char* field_failed(const std::string& name);
  [[gnu::noinline]] const char* fill_missing(const char* at, std::vector<JsonNode>& nodes,
                                             size_t row);
  const char* read_value(const char* at, JsonNode& node);
  [[gnu::noinline]] const char* read_null(const char* at, JsonColumn& column);
  [[gnu::noinline]] const char* read_other(const char* at, JsonNode& node);
  const char* read_list(const char* at, JsonNode& node);
  const char* read_struct(const char* at, JsonNode& node);
  const char* read_int64(const char* at, JsonColumn& column);
  [[gnu::noinline]] const char* read_wide_int64(const char* at, const char* end,
                                                JsonColumn& column);
  const char* read_float64(const char* at, JsonColumn& column);
  [[gnu::noinline]] const char* read_wide_float64(const char* at, const char* end,
                                                  JsonColumn& column);
  const char* read_decimal(const char* at, JsonColumn& column);
  const char* read_bool(const char* at, JsonColumn& column);
  const char* read_text(const char* at, JsonColumn& column);
  [[gnu::noinline]] const char* read_escaped(std::string_view raw, JsonColumn& column);
  const char* read_converted(const char* at, JsonColumn& column);
  const char* read_json(const char* at, JsonColumn& column);
  const char* string_value(const char* at, const Type& type, std::string_view& text);

  /// Notes that the value at `at` is no `type`; `why` may say more.
  [[gnu::cold, gnu::noinline]] const char* mismatch(const char* at, const Type& type,
                                                    std::string_view why = {},
                                                    std::string hint = {});
  [[gnu::cold, gnu::noinline]] const char* refuse(const char* at, std::string message,
                                                  std::string hint = {});
  [[gnu::cold, gnu::noinline]] const char* lack(Status failed);
  /// False after noting that memory ran out.
  bool make_room(JsonColumn& column) { return !column.is_full() || grow(column); }
  [[gnu::noinline]] bool grow(JsonColumn& column);

  std::vector<JsonColumn> columns_;
  std::vector<JsonNode> nodes_;
  std::unique_ptr<JsonFields> fields_;
  UnknownFields unknown_;
  JsonScanner scanner_;
  std::string scratch_;         // unescaped strings that are converted
  std::optional<Error> error_;  // instead of the scanner's fault
  bool is_mismatch_ = false;    // does error_ still lack the name of the field?
  size_t rows_ = 0;
};

struct JsonFormat {
  SchemaRef schema;  ///< Columns to fill.
  SchemaRef known;   ///< All fields.
  UnknownFields unknown = UnknownFields::kError;
};

/// Decodes splits of lines. Counts kRead. Row n of a split is its line n, so that a row leads back
/// to its line.
std::unique_ptr<Decoder> make_json_decoder(const JsonFormat& format, const LaneContext& context);

}  // namespace leat::io
