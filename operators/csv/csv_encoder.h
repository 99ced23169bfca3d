// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Rows to CSV (RFC 4180, lines end with a line feed). A field is put in quotes when it must be:
// when it contains the delimiter, a quote, a line break, or reads like NULL, or is the empty
// string. NULL is written without quotes, so what is empty and what is missing stay apart. Lists,
// structs and json values are written as JSON text.
#pragma once

#include <string>
#include <vector>

#include "operators/data/batch.h"
#include "operators/json/json_encoder.h"
#include "operators/operator.h"
#include "operators/text/text_buffer.h"

namespace leat::io {

enum class CsvQuotes : uint8_t { kNeeded, kAll };

struct CsvStyle {
  char delimiter = ',';
  CsvQuotes quotes = CsvQuotes::kNeeded;
  std::string null_text;  ///< Without delimiter, quotes and line breaks.
};

/// The header line of `schema`.
std::string csv_header(const Schema& schema, const CsvStyle& style);

/// THREADS: one.
class CsvEncoder {
 public:
  CsvEncoder(CsvStyle style, MemoryAccount& memory);

  /// The selected rows as lines. Rows that JSON text cannot hold (NaN in a list) are left out and
  /// appended to `faults`. `ends`, unless null, becomes where the text of each selected row ends.
  /// ERRORS: kMemory.
  Result<BufferRef> encode(const Batch& batch, std::vector<RowFault>& faults,
                           std::vector<uint64_t>* ends = nullptr);

 private:
  Status encode_row(const Batch& batch, size_t row);
  Status put_cell(const Column& column, size_t row);
  Status put_string(std::string_view text);
  Status put_quoted(std::string_view text);
  Status put_text(std::string_view text);

  CsvStyle style_;
  bool check_scalars_;  // may the delimiter or NULL's text be part of a number or a time?
  TextBuffer out_;
  TextBuffer scratch_;
  JsonWriter json_;
};

}  // namespace leat::io
