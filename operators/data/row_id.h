// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The identity of a row: which split of the input it came from and its number there. Identities
// order rows as the input does, survive filters, sorts and plugins, decide "first appearance", and
// lead back to file and line.
#pragma once

#include <compare>
#include <cstdint>
#include <memory>
#include <string>

#include "engine/error.h"

namespace leat {

/// (split, row in split) packed so that comparing identities is one integer compare. A split holds
/// at most 2^24 rows, which every splitter respects; there can be 2^40 splits.
class RowId {
 public:
  static constexpr uint64_t kRowBits = 24;
  static constexpr uint64_t kRowsPerSplitMax = uint64_t{1} << kRowBits;

  constexpr RowId() = default;
  constexpr RowId(uint64_t split, uint64_t row) : packed_(split << kRowBits | row) {}
  static constexpr RowId from_packed(uint64_t packed) {
    RowId id;
    id.packed_ = packed;
    return id;
  }

  constexpr uint64_t split() const { return packed_ >> kRowBits; }
  constexpr uint64_t row() const { return packed_ & (kRowsPerSplitMax - 1); }
  constexpr uint64_t packed() const { return packed_; }
  constexpr RowId operator+(uint64_t rows) const { return from_packed(packed_ + rows); }
  constexpr auto operator<=>(const RowId&) const = default;

 private:
  uint64_t packed_ = 0;
};

/// Leads from the rows of one split back to its text. Made by the decoder, shared by the batches of
/// the split; keeps the split's chunk alive. Both calls are slow paths for errors and rejects.
/// THREADS: immutable, any.
class RowOrigin {
 public:
  virtual ~RowOrigin() = default;
  /// File, line and column where row `row` of the split begins.
  virtual TextPlace locate(uint64_t row) const = 0;
  /// The record as it stands in the input, without its final line break.
  virtual std::string raw(uint64_t row) const = 0;
};

using RowOriginRef = std::shared_ptr<const RowOrigin>;

}  // namespace leat
