// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Made-up rows of any types, for trying operators. See sample_rows.cpp.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "operators/data/batch.h"
#include "operators/data/memory.h"

namespace leat::pipelines {

enum class SampleNulls : uint8_t { kNone, kSome, kAll };

/// A column of each type, called `c_int64` and so on.
std::vector<Field> sample_fields();

/// The rows of which `numbers` are the numbers, with the identities Ordinal(0, number). Equal
/// numbers make equal rows. ERRORS: kMemory. REQUIRES: at most kBatchRowsMax numbers.
Result<Batch> sample_batch(const SchemaRef& schema, const std::vector<uint64_t>& numbers,
                           SampleNulls nulls, MemoryAccount& memory);

/// Selected row `index` of `batch` as text, nested values included.
std::string sample_text(const Batch& batch, size_t index);

}  // namespace leat::pipelines
