// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Where a row stands in its stream. "First", ties, "the order of the input" and "the lowest error"
// mean this and nothing else; where a row came from is its provenance.
#pragma once

#include <compare>
#include <cstdint>

namespace leat {

/// (split, row in split) packed so that comparing ordinals is one integer compare. The head of a
/// segment gives them, anew behind every stage that changes the order; along a stream they never
/// descend. Rows that a map makes of one row share its ordinal: they stay in one lane, and stand in
/// the order of arrival. A split holds at most 2^24 numbered rows, which every splitter respects;
/// there can be 2^40 splits.
class Ordinal {
 public:
  static constexpr uint64_t kRowBits = 24;
  static constexpr uint64_t kRowsPerSplitMax = uint64_t{1} << kRowBits;

  constexpr Ordinal() = default;
  constexpr Ordinal(uint64_t split, uint64_t row) : packed_(split << kRowBits | row) {}
  static constexpr Ordinal from_packed(uint64_t packed) {
    Ordinal ordinal;
    ordinal.packed_ = packed;
    return ordinal;
  }

  constexpr uint64_t split() const { return packed_ >> kRowBits; }
  constexpr uint64_t row() const { return packed_ & (kRowsPerSplitMax - 1); }
  constexpr uint64_t packed() const { return packed_; }
  constexpr Ordinal operator+(uint64_t rows) const { return from_packed(packed_ + rows); }
  constexpr auto operator<=>(const Ordinal&) const = default;

 private:
  uint64_t packed_ = 0;
};

}  // namespace leat
