// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The texts of a workbook's cells, each stored once: cells hold their numbers.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "operators/data/memory.h"
#include "operators/xlsx/workbook.h"

namespace leat::io {

/// THREADS: immutable, any.
class SharedStrings {
 public:
  /// Reads the first `wanted` texts of `workbook`, or all there are. They are charged to `memory`,
  /// which outlives them. SUSPENDS. ERRORS: kIo, kData, kMemory.
  static Result<std::shared_ptr<const SharedStrings>> read(const Workbook& workbook, size_t wanted,
                                                           MemoryAccount& memory);

  size_t size() const { return count_; }
  /// REQUIRES: index < size().
  std::string_view operator[](size_t index) const {
    const auto* const ends = ends_->as<uint64_t>();
    const uint64_t begin = index == 0 ? 0 : ends[index - 1];
    return {text_->as<char>() + begin, static_cast<size_t>(ends[index] - begin)};
  }

 private:
  BufferRef text_;
  BufferRef ends_;
  size_t count_ = 0;
};

}  // namespace leat::io
