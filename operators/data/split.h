// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// A split: a run of whole records of one input, addressable as (input, byte range), so that work
// can be spread, sharded and resumed. Which bytes form split n depends on the input and on the
// chunk size alone, never on timing.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "operators/data/buffer.h"

namespace leat {
class Batch;
}

namespace leat::io {

/// How many bytes a byte of compressed input may become, unless the source's options say otherwise.
inline constexpr uint64_t kMaxExpansionDefault = 500;

/// How far the inputs of a source were read. THREADS: any.
struct InputMeter {
  std::atomic<uint64_t> bytes{0};  ///< As they lie on disk: of compressed inputs, compressed ones.
};

/// One input of a source, shared by its splits. THREADS: immutable, any.
struct Input {
  std::string name;    ///< As messages show it: the path as written, or `<stdin>`.
  uint32_t index = 0;  ///< Position among the source's inputs.
  uint64_t max_expansion = kMaxExpansionDefault;  ///< 0: any.
  std::shared_ptr<InputMeter> meter = nullptr;    ///< Of all inputs of the source; or null.
};

/// `chunk` bytes [begin, end) hold whole records.
struct Split {
  uint64_t index = 0;  ///< Ascending over all inputs of the source.
  std::shared_ptr<const Input> input;
  uint64_t offset = 0;          ///< Of the first byte, in the (decompressed) input.
  uint64_t first_line = 1;      ///< Line number of the first byte, from 1.
  uint64_t first_row = 0;       ///< Rows of the input before it; counted only on request, see
                                ///< SplitterOptions::count_rows.
  bool first_of_input = false;  ///< Does it begin the input (header, byte order mark)?
  BufferRef chunk;
  uint32_t begin = 0;
  uint32_t end = 0;
  /// Of a plugin's source instead of bytes: its rows, or what its decoder makes them from.
  std::shared_ptr<const std::vector<Batch>> rows;
  std::shared_ptr<void> handle;

  std::string_view bytes() const { return {chunk->as<char>() + begin, size_t{end} - begin}; }
};

}  // namespace leat::io
