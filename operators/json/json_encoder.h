// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Values and rows to JSON. Numbers are written so that they read back as the same value, decimals
// with all their digits; times, intervals and binary are strings in the forms of value_format.h;
// NULL is null. JSON has no word for NaN and infinities: a row with one is a row fault. Only `"`,
// `\` and control characters are escaped; text stays UTF-8.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "operators/data/batch.h"
#include "operators/operator.h"
#include "operators/text/text_buffer.h"

namespace leat::io {

/// `text` in quotes, escaped.
std::string json_quote(std::string_view text);

/// What to do with NaN and infinities.
enum class NonFinite : uint8_t { kError, kQuote };

/// How JSON is laid out.
enum class JsonLayout : uint8_t {
  kLine,    ///< A line for each row.
  kArray,   ///< The same lines as elements of an array, each behind kJsonBetween.
  kPretty,  ///< Elements of an array, with a line for each value, two blanks a level.
};

/// What begins every row of an array: the first one goes without its first byte, the comma.
inline constexpr std::string_view kJsonBetween = ",\n";

/// Writes single values. THREADS: any, it is immutable.
class JsonWriter {
 public:
  explicit JsonWriter(NonFinite non_finite = NonFinite::kError) : non_finite_(non_finite) {}
  /// As the value of a field of a row in `layout`.
  explicit JsonWriter(JsonLayout layout)
      : non_finite_(NonFinite::kError), pretty_(layout == JsonLayout::kPretty) {}

  /// Appends the value of `column` at `row`. ERRORS: kData (NaN or infinity), kMemory.
  Status write(const Column& column, size_t row, TextBuffer& out) const {
    return write_value(column, row, kFieldLevel, out);
  }
  /// Appends `text` as a JSON string. ERRORS: kMemory. `text` may be read up to 16 bytes past its
  /// end.
  Status write_string(std::string_view text, TextBuffer& out) const;

 private:
  static constexpr size_t kFieldLevel = 2;  // of a row's fields: in its object, in the array

  /// `level`: how many values surround it.
  Status write_value(const Column& column, size_t row, size_t level, TextBuffer& out) const;
  Status write_list(const Column& column, size_t row, size_t level, TextBuffer& out) const;
  Status write_struct(const Column& column, size_t row, size_t level, TextBuffer& out) const;
  Status break_line(size_t level, TextBuffer& out) const;
  Status write_raw(std::string_view json, TextBuffer& out) const;

  NonFinite non_finite_;
  bool pretty_ = false;
};

/// Rows to objects. THREADS: one.
class JsonEncoder {
 public:
  JsonEncoder(const Schema& schema, MemoryAccount& memory, JsonLayout layout = JsonLayout::kLine);

  /// The selected rows in the layout. Rows that JSON cannot hold are left out and appended to
  /// `faults`. `ends`, unless null, becomes where the text of each selected row ends. ERRORS:
  /// kMemory.
  Result<BufferRef> encode(const Batch& batch, std::vector<RowFault>& faults,
                           std::vector<uint64_t>* ends = nullptr);

 private:
  Status encode_row(const Batch& batch, size_t row);

  std::vector<std::string> names_;  // of columns, for messages
  std::vector<std::string> keys_;   // `{"name":` for the first column, `,"name":` for the others
  std::string_view end_;            // of a row, behind its last value
  size_t row_bytes_;                // a guess
  TextBuffer out_;
  JsonWriter writer_;
};

}  // namespace leat::io
