// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What comes behind the last left row: right rows without a partner; and all of the result where
// the left side had to be held, or both went to disk.
#pragma once

#include <memory>

#include "operators/state/join/join_table.h"

namespace leat::state {

/// A lane that holds left rows until all are known.
std::unique_ptr<MapLane> make_holding_lane(const JoinTable& table, KeepPlaces keep_places,
                                           const LaneContext& context);

/// The rows that the lanes of `table` held, numbered. ERRORS: kMemory.
Result<std::shared_ptr<KeptRows>> collect_held(const JoinTable& table, SchemaRef schema,
                                               MemoryAccount& memory);

/// The rows of a join that come last; null: none. ERRORS: kMemory, kIo, kCancelled. SUSPENDS
Result<CollectedRef> make_join_rest(const JoinPlan& plan, std::shared_ptr<const JoinTable> table,
                                    const LaneContext& context);

}  // namespace leat::state
