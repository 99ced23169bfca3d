// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Reads compressed inputs. What an input is packed with is told by its first bytes, not by its
// name. Files made of several compressed parts one after another (gzip members, zstd frames, bzip2
// streams) are read to the last part, and whatever is wrong (cut off, damaged, something else
// behind the end) is an error, never the end of the data.
//
// Decompression runs in the goroutine that reads, the splitter's, which has little else to do: the
// lanes decode the splits meanwhile.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "operators/data/memory.h"
#include "operators/input/byte_source.h"

namespace leat::io {

enum class Compression : uint8_t { kNone, kGzip, kZstd, kLz4, kBzip2, kXz };

/// The most bytes that recognise_compression needs.
inline constexpr size_t kMagicBytes = 10;

/// So much may come out of any input, however short.
inline constexpr uint64_t kExpansionFree = uint64_t{16} << 20;

/// How what begins with `bytes` is compressed.
Compression recognise_compression(std::string_view bytes);

/// `raw` as it is, or unpacked if its first bytes say that it is compressed. What unpacking takes
/// is charged to `memory`; null: nothing is charged, and a quarter of default_memory_limit() is the
/// limit. SUSPENDS (reads the first bytes). ERRORS: as ByteSource::read; those of the result also
/// kIo for data that cannot be unpacked, or that becomes more than kExpansionFree bytes and more
/// than input.max_expansion for each of its own; kMemory when `memory` has no room.
Result<std::unique_ptr<ByteSource>> unpack_source(std::unique_ptr<ByteSource> raw,
                                                  const Input& input, MemoryAccount* memory);

}  // namespace leat::io
