// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The rows a map makes of one row need an ordinal, and have none of their own: a number for each
// would have to be counted over all rows before, which lanes do not know. They share the ordinal of
// the row they were made of; as they stay in one lane in their order, "first" and ties are decided
// all the same. Their origin is the row's as well, so that a fault behind names the right line.
//
// Rejected: ordinals with a part for the row's number within its row. Every comparison of ordinals
// would pay for it, and nothing needs it.
#include "operators/repeated_rows.h"

#include <algorithm>
#include <array>
#include <vector>

#include "operators/data/take.h"

namespace leat {

std::vector<Equation> repeating_equations() {
  return {{{Counter::kIn},
           {Counter::kPassed, Counter::kDropped, Counter::kSkipped, Counter::kRejected}},
          {{Counter::kOut}, {Counter::kMade}}};
}

Result<RowPlaces> places_of_repeated(const Batch& batch, std::span<const uint32_t> rows,
                                     MemoryAccount& memory) {
  RowPlaces places;
  places.origin = batch.places().origin;
  LEAT_TRY_ASSIGN(places.ordinals, memory.allocate(rows.size() * sizeof(uint64_t)));
  auto* const out = places.ordinals->mutable_as<uint64_t>();
  for (size_t i = 0; i < rows.size(); ++i) out[i] = batch.places()[rows[i]].packed();
  if (!rows.empty()) places.first = batch.places()[rows.front()];
  return places;
}

Result<ColumnRef> take_or_null(const ColumnRef& column, std::span<const uint32_t> rows,
                               MemoryAccount& memory) {
  if (std::find(rows.begin(), rows.end(), kNullRow) == rows.end())
    return take_column(*column, rows, memory);
  LEAT_TRY_ASSIGN(ColumnRef none, null_column(column->type(), 1, memory));
  const std::array<ColumnRef, 2> columns{column, std::move(none)};
  std::vector<RowRef> refs;
  refs.reserve(rows.size());
  for (const uint32_t row : rows) refs.push_back(row == kNullRow ? RowRef{1, 0} : RowRef{0, row});
  return take_column(columns, refs, memory);
}

}  // namespace leat
