// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Both selections ascend, so one walk over the two is enough, and the result ascends as well. A
// selection of all rows is walked like any other: what calls this has filtered before.
#include "operators/data/selection_sets.h"

#include <utility>

namespace leat {

namespace {

/// The rows of `some` of which it is `wanted` that they are in `others`.
Result<Selection> chosen_rows(const Selection& some, const Selection& others, bool wanted,
                              MemoryAccount& memory) {
  LEAT_TRY_ASSIGN(BufferRef rows, memory.allocate(some.count() * sizeof(uint32_t)));
  auto* const out = rows->mutable_as<uint32_t>();
  size_t count = 0;
  size_t next = 0;
  for (size_t i = 0; i < some.count(); ++i) {
    while (next < others.count() && others[next] < some[i]) ++next;
    const bool there = next < others.count() && others[next] == some[i];
    if (there == wanted) out[count++] = some[i];
  }
  return Selection(std::move(rows), count);
}

}  // namespace

Result<Selection> rows_in_both(const Selection& some, const Selection& others,
                               MemoryAccount& memory) {
  return chosen_rows(some, others, true, memory);
}

Result<Selection> rows_without(const Selection& some, const Selection& others,
                               MemoryAccount& memory) {
  return chosen_rows(some, others, false, memory);
}

}  // namespace leat
