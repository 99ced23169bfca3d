// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/output/packer.h"

#include <memory>

#include <zlib.h>
#include <zstd.h>

#include "engine/check.h"

namespace leat::io {
namespace {

constexpr int kGzipWindowBits = 15 + 16;  // 16 asks for gzip's header and checksum
constexpr int kRawWindowBits = -15;
constexpr size_t kFlushBytes = 8;  // an empty block at the end of a piece
constexpr int kGzipMemoryLevel = 8;
constexpr int kZstdLevelMax = 19;  // those above need much memory to unpack

std::unexpected<Error> no_memory() {
  return fail(ErrorCode::kMemory, "the system has no memory to compress with");
}

Status pack_gzip(const Packing& packing, std::string_view bytes, Buffer& out) {
  z_stream stream{};
  const bool is_part = packing.form == PackedForm::kPart;
  if (deflateInit2(&stream, packing.level, Z_DEFLATED, is_part ? kGzipWindowBits : kRawWindowBits,
                   kGzipMemoryLevel, Z_DEFAULT_STRATEGY) != Z_OK)
    return no_memory();
  const std::unique_ptr<z_stream, int (*)(z_stream*)> end(&stream, &deflateEnd);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = out.mutable_data();
  stream.avail_out = static_cast<uInt>(out.capacity());
  const int result = deflate(&stream, is_part ? Z_FINISH : Z_SYNC_FLUSH);
  const bool done = is_part ? result == Z_STREAM_END : result == Z_OK && stream.avail_out > 0;
  LEAT_CHECK(done, "a block fits into packed_bytes_max");
  out.set_size(stream.total_out);
  return {};
}

Status pack_zstd(int level, std::string_view bytes, Buffer& out) {
  const std::unique_ptr<ZSTD_CCtx, size_t (*)(ZSTD_CCtx*)> context(ZSTD_createCCtx(),
                                                                   &ZSTD_freeCCtx);
  if (!context) return no_memory();
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_compressionLevel, level);
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_checksumFlag, 1);
  const size_t size =
      ZSTD_compress2(context.get(), out.mutable_data(), out.capacity(), bytes.data(), bytes.size());
  if (ZSTD_isError(size)) return no_memory();
  out.set_size(size);
  return {};
}

}  // namespace

int default_level(Compression compression) { return compression == Compression::kGzip ? 6 : 3; }

int level_max(Compression compression) {
  return compression == Compression::kGzip ? Z_BEST_COMPRESSION : kZstdLevelMax;
}

size_t packed_bytes_max(const Packing& packing, size_t bytes) {
  if (packing.compression == Compression::kZstd) return ZSTD_compressBound(bytes);
  // Without a stream the bound holds for any level, but for zlib's own header: gzip's is longer.
  return deflateBound(nullptr, bytes) + 18 + kFlushBytes;
}

Status pack_block(const Packing& packing, std::string_view bytes, Buffer& out) {
  LEAT_CHECK(packing.level >= 1 && packing.level <= level_max(packing.compression),
             "the level was checked while binding");
  LEAT_CHECK(out.capacity() >= packed_bytes_max(packing, bytes.size()), "there is room");
  if (packing.compression == Compression::kGzip) return pack_gzip(packing, bytes, out);
  return pack_zstd(packing.level, bytes, out);
}

}  // namespace leat::io
