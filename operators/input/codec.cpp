// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/input/codec.h"

#include <algorithm>
#include <limits>

#include <bzlib.h>
#include <isa-l/igzip_lib.h>
#include <lz4frame.h>
#include <lzma.h>
#include <zstd.h>

#include "engine/check.h"

namespace leat::io {
namespace {

using Outcome = std::expected<Codec::Progress, std::string>;

constexpr const char* kDamaged = "it is damaged";
constexpr const char* kWrongChecksum = "its checksum is wrong";

/// Libraries count in 32 bits.
template <typename T>
uint32_t clamped(std::span<T> bytes) {
  return static_cast<uint32_t>(
      std::min<size_t>(bytes.size(), std::numeric_limits<uint32_t>::max()));
}

/// Little-endian number of `bytes` bytes at `at` of `head`; 0 when it is not all there.
uint64_t number_at(std::span<const uint8_t> head, size_t at, size_t bytes) {
  uint64_t number = 0;
  for (size_t i = 0; i < bytes && at + bytes <= head.size(); ++i)
    number |= uint64_t{head[at + i]} << (8 * i);
  return number;
}

class GzipCodec final : public Codec {
 public:
  GzipCodec() : state_(std::make_unique<inflate_state>()) {
    isal_inflate_init(state_.get());
    state_->crc_flag = ISAL_GZIP;
  }
  size_t memory_needed(std::span<const uint8_t>) const override { return sizeof(inflate_state); }
  Outcome run(std::span<const uint8_t> in, std::span<uint8_t> out) override {
    state_->next_in = const_cast<uint8_t*>(in.data());
    state_->avail_in = clamped(in);
    state_->next_out = out.data();
    state_->avail_out = clamped(out);
    const int result = isal_inflate(state_.get());
    if (result == ISAL_INCORRECT_CHECKSUM) return std::unexpected(kWrongChecksum);
    if (result < 0 || result == ISAL_NEED_DICT) return std::unexpected(kDamaged);
    return Progress{clamped(in) - state_->avail_in, clamped(out) - state_->avail_out,
                    state_->block_state == ISAL_BLOCK_FINISH};
  }
  void restart() override {
    isal_inflate_reset(state_.get());
    state_->crc_flag = ISAL_GZIP;
  }

 private:
  std::unique_ptr<inflate_state> state_;  // some 80 KiB
};

class ZstdCodec final : public Codec {
 public:
  ZstdCodec() : stream_(ZSTD_createDStream()) {
    // The account decides, not the library's idea of a large window.
    ZSTD_DCtx_setParameter(stream_, ZSTD_d_windowLogMax,
                           ZSTD_dParam_getBounds(ZSTD_d_windowLogMax).upperBound);
  }
  ~ZstdCodec() override { ZSTD_freeDStream(stream_); }
  // The window stands in the frame's header (RFC 8878, 3.1.1.1).
  size_t memory_needed(std::span<const uint8_t> head) const override {
    constexpr size_t kMagic = 4;
    constexpr size_t kDictionaryBytes[] = {0, 1, 2, 4};
    constexpr size_t kLengthBytes[] = {0, 2, 4, 8};
    constexpr size_t kBesides = size_t{512} << 10;  // tables, a block and what is held back of one
    if (head.size() <= kMagic || number_at(head, 0, kMagic) != ZSTD_MAGICNUMBER) return kBesides;
    const uint8_t descriptor = head[kMagic];
    const bool is_single = (descriptor & 0x20) != 0;
    uint64_t window = 0;
    if (is_single) {
      const size_t at = kMagic + 1 + kDictionaryBytes[descriptor & 3];
      const size_t bytes = std::max<size_t>(kLengthBytes[descriptor >> 6], 1);
      window = number_at(head, at, bytes) + (bytes == 2 ? 256 : 0);
    } else if (head.size() > kMagic + 1) {
      const uint8_t byte = head[kMagic + 1];
      window = uint64_t{1} << (10 + (byte >> 3));
      window += window / 8 * (byte & 7);
    }
    // The library keeps what a block of 128 KiB may add on both sides.
    constexpr uint64_t kMax = std::numeric_limits<uint64_t>::max() / 4;
    return static_cast<size_t>(std::min(window, kMax)) + kBesides;
  }
  Outcome run(std::span<const uint8_t> in, std::span<uint8_t> out) override {
    ZSTD_inBuffer input{in.data(), in.size(), 0};
    ZSTD_outBuffer output{out.data(), out.size(), 0};
    const size_t result = ZSTD_decompressStream(stream_, &output, &input);
    if (ZSTD_isError(result)) return std::unexpected(ZSTD_getErrorName(result));
    return Progress{input.pos, output.pos, result == 0};
  }
  void restart() override {}

