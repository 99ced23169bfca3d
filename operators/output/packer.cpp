// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/output/packer.h"

#include <algorithm>
#include <array>
#include <memory>

#include <bzlib.h>
#include <lz4frame.h>
#include <lzma.h>
#include <zlib.h>
// For the bound of a context's memory.
#define ZSTD_STATIC_LINKING_ONLY
#include <zstd.h>

#include "engine/check.h"
#include "engine/codes/machine.h"

namespace leat::io {
namespace {

constexpr int kGzipWindowBits = 15 + 16;  // 16 asks for gzip's header and checksum
constexpr int kRawWindowBits = -15;
constexpr size_t kFlushBytes = 8;  // an empty block at the end of a piece
constexpr int kGzipMemoryLevel = 8;
// What zlib's, bzip2's and lz4's documentation and headers say of their contexts, rounded up.
constexpr size_t kGzipMemory = size_t{288} << 10;
constexpr size_t kBzip2Memory = size_t{400} << 10;
constexpr size_t kBzip2MemoryOfLevel = 800'000;
constexpr size_t kLz4Memory = size_t{320} << 10;
// A window that is longer than the block would only take memory, here and where it is unpacked.
constexpr uint32_t kXzWindow = uint32_t{1} << 20;
static_assert(kXzWindow >= kPackedBlockBytes);

std::unexpected<Error> no_memory() {
  return fail(code::kMemoryRefused, ErrorCode::kMemory,
              "the system has no memory to compress with");
}

/// What there is of a format.
struct Levels {
  int usual;
  int max;
};

Levels levels_of(Compression compression) {
  switch (compression) {
    case Compression::kGzip: return {6, Z_BEST_COMPRESSION};
    case Compression::kZstd: return {3, 19};  // those above need much memory to unpack
    case Compression::kBzip2: return {9, 9};
    case Compression::kXz: return {6, 9};
    case Compression::kLz4: return {1, 12};
    case Compression::kNone: break;
  }
  LEAT_CHECK(false, "there is something to pack with");
  return {};
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

Status pack_bzip2(int level, std::string_view bytes, Buffer& out) {
  constexpr int kUsualWork = 0;
  auto size = static_cast<unsigned>(out.capacity());
  const int result =
      BZ2_bzBuffToBuffCompress(out.mutable_as<char>(), &size, const_cast<char*>(bytes.data()),
                               static_cast<unsigned>(bytes.size()), level, 0, kUsualWork);
  if (result == BZ_MEM_ERROR) return no_memory();
  LEAT_CHECK(result == BZ_OK, "a block fits into packed_bytes_max");
  out.set_size(size);
  return {};
}

/// The chain of filters of xz, which is one.
struct XzFilters {
  explicit XzFilters(int level) {
    const bool unknown = lzma_lzma_preset(&options, static_cast<uint32_t>(level)) != 0;
    LEAT_CHECK(!unknown, "the level was checked while binding");
    options.dict_size = std::min(options.dict_size, kXzWindow);
  }
  XzFilters(const XzFilters&) = delete;
  XzFilters& operator=(const XzFilters&) = delete;

  lzma_options_lzma options{};
  std::array<lzma_filter, 2> chain = {{{LZMA_FILTER_LZMA2, &options}, {LZMA_VLI_UNKNOWN, nullptr}}};
};

Status pack_xz(int level, std::string_view bytes, Buffer& out) {
  XzFilters filters(level);
  size_t size = 0;
  const lzma_ret result =
      lzma_stream_buffer_encode(filters.chain.data(), LZMA_CHECK_CRC64, nullptr,
                                reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size(),
                                out.mutable_data(), &size, out.capacity());
  if (result == LZMA_MEM_ERROR) return no_memory();
  LEAT_CHECK(result == LZMA_OK, "a block fits into packed_bytes_max");
  out.set_size(size);
  return {};
}

LZ4F_preferences_t lz4_preferences(int level, size_t bytes) {
  LZ4F_preferences_t preferences = LZ4F_INIT_PREFERENCES;
  preferences.frameInfo.blockSizeID = LZ4F_max1MB;
  preferences.frameInfo.blockMode = LZ4F_blockIndependent;
  preferences.frameInfo.contentChecksumFlag = LZ4F_contentChecksumEnabled;
  preferences.frameInfo.contentSize = bytes;
  preferences.compressionLevel = level;
  preferences.autoFlush = 1;
  return preferences;
}

/// Not by LZ4F_compressFrame, which has its context on the stack, and that is a goroutine's.
Status pack_lz4(int level, std::string_view bytes, Buffer& out) {
  LZ4F_cctx* made = nullptr;
  if (LZ4F_isError(LZ4F_createCompressionContext(&made, LZ4F_VERSION))) return no_memory();
  const std::unique_ptr<LZ4F_cctx, size_t (*)(LZ4F_cctx*)> context(made,
                                                                   &LZ4F_freeCompressionContext);
  const LZ4F_preferences_t preferences = lz4_preferences(level, bytes.size());
  size_t size = 0;
  const auto took = [&](size_t result) {
    if (LZ4F_isError(result)) return false;
    size += result;
    return true;
  };
  uint8_t* const begin = out.mutable_data();
  const size_t room = out.capacity();
  if (!took(LZ4F_compressBegin(made, begin, room, &preferences)) ||
      !took(LZ4F_compressUpdate(made, begin + size, room - size, bytes.data(), bytes.size(),
                                nullptr)) ||
      !took(LZ4F_compressEnd(made, begin + size, room - size, nullptr)))
    return no_memory();
  out.set_size(size);
  return {};
}

}  // namespace

int default_level(Compression compression) { return levels_of(compression).usual; }

int level_max(Compression compression) { return levels_of(compression).max; }

size_t packed_bytes_max(const Packing& packing, size_t bytes) {
  switch (packing.compression) {
    // Without a stream the bound holds for any level, but for zlib's own header: gzip's is longer.
    case Compression::kGzip: return deflateBound(nullptr, bytes) + 18 + kFlushBytes;
    case Compression::kZstd: return ZSTD_compressBound(bytes);
    case Compression::kBzip2: return bytes + bytes / 100 + 600;
    case Compression::kXz: return lzma_stream_buffer_bound(bytes);
    case Compression::kLz4: {
      const LZ4F_preferences_t preferences = lz4_preferences(packing.level, bytes);
      return LZ4F_HEADER_SIZE_MAX + LZ4F_compressBound(bytes, &preferences);
    }
    case Compression::kNone: break;
  }
  LEAT_CHECK(false, "there is something to pack with");
  return 0;
}

size_t packing_memory(const Packing& packing) {
  switch (packing.compression) {
    case Compression::kGzip: return kGzipMemory;
    case Compression::kZstd:
      return ZSTD_estimateCCtxSize_usingCParams(
          ZSTD_getCParams(packing.level, kPackedBlockBytes, 0));
    case Compression::kBzip2:
      return kBzip2Memory + kBzip2MemoryOfLevel * static_cast<size_t>(packing.level);
    case Compression::kXz: {
      const XzFilters filters(packing.level);
      return static_cast<size_t>(lzma_raw_encoder_memusage(filters.chain.data()));
    }
    case Compression::kLz4: return kLz4Memory;
    case Compression::kNone: break;
  }
  return 0;
}

Status pack_block(const Packing& packing, std::string_view bytes, Buffer& out) {
  LEAT_CHECK(bytes.size() <= kPackedBlockBytes,
             "a block is not longer than memory was counted for");
  LEAT_CHECK(packing.level >= 1 && packing.level <= level_max(packing.compression),
             "the level was checked while binding");
  LEAT_CHECK(out.capacity() >= packed_bytes_max(packing, bytes.size()), "there is room");
  switch (packing.compression) {
    case Compression::kGzip: return pack_gzip(packing, bytes, out);
    case Compression::kZstd: return pack_zstd(packing.level, bytes, out);
    case Compression::kBzip2: return pack_bzip2(packing.level, bytes, out);
    case Compression::kXz: return pack_xz(packing.level, bytes, out);
    case Compression::kLz4: return pack_lz4(packing.level, bytes, out);
    case Compression::kNone: break;
  }
  LEAT_CHECK(false, "there is something to pack with");
  return {};
}

}  // namespace leat::io
