// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Rows to the XML of a sheet. Where the number of a row belongs stands a mark, for whoever knows
// it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "operators/data/batch.h"
#include "operators/json/json_encoder.h"
#include "operators/operator.h"
#include "operators/text/text_buffer.h"

namespace leat::io {

/// What stands for the number of the next row, and of the same row again. XML cannot hold either.
inline constexpr char kNextRowMark = '\x02';
inline constexpr char kSameRowMark = '\x01';

/// The most characters that a cell can hold, counted as UTF-16 does.
inline constexpr size_t kCellCharactersMax = 32'767;

/// Cell styles of the sheets that are written (xlsx_file.cpp).
enum class XlsxStyle : uint8_t { kGeneral, kDate, kSeconds, kMilliseconds };

/// The row of the names of `schema`.
std::string xlsx_header(const Schema& schema);

/// THREADS: one.
class XlsxEncoder {
 public:
  XlsxEncoder(const Schema& schema, MemoryAccount& memory);

  /// The selected rows. Rows with a text that is too long, or with what JSON text cannot hold, are
  /// left out and appended to `faults`. `ends`, unless null, becomes where the text of each
  /// selected row ends. ERRORS: kMemory.
  Result<BufferRef> encode(const Batch& batch, std::vector<RowFault>& faults,
                           std::vector<uint64_t>* ends = nullptr);

 private:
  Status put_row(const Batch& batch, size_t row);
  Status put_cell(const Column& column, size_t row, size_t index);
  Status put_number(size_t index, std::string_view number, XlsxStyle style);
  Status put_text(size_t index, std::string_view text);
  Status put_scalar_text(const Column& column, size_t row, size_t index);
  Status put_time(const Column& column, size_t row, size_t index);

  std::vector<std::string> names_;    // of columns, for messages
  std::vector<std::string> letters_;  // of columns
  TextBuffer out_;
  TextBuffer scratch_;
  JsonWriter json_;
};

}  // namespace leat::io
