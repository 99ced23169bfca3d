// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The versioned encoding of batches: what spills, spools, isolated processes, resumed runs and
// shards exchange.
//
// A batch is a header of kEncodedHeaderBytes and a body:
//
//   header   "LEAB", version u16, 0 u16, length of the body u64, XXH3-64 of the body u64
//   body     schema, rows u64, row identities, columns; no padding
//   schema   number of fields u32, each: name (length u32, bytes), type
//   type     TypeId u8; of decimal precision u8, scale u8; of list the element; of struct a schema
//   ids      0 u8, identity of the first row u64; or 1 u8, the identity of each row u64
//   column   1 u8 and a bitmap of valid rows, or 0 u8 when none is NULL; then by type:
//            bool a bitmap; fixed width the values (Type::width() bytes each); utf8, binary, json
//            the length of each u32 (0 for NULL), then all bytes; list the length of each u32, then
//            the column of elements; struct its columns; null nothing
//
// Numbers are little-endian. Only selected rows are encoded, and of text only what they refer to.
// The origin of rows (RowPlaces::origin) is not part of it: it lives with the input.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/error.h"
#include "operators/data/batch.h"
#include "operators/data/memory.h"

namespace leat {

inline constexpr uint16_t kEncodingVersion = 2;
inline constexpr size_t kEncodedHeaderBytes = 24;

/// The selected rows of `batch`. ERRORS: kMemory.
Result<BufferRef> encode_batch(const Batch& batch, MemoryAccount& memory);

/// How long the encoded batch is that begins with `header`, header included. REQUIRES:
/// kEncodedHeaderBytes bytes. ERRORS: kData when it is none, or of a version that is not known.
Result<size_t> encoded_batch_bytes(std::span<const uint8_t> header);

/// The batch that `bytes` are, all of them. No damage can do harm: nothing is read behind the end,
/// and at most a small multiple of bytes.size() is allocated. ERRORS: kData when the bytes are
/// damaged or of another version; kMemory.
Result<Batch> decode_batch(std::span<const uint8_t> bytes, MemoryAccount& memory);

}  // namespace leat
