// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Maps that make several rows of one (unnest, split, unpivot): where the rows stand, and their
// columns.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "operators/data/batch.h"
#include "operators/data/memory.h"
#include "operators/ledger.h"

namespace leat {

/// The counters of such a map: a row has passed when a row at least was made of it, and is dropped
/// otherwise.
std::vector<Equation> repeating_equations();

/// In place of a row: NULL.
inline constexpr uint32_t kNullRow = UINT32_MAX;

/// The places of the rows that were made of the physical rows `rows` of `batch`: a row has the
/// ordinal of the row it was made of. ERRORS: kMemory.
Result<RowPlaces> places_of_repeated(const Batch& batch, std::span<const uint32_t> rows,
                                     MemoryAccount& memory);

/// The values of `rows` of `column`, NULL for kNullRow. ERRORS: kMemory.
Result<ColumnRef> take_or_null(const ColumnRef& column, std::span<const uint32_t> rows,
                               MemoryAccount& memory);

}  // namespace leat
