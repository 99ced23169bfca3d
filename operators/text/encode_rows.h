// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The loop of every encoder of text: row by row, and a row that cannot be written leaves no bytes.
#pragma once

#include <utility>
#include <vector>

#include "engine/error.h"
#include "operators/context.h"
#include "operators/data/batch.h"
#include "operators/text/text_buffer.h"

namespace leat::io {

/// The text of the selected rows of `batch`, which `encode_row(size_t row) -> Status` appends to
/// `out`. A row for which it returns kData is taken back and appended to `faults`. `ends`, unless
/// null, becomes where the text of each selected row ends. `estimate` as in TextBuffer::start.
/// ERRORS: those of `encode_row` but kData; kMemory.
template <typename EncodeRow>
Result<BufferRef> encode_rows(const Batch& batch, size_t estimate, TextBuffer& out,
                              std::vector<RowFault>& faults, std::vector<uint64_t>* ends,
                              EncodeRow encode_row) {
  LEAT_TRY(out.start(estimate));
  if (ends != nullptr) ends->clear();
  const Selection& selection = batch.selection();
  for (size_t i = 0; i < selection.count(); ++i) {
    const uint32_t row = selection[i];
    const size_t begin = out.size();
    Status status = encode_row(row);
    if (!status) [[unlikely]] {
      if (status.error().code != ErrorCode::kData)
        return std::unexpected(std::move(status).error());
      out.advance(out.cursor() - (out.size() - begin));
      faults.push_back({row, std::move(status).error()});
    }
    if (ends != nullptr) ends->push_back(out.size());
  }
  return out.finish();
}

}  // namespace leat::io
