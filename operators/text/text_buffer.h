// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Text being written into budgeted memory. Encoders ask for room once for several small values and
// then store without checks.
#pragma once

#include <cstring>
#include <string_view>

#include "engine/error.h"
#include "operators/data/buffer.h"
#include "operators/data/memory.h"

namespace leat::io {

/// THREADS: one.
class TextBuffer {
 public:
  explicit TextBuffer(MemoryAccount& memory) : memory_(&memory) {}

  /// Begins a new text; `estimate` bytes are a guess at its length. What was written before is
  /// dropped. ERRORS: kMemory.
  Status start(size_t estimate);
  /// Makes room for `bytes` at the cursor. ERRORS: kMemory.
  Status ensure(size_t bytes) {
    if (static_cast<size_t>(end_ - at_) >= bytes) [[likely]]
      return {};
    return grow(bytes);
  }
  /// Where the next byte goes. Moves when `ensure` makes room.
  char* cursor() const { return at_; }
  /// REQUIRES: `end` lies in the room that was ensured, or before the cursor to take text back.
  void advance(char* end) { at_ = end; }
  Status append(std::string_view text) {
    LEAT_TRY(ensure(text.size()));
    std::memcpy(at_, text.data(), text.size());
    at_ += text.size();
    return {};
  }

  size_t size() const { return static_cast<size_t>(at_ - begin_); }
  std::string_view text() const { return {begin_, size()}; }
  /// The bytes written. The text ends; call `start` for the next one.
  BufferRef finish();

 private:
  Status grow(size_t bytes);

  MemoryAccount* memory_;
  BufferRef buffer_;
  char* begin_ = nullptr;
  char* at_ = nullptr;
  char* end_ = nullptr;
};

}  // namespace leat::io
