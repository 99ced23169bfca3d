// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Where rows came from, for people: messages and rejects. Nothing is ordered by it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "engine/error.h"
#include "operators/data/buffer.h"
#include "operators/data/ordinal.h"

namespace leat {

/// Leads from the rows of one split of a source back to its text. Made by the decoder, shared by
/// the batches of the split; keeps the split's chunk alive. Both calls are slow paths for errors
/// and rejects. THREADS: immutable, any.
class RowOrigin {
 public:
  virtual ~RowOrigin() = default;
  /// File, line and column where row `row` of the split begins.
  virtual TextPlace locate(uint64_t row) const = 0;
  /// The record as it stands in the input, without its final line break.
  virtual std::string raw(uint64_t row) const = 0;
};

using RowOriginRef = std::shared_ptr<const RowOrigin>;

/// Where the physical rows of a batch stand in their stream, and where they came from.
struct RowPlaces {
  Ordinal first;
  BufferRef ordinals;   ///< uint64_t, packed, one for each row; null: consecutive from `first`.
  RowOriginRef origin;  ///< Of the ordinals' rows; null once rows of several splits met, or when
                        ///< the input has no text.

  Ordinal operator[](size_t physical_row) const {
    return ordinals ? Ordinal::from_packed(ordinals->as<uint64_t>()[physical_row])
                    : first + physical_row;
  }
  /// The same rows in another stream, consecutive from `start`; they came from where they came
  /// from.
  RowPlaces renumbered(Ordinal start) const;
};

}  // namespace leat
