// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Batches as structures of the Arrow C Data Interface, for plugins and other libraries.
//
//   leat        Arrow                             leat        Arrow
//   null        n                                 date        tdD
//   bool        b                                 timestamp   tsu:UTC
//   int64       l                                 interval    tin (microseconds become nanoseconds)
//   float64     g                                 list        +l
//   decimal     d:p,s (of 128 bits)               struct      +s
//   utf8, json  vu or u (json: extension arrow.json)
//   binary      vz or z
#pragma once

#include "engine/error.h"
#include "operators/data/arrow_abi.h"
#include "operators/data/batch.h"
#include "operators/data/memory.h"

namespace leat {

/// How text and binary values are handed over.
enum class ArrowText : uint8_t {
  kViews,       ///< As they lie here, without a copy: `vu`, `vz`.
  kContiguous,  ///< Copied one behind the other: `u`, `z`, for those who know no views.
};

/// Describes `schema` in `out`, whose previous contents are overwritten. The caller, or whoever it
/// gives `out` to, calls out->release once.
void export_schema(const Schema& schema, ArrowText text, ArrowSchema* out);

/// The selected rows of `batch` as a struct array in `out`, whose previous contents are
/// overwritten. Only selected rows, and of text only what they refer to, are handed over. The
/// caller, or whoever it gives `out` to, calls out->release once, on any thread, and not later than
/// the budget of the batch's buffers ends. ERRORS: kMemory; kData when an interval is too long for
/// nanoseconds, or contiguous text too long for 32-bit offsets: then `out` is released already.
Status export_batch(const Batch& batch, ArrowText text, MemoryAccount& memory, ArrowArray* out);

/// As export_batch, without copying text or rows together first: what is handed over lies where it
/// is. REQUIRES: all rows of `batch` are selected.
Status export_whole(const Batch& batch, ArrowText text, MemoryAccount& memory, ArrowArray* out);

/// The column that `array` was exported from, when it is a column of an exported batch, moved or
/// not, but as it was handed over; else null.
ColumnRef exported_column(const ArrowArray& array);

}  // namespace leat
