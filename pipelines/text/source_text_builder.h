// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Builds a SourceText byte by byte, each with its place.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/mutant.h"
#include "operators/diagnostic.h"

namespace leat::pipelines {

/// THREADS: one.
class SourceTextBuilder {
 public:
  /// Appends one byte that stands at `offset` of the document.
  void byte(char c, size_t offset) { put(c, offset, false); }
  /// Appends a value, all of which comes from what stands at `offset`.
  void bytes(std::string_view text, size_t offset) {
    for (const char c : text) put(c, offset, true);
  }
  /// Keeps the first `size` bytes.
  void truncate(size_t size) {
    text_.resize(size);
    while (!pieces_.empty() && pieces_.back().text_offset >= size) pieces_.pop_back();
  }
  size_t size() const { return text_.size(); }
  const std::string& text() const { return text_; }
  /// The text; a caret just past it points to `end` of the document.
  SourceText finish(Span whole, size_t end, bool quoted) {
    pieces_.push_back({static_cast<uint32_t>(text_.size()), static_cast<uint32_t>(end)});
    return SourceText(std::move(text_), whole, std::move(pieces_), quoted);
  }

 private:
  void put(char c, size_t offset, bool is_inserted) {
    const auto at = static_cast<uint32_t>(offset + (LEAT_MUTANT("caret_off_by_one") ? 1 : 0));
    if (pieces_.empty() || is_inserted != pieces_.back().is_inserted ||
        at != pieces_.back().document_offset + (text_.size() - pieces_.back().text_offset)) {
      pieces_.push_back({static_cast<uint32_t>(text_.size()), at, is_inserted});
    }
    text_.push_back(c);
  }

  std::string text_;
  std::vector<SourceText::Piece> pieces_;
};

}  // namespace leat::pipelines