 private:
  ZSTD_DStream* stream_;
};

class Lz4Codec final : public Codec {
 public:
  Lz4Codec() {
    const size_t result = LZ4F_createDecompressionContext(&context_, LZ4F_VERSION);
    LEAT_CHECK(!LZ4F_isError(result), "lz4 has no context");
  }
  ~Lz4Codec() override { LZ4F_freeDecompressionContext(context_); }
  // Two blocks, whose size the sixth byte tells, and a window of 64 KiB on both sides.
  size_t memory_needed(std::span<const uint8_t> head) const override {
    const unsigned size = head.size() > 5 ? (head[5] >> 4) & 7U : 7U;
    const size_t block = size_t{64} << (10 + 2 * (std::max(size, 4U) - 4));
    return 2 * block + (size_t{256} << 10);
  }
  Outcome run(std::span<const uint8_t> in, std::span<uint8_t> out) override {
    size_t consumed = in.size();
    size_t produced = out.size();
    const size_t result =
        LZ4F_decompress(context_, out.data(), &produced, in.data(), &consumed, nullptr);
    if (LZ4F_isError(result)) return std::unexpected(LZ4F_getErrorName(result));
    return Progress{consumed, produced, result == 0};
  }
  void restart() override {}

 private:
  LZ4F_dctx* context_ = nullptr;
};

class Bzip2Codec final : public Codec {
 public:
  Bzip2Codec() { begin(); }
  ~Bzip2Codec() override { BZ2_bzDecompressEnd(&stream_); }
  // Four bytes for each of a block, of which the fourth byte tells the hundreds of thousands.
  size_t memory_needed(std::span<const uint8_t> head) const override {
    const size_t level = head.size() > 3 && head[3] >= '1' && head[3] <= '9' ? head[3] - '0' : 9;
    return level * 400'000 + (size_t{128} << 10);
  }
  Outcome run(std::span<const uint8_t> in, std::span<uint8_t> out) override {
    stream_.next_in = const_cast<char*>(reinterpret_cast<const char*>(in.data()));
    stream_.avail_in = clamped(in);
    stream_.next_out = reinterpret_cast<char*>(out.data());
    stream_.avail_out = clamped(out);
    const int result = BZ2_bzDecompress(&stream_);
    if (result != BZ_OK && result != BZ_STREAM_END) return std::unexpected(kDamaged);
    return Progress{clamped(in) - stream_.avail_in, clamped(out) - stream_.avail_out,
                    result == BZ_STREAM_END};
  }
  void restart() override {
    BZ2_bzDecompressEnd(&stream_);
    begin();
  }

 private:
  void begin() {
    stream_ = bz_stream{};
    const int result = BZ2_bzDecompressInit(&stream_, 0, 0);
    LEAT_CHECK(result == BZ_OK, "bzip2 does not begin");
  }
  bz_stream stream_{};
};

class XzCodec final : public Codec {
 public:
  XzCodec() { begin(); }
  ~XzCodec() override { lzma_end(&stream_); }
  // How large the dictionary is, each block says in its own head: run() asks.
  size_t memory_needed(std::span<const uint8_t>) const override { return kGrantedAtFirst; }
  void grant(size_t bytes) override {
    granted_ = bytes;
    LEAT_CHECK(lzma_memlimit_set(&stream_, bytes) == LZMA_OK, "xz gets what it asked for");
  }
  Outcome run(std::span<const uint8_t> in, std::span<uint8_t> out) override {
    stream_.next_in = in.data();
    stream_.avail_in = in.size();
    stream_.next_out = out.data();
    stream_.avail_out = out.size();
    const lzma_ret result = lzma_code(&stream_, LZMA_RUN);
    Progress progress{in.size() - stream_.avail_in, out.size() - stream_.avail_out,
                      result == LZMA_STREAM_END};
    if (result == LZMA_MEMLIMIT_ERROR) {
      progress.wants = static_cast<size_t>(lzma_memusage(&stream_));
      return progress;
    }
    // LZMA_BUF_ERROR only says that there was nothing to do.
    if (result != LZMA_OK && result != LZMA_STREAM_END && result != LZMA_BUF_ERROR)
      return std::unexpected(kDamaged);
    return progress;
  }
  void restart() override {
    lzma_end(&stream_);
    begin();
  }

 private:
  static constexpr size_t kGrantedAtFirst = size_t{64} << 10;
  void begin() {
    stream_ = LZMA_STREAM_INIT;
    const lzma_ret result = lzma_stream_decoder(&stream_, granted_, 0);
    LEAT_CHECK(result == LZMA_OK, "xz does not begin");
  }
  size_t granted_ = kGrantedAtFirst;
  lzma_stream stream_ = LZMA_STREAM_INIT;
};

}  // namespace

std::unique_ptr<Codec> make_codec(Compression compression) {
  switch (compression) {
    case Compression::kGzip: return std::make_unique<GzipCodec>();
    case Compression::kZstd: return std::make_unique<ZstdCodec>();
    case Compression::kLz4: return std::make_unique<Lz4Codec>();
    case Compression::kBzip2: return std::make_unique<Bzip2Codec>();
    case Compression::kXz: return std::make_unique<XzCodec>();
    case Compression::kNone: break;
  }
  LEAT_CHECK(false, "there is something to unpack");
  return nullptr;
}

std::string_view to_string(Compression compression) {
  switch (compression) {
    case Compression::kGzip: return "gzip";
    case Compression::kZstd: return "zstd";
    case Compression::kLz4: return "lz4";
    case Compression::kBzip2: return "bzip2";
    case Compression::kXz: return "xz";
    case Compression::kNone: break;
  }
  return "none";
}

}  // namespace leat::io
