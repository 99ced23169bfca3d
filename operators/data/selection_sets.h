// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Selections of one batch taken together.
#pragma once

#include "operators/data/batch.h"
#include "operators/data/memory.h"

namespace leat {

/// The rows of `some` that are in `others`, too. ERRORS: kMemory.
Result<Selection> rows_in_both(const Selection& some, const Selection& others,
                               MemoryAccount& memory);

/// The rows of `some` that are not in `others`. ERRORS: kMemory.
Result<Selection> rows_without(const Selection& some, const Selection& others,
                               MemoryAccount& memory);

}  // namespace leat
