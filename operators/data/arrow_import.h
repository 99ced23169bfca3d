// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Batches from structures of the Arrow C Data Interface.
//
//   Arrow                                   leat
//   n                                       null
//   b                                       bool
//   c C s S i I l L                         int64 (a uint64 past its range is an error)
//   e f g                                   float64
//   d:p,s of 32, 64 or 128 bits             decimal(p,s), also with p < s, as precision s
//   u U vu (extension arrow.json: json)     utf8
//   z Z vz w:n                              binary
//   tdD, tdm (whole days)                   date
//   tss tsm tsu tsn with or without zone    timestamp (nanoseconds must be whole microseconds)
//   tiM tiD tin, tDs tDm tDu tDn            interval (as above)
//   tts ttm ttu ttn                         interval, since midnight (as above)
//   +l +L +vl +vL +w:n +m                   list
//   +s                                      struct
//   any of these with a dictionary          what the dictionary holds
#pragma once

#include "engine/error.h"
#include "operators/data/arrow_abi.h"
#include "operators/data/batch.h"
#include "operators/data/memory.h"

namespace leat {

/// The type that the array described by `schema` becomes. ERRORS: kPlugin, with the format, when
/// there is none.
Result<Type> import_type(const ArrowSchema& schema);

/// The columns of a struct. ERRORS: kPlugin when `schema` is no struct, or as import_type.
Result<SchemaRef> import_schema(const ArrowSchema& schema);

/// Copies the rows of the struct array `array`, described by `schema`, and releases `array` (once,
/// whatever happens). Rows have the identities Ordinal(0, 0) and up. `schema` is left to the
/// caller. ERRORS: kPlugin when a type has no counterpart, or offsets or lengths are wrong; kData
/// when a value has none, or is no UTF-8; kMemory.
Result<Batch> import_batch(const ArrowSchema& schema, ArrowArray* array, MemoryAccount& memory);

/// Rows [begin, begin + count) of a struct array.
struct RowRange {
  size_t begin = 0;
  size_t count = 0;
};

/// Copies those columns of the struct array `array` whose numbers are in `wanted`; `array` is left
/// to the caller. `columns` is what import_schema makes of `schema`. A column that was exported by
/// us, and is wanted whole, is not copied but used again. ERRORS: as import_batch.
Result<std::vector<ColumnRef>> import_columns(const ArrowSchema& schema, const Schema& columns,
                                              const ArrowArray& array, RowRange range,
                                              const std::vector<size_t>& wanted,
                                              MemoryAccount& memory);

}  // namespace leat
