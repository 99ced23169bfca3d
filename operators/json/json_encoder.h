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

/// Writes single values. THREADS: any, it is immutable.
class JsonWriter {
 public:
  explicit JsonWriter(NonFinite non_finite = NonFinite::kError) : non_finite_(non_finite) {}

  /// Appends the value of `column` at `row`. ERRORS: kData (NaN or infinity), kMemory.
  Status write(const Column& column, size_t row, TextBuffer& out) const;
  /// Appends `text` as a JSON string. ERRORS: kMemory. `text` may be read up to 16 bytes past its
  /// end.
  Status write_string(std::string_view text, TextBuffer& out) const;

 private:
  Status write_list(const Column& column, size_t row, TextBuffer& out) const;
  Status write_struct(const Column& column, size_t row, TextBuffer& out) const;
  Status write_raw(std::string_view json, TextBuffer& out) const;

  NonFinite non_finite_;
};

/// Rows to lines of one object each. THREADS: one.
class JsonEncoder {
 public:
  JsonEncoder(const Schema& schema, MemoryAccount& memory);

  /// The selected rows as lines. Rows that JSON cannot hold are left out and appended to `faults`.
  /// ERRORS: kMemory.
  Result<BufferRef> encode(const Batch& batch, std::vector<RowFault>& faults);

 private:
  Status encode_row(const Batch& batch, size_t row);

  std::vector<std::string> names_;  // of columns, for messages
  std::vector<std::string> keys_;   // `{"name":` for the first column, `,"name":` for the others
  size_t row_bytes_;                // a guess
  TextBuffer out_;
  JsonWriter writer_;
};

}  // namespace leat::io
