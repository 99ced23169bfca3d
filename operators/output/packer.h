// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Packs blocks of an output. Each block becomes a part that can be unpacked on its own (a gzip
// member, a zstd or lz4 frame, a bzip2 or xz stream); such parts one after another are one file of
// the format.
//
// gzip goes through zlib, not through isa-l, which would be several times faster: isa-l chooses its
// code by the processor, and with it the bytes. The output of the libraries used here depends on
// input and level alone, so a file can be compared by its checksum with one that another machine
// wrote.
#pragma once

#include <cstddef>
#include <string_view>

#include "engine/error.h"
#include "operators/data/buffer.h"
#include "operators/input/compressed_source.h"

namespace leat::io {

/// What a packed block becomes.
enum class PackedForm : uint8_t {
  kPart,    ///< A part of the compression's format, complete.
  kStream,  ///< Of kGzip: a piece of one raw stream of DEFLATE, which kDeflateEnd ends.
};

/// The end of a raw stream of DEFLATE: an empty last block.
inline constexpr std::string_view kDeflateEnd("\x03\x00", 2);

/// How an output is packed.
struct Packing {
  Compression compression = Compression::kNone;
  int level = 0;  ///< From 1 on; see default_level and level_max.
  PackedForm form = PackedForm::kPart;

  bool operator==(const Packing&) const = default;
};

/// Bytes of output that are packed together at most. Such a block, and what it becomes at worst,
/// each fit into a buffer of 1 MiB.
inline constexpr size_t kPackedBlockBytes = 1'000'000;

/// The usual level of `compression`, and its highest. REQUIRES: not kNone.
int default_level(Compression compression);
int level_max(Compression compression);

/// The most bytes that pack_block makes of `bytes` bytes.
size_t packed_bytes_max(const Packing& packing, size_t bytes);

/// Bytes that the library takes while it packs one block, besides those of its text and of what
/// that becomes.
size_t packing_memory(const Packing& packing);

/// Packs `bytes` into `out`, which has room for packed_bytes_max of them, as one complete part with
/// a checksum, or as a piece of a stream; sets its size. The same bytes give the same part on any
/// machine. REQUIRES: at most kPackedBlockBytes; packing.compression is not kNone, its level in
/// range. ERRORS: kMemory when the library gets none from the system. THREADS: any.
Status pack_block(const Packing& packing, std::string_view bytes, Buffer& out);

}  // namespace leat::io
