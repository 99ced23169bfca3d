// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Unpacks what was written, with the libraries themselves and not with our reader.
#pragma once

#include <string>
#include <string_view>

#include <bzlib.h>
#include <gtest/gtest.h>
#include <lz4frame.h>
#include <lzma.h>
#include <zlib.h>
#include <zstd.h>

#include "operators/input/compressed_source.h"

namespace leat::test {

/// All gzip members of `packed`; counts them in `parts`.
inline std::string gunzip(std::string_view packed, size_t* parts = nullptr) {
  std::string text;
  std::string room(1 << 16, '\0');
  size_t members = 0;
  while (!packed.empty()) {
    z_stream stream{};
    EXPECT_EQ(inflateInit2(&stream, 15 + 16), Z_OK);
    stream.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(packed.data()));
    stream.avail_in = static_cast<uInt>(packed.size());
    int result = Z_OK;
    while (result == Z_OK) {
      stream.next_out = reinterpret_cast<Bytef*>(room.data());
      stream.avail_out = static_cast<uInt>(room.size());
      result = inflate(&stream, Z_NO_FLUSH);
      text.append(room, 0, room.size() - stream.avail_out);
    }
    EXPECT_EQ(result, Z_STREAM_END);
    if (result != Z_STREAM_END) packed = {};
    packed.remove_prefix(packed.size() - std::min<size_t>(packed.size(), stream.avail_in));
    inflateEnd(&stream);
    ++members;
  }
  if (parts != nullptr) *parts = members;
  return text;
}

/// All zstd frames of `packed`; counts them in `parts`.
inline std::string unzstd(std::string_view packed, size_t* parts = nullptr) {
  std::string text;
  size_t frames = 0;
  while (!packed.empty()) {
    const size_t size = ZSTD_findFrameCompressedSize(packed.data(), packed.size());
    EXPECT_FALSE(ZSTD_isError(size));
    if (ZSTD_isError(size)) break;
    std::string frame(ZSTD_getFrameContentSize(packed.data(), size), '\0');
    EXPECT_EQ(ZSTD_decompress(frame.data(), frame.size(), packed.data(), size), frame.size());
    text += frame;
    packed.remove_prefix(size);
    ++frames;
  }
  if (parts != nullptr) *parts = frames;
  return text;
}

/// All bzip2 streams of `packed`; counts them in `parts`.
inline std::string bunzip2(std::string_view packed, size_t* parts = nullptr) {
  std::string text;
  std::string room(1 << 16, '\0');
  size_t streams = 0;
  while (!packed.empty()) {
    bz_stream stream{};
    EXPECT_EQ(BZ2_bzDecompressInit(&stream, 0, 0), BZ_OK);
    stream.next_in = const_cast<char*>(packed.data());
    stream.avail_in = static_cast<unsigned>(packed.size());
    int result = BZ_OK;
    while (result == BZ_OK) {
      stream.next_out = room.data();
      stream.avail_out = static_cast<unsigned>(room.size());
      result = BZ2_bzDecompress(&stream);
      text.append(room, 0, room.size() - stream.avail_out);
    }
    EXPECT_EQ(result, BZ_STREAM_END);
    packed.remove_prefix(result == BZ_STREAM_END ? packed.size() - stream.avail_in : packed.size());
    BZ2_bzDecompressEnd(&stream);
    ++streams;
  }
  if (parts != nullptr) *parts = streams;
  return text;
}

/// All xz streams of `packed`; counts them in `parts`.
inline std::string unxz(std::string_view packed, size_t* parts = nullptr) {
  std::string text;
  std::string room(1 << 16, '\0');
  size_t streams = 0;
  while (!packed.empty()) {
    lzma_stream stream = LZMA_STREAM_INIT;
    EXPECT_EQ(lzma_stream_decoder(&stream, UINT64_MAX, 0), LZMA_OK);
    stream.next_in = reinterpret_cast<const uint8_t*>(packed.data());
    stream.avail_in = packed.size();
    lzma_ret result = LZMA_OK;
    while (result == LZMA_OK) {
      stream.next_out = reinterpret_cast<uint8_t*>(room.data());
      stream.avail_out = room.size();
      result = lzma_code(&stream, LZMA_RUN);
      text.append(room, 0, room.size() - stream.avail_out);
    }
    EXPECT_EQ(result, LZMA_STREAM_END);
    packed.remove_prefix(result == LZMA_STREAM_END ? packed.size() - stream.avail_in
                                                   : packed.size());
    lzma_end(&stream);
    ++streams;
  }
  if (parts != nullptr) *parts = streams;
  return text;
}

/// All lz4 frames of `packed`; counts them in `parts`.
inline std::string unlz4(std::string_view packed, size_t* parts = nullptr) {
  std::string text;
  std::string room(1 << 16, '\0');
  size_t frames = 0;
  LZ4F_dctx* context = nullptr;
  EXPECT_FALSE(LZ4F_isError(LZ4F_createDecompressionContext(&context, LZ4F_VERSION)));
  while (!packed.empty()) {
    size_t result = 1;
    while (result != 0 && !LZ4F_isError(result)) {
      size_t consumed = packed.size();
      size_t produced = room.size();
      result = LZ4F_decompress(context, room.data(), &produced, packed.data(), &consumed, nullptr);
      text.append(room, 0, produced);
      packed.remove_prefix(consumed);
      if (produced == 0 && consumed == 0) break;
    }
    EXPECT_EQ(result, 0u);
    if (result != 0) break;
    ++frames;
  }
  LZ4F_freeDecompressionContext(context);
  if (parts != nullptr) *parts = frames;
  return text;
}

inline std::string unpack(io::Compression compression, std::string_view packed,
                          size_t* parts = nullptr) {
  switch (compression) {
    case io::Compression::kGzip: return gunzip(packed, parts);
    case io::Compression::kZstd: return unzstd(packed, parts);
    case io::Compression::kBzip2: return bunzip2(packed, parts);
    case io::Compression::kXz: return unxz(packed, parts);
    case io::Compression::kLz4: return unlz4(packed, parts);
    case io::Compression::kNone: break;
  }
  return std::string(packed);
}

}  // namespace leat::test
