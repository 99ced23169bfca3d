// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The first half of decoding CSV: the positions of all separators of a split, a window of up to a
// batch of records at a time. Positions count from the beginning of the split's chunk.
#pragma once

#include <cstdint>

#include "operators/csv/csv_scanner.h"
#include "operators/data/batch.h"
#include "operators/data/memory.h"
#include "operators/data/split.h"

namespace leat::io {

/// A run of whole records.
struct CsvWindow {
  const char* text = nullptr;  ///< The chunk.
  /// Where the separators are; separators[-1] is the byte before the first record (wrapped around
  /// if there is none).
  const uint32_t* separators = nullptr;
  size_t separator_count = 0;  ///< All of whole records.
  size_t records =
      0;  ///< Line feeds among the separators, and the end of the split if it has none.
  bool after_quote = false;  ///< Some closing quote is followed by something.
  bool unclosed = false;     ///< The last record ends inside quotes.
  bool unterminated =
      false;  ///< The last record has no line feed: its last separator is the end of the split.
  bool non_ascii = false;  ///< Some byte is not ASCII.

  size_t begin() const { return static_cast<uint32_t>(separators[-1] + 1); }
  /// Behind the last record's text.
  size_t end() const { return separators[separator_count - 1]; }
};

/// THREADS: one lane.
class CsvIndex {
 public:
  CsvIndex(const CsvDialect& dialect, MemoryAccount& memory) : scanner_(dialect), memory_(memory) {}

  /// REQUIRES: `split` outlives the calls of next() that follow.
  void begin(const Split& split);
  /// Finds the next window; false at the end of the split. A window has at least one record, at
  /// most kBatchRowsMax, and is not longer than needed to hold one or kWindowBytes. ERRORS:
  /// kMemory.
  Result<bool> next(CsvWindow& window);

 private:
  static constexpr size_t kWindowBytes = size_t{128} << 10;
  static constexpr size_t kFirstRoom = size_t{32} << 10;

  Status make_room();
  void keep_rest();

  CsvScanner scanner_;
  MemoryAccount& memory_;
  const Split* split_ = nullptr;
  BufferRef positions_;    // one for separators[-1], then the separators
  size_t room_ = 0;        // positions that fit
  size_t used_ = 0;        // positions found, with those of records not yet complete
  size_t delivered_ = 0;   // of these, part of the previous window
  size_t next_block_ = 0;  // position of the next byte to scan
  bool ended_ = false;
};

}  // namespace leat::io
