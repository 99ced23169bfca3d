// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// From a byte of a split back to line and column, by counting.
#pragma once

#include <cstdint>

#include "engine/error.h"
#include "operators/data/split.h"

namespace leat::io {

/// Finds places in one split. Positions that ascend cost one pass over the text together. THREADS:
/// one.
class PlaceCursor {
 public:
  /// REQUIRES: `split` outlives the cursor.
  /// `first_column`: of its first byte in its line, if the split does not begin with a line.
  explicit PlaceCursor(const Split& split, uint64_t first_column = 1)
      : split_(split), first_column_(first_column) {}
  /// Where byte `position` of the split stands. REQUIRES: position counts from split.begin and is
  /// at most its length.
  TextPlace at(size_t position);

 private:
  const Split& split_;
  const uint64_t first_column_;
  size_t counted_ = 0;     // bytes of the split of which line_ and line_begin_ know
  uint64_t lines_ = 0;     // line feeds among them
  size_t line_begin_ = 0;  // behind the last of these
};

/// The place of a single position. REQUIRES: as PlaceCursor::at.
TextPlace place_in_split(const Split& split, size_t position);

}  // namespace leat::io
