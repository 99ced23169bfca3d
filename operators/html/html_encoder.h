// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Rows to the rows of an HTML table. Values are written as in CSV, everything is escaped.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "operators/data/batch.h"
#include "operators/json/json_encoder.h"
#include "operators/operator.h"
#include "operators/text/text_buffer.h"

namespace leat::io {

/// A whole document, or the table alone.
enum class HtmlForm : uint8_t { kDocument, kTable };

/// What stands above the rows of a table with the columns of `schema`, and below them. `title` is
/// the document's, and the caption of the table; it may be empty.
std::string html_begin(const Schema& schema, HtmlForm form, std::string_view title);
std::string_view html_end(HtmlForm form);

/// THREADS: one.
class HtmlEncoder {
 public:
  explicit HtmlEncoder(MemoryAccount& memory) : out_(memory), scratch_(memory) {}

  /// The selected rows. `ends`, unless null, becomes where the text of each ends. ERRORS: kMemory.
  Result<BufferRef> encode(const Batch& batch, std::vector<RowFault>& faults,
                           std::vector<uint64_t>* ends = nullptr);

 private:
  Status put_row(const Batch& batch, size_t row);
  Status put_cell(const Column& column, size_t row);

  TextBuffer out_;
  TextBuffer scratch_;
  JsonWriter json_{NonFinite::kQuote};
};

}  // namespace leat::io
