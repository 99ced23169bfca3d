// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/input/compressed_source.h"

#include <algorithm>
#include <cstring>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "engine/codes/file.h"
#include "engine/codes/machine.h"
#include "engine/mutant.h"
#include "operators/input/codec.h"
#include "operators/text/byte_size.h"

namespace leat::io {
namespace {

class UnpackingSource final : public ByteSource {
 public:
  UnpackingSource(std::unique_ptr<ByteSource> packed, Compression compression, const Input& input,
                  MemoryAccount* memory)
      : memory_(memory),
        packed_(std::move(packed)),
        codec_(make_codec(compression)),
        compression_(compression),
        name_(input.name),
        max_expansion_(input.max_expansion),
        buffer_(kReadBytes) {}
  UnpackingSource(const UnpackingSource&) = delete;
  UnpackingSource& operator=(const UnpackingSource&) = delete;
  ~UnpackingSource() override {
    if (memory_ != nullptr) memory_->refund(granted_);
  }

  Result<size_t> read(std::span<uint8_t> into) override {
    for (;;) {
      if (begin_ == end_) LEAT_TRY(refill());
      if (between_parts_) {
        LEAT_TRY_ASSIGN(const bool more, begin_part());
        if (!more) return 0;
      }
      // Without input the codec may still hold output that did not fit.
      const auto progress = codec_->run({buffer_.data() + begin_, end_ - begin_}, into);
      if (!progress) return damaged(progress.error());
      if (progress->wants > 0) {
        begin_ += progress->consumed;
        consumed_ += progress->consumed;
        LEAT_TRY(grant(progress->wants));
        continue;
      }
      if (progress->consumed == 0 && progress->produced == 0 && !progress->part_done) {
        return damaged(begin_ == end_ ? "it is cut off" : "it is damaged");
      }
      begin_ += progress->consumed;
      consumed_ += progress->consumed;
      if (progress->part_done) {
        between_parts_ = true;
        codec_->restart();
      }
      produced_ += progress->produced;
      // All that was read counts: what the codec has consumed so far may be less than it has seen.
      if (max_expansion_ != 0 && produced_ > kExpansionFree &&
          produced_ / max_expansion_ > consumed_ + (end_ - begin_))
        return expands();
      if (progress->produced > 0) return progress->produced;
    }
  }

 private:
  static constexpr size_t kReadBytes = size_t{256} << 10;

  /// Reads on, keeping what is not consumed.
  Status refill() {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
    LEAT_TRY_ASSIGN(const size_t got,
                    read_fully(*packed_, {buffer_.data() + end_, buffer_.size() - end_}));
    end_ += got;
    return {};
  }

  /// Behind a part there is another, or nothing, or the zeros with which tapes and some tools fill
  /// up.
  Result<bool> begin_part() {
    if (end_ - begin_ < kHeadBytes) LEAT_TRY(refill());
    const std::string_view rest(reinterpret_cast<const char*>(buffer_.data()) + begin_,
                                end_ - begin_);
    if (rest.empty()) return false;
    if (is_part(rest)) {
      LEAT_TRY(grant(codec_->memory_needed({buffer_.data() + begin_, end_ - begin_})));
      between_parts_ = false;
      return true;
    }
    while (std::all_of(buffer_.begin() + static_cast<long>(begin_),
                       buffer_.begin() + static_cast<long>(end_),
                       [](uint8_t byte) { return byte == 0; })) {
      consumed_ += end_ - begin_;
      begin_ = end_;
      LEAT_TRY(refill());
      if (begin_ == end_) return false;
    }
    return damaged("something else follows its end");
  }
  bool is_part(std::string_view bytes) const {
    // A zstd or lz4 file may hold frames to be skipped, which the libraries do.
    const bool frames = compression_ == Compression::kZstd || compression_ == Compression::kLz4;
    const bool skippable = frames && bytes.size() >= 4 &&
                           (static_cast<uint8_t>(bytes[0]) & 0xF0) == 0x50 &&
                           bytes.substr(1, 3) == "\x2A\x4D\x18";
    return skippable || recognise_compression(bytes) == compression_;
  }

  /// Sees to it that the codec may take `bytes` in all.
  Status grant(size_t bytes) {
    if (bytes <= granted_) return {};
    if (LEAT_MUTANT("windows_are_not_counted")) {
      codec_->grant(bytes);
      return {};
    }
    const size_t limit = memory_ != nullptr ? memory_->limit() : default_memory_limit() / 4;
    const bool refused =
        memory_ != nullptr ? !memory_->charge(bytes - granted_).has_value() : bytes > limit;
    if (refused) {
      return fail(code::kMemoryLimit, ErrorCode::kMemory,
                  fmt::format("'{}' cannot be unpacked: that takes {} of memory, and the limit {} "
                              "is {} ({} data, byte {})",
                              name_, format_bytes(bytes),
                              memory_ != nullptr ? "of the run" : "while binding",
                              format_bytes(limit), to_string(compression_), consumed_),
                  "raise --memory, or compress the input with a smaller window or dictionary");
    }
    granted_ = bytes;
    codec_->grant(bytes);
    return {};
  }

  std::unexpected<Error> damaged(std::string_view what) const {
    return fail(code::kDamaged, ErrorCode::kIo,
                fmt::format("'{}' cannot be unpacked: {} ({} data, byte {})", name_, what,
                            to_string(compression_), consumed_),
                "get the file again from where it came from");
  }

  std::unexpected<Error> expands() const {
    return fail(code::kExpandsTooMuch, ErrorCode::kIo,
                fmt::format("'{}' cannot be unpacked: it becomes more than {} times as large ({} "
                            "data, byte {})",
                            name_, max_expansion_, to_string(compression_), consumed_),
                "if it should be so large, raise 'max_expansion'; 0 allows any size");
  }

  MemoryAccount* const memory_;  // null while binding
  size_t granted_ = 0;           // bytes of it that the codec may take
  std::unique_ptr<ByteSource> packed_;
  std::unique_ptr<Codec> codec_;
  Compression compression_;
  std::string name_;
  uint64_t max_expansion_;
  std::vector<uint8_t> buffer_;
  size_t begin_ = 0;  // of what is not consumed, in buffer_
  size_t end_ = 0;
  uint64_t consumed_ = 0;      // compressed bytes so far
  uint64_t produced_ = 0;      // and what they became
  bool between_parts_ = true;  // a part may begin, or the data may end
};

}  // namespace

Compression recognise_compression(std::string_view bytes) {
  if (bytes.starts_with("\x1F\x8B")) return Compression::kGzip;
  if (bytes.starts_with("\x28\xB5\x2F\xFD")) return Compression::kZstd;
  if (bytes.starts_with("\x04\x22\x4D\x18")) return Compression::kLz4;
  if (bytes.starts_with(std::string_view("\xFD"
                                         "7zXZ\0",
                                         6)))
    return Compression::kXz;
  // Text may begin with the three letters, so the magic number of the first block is looked at too,
  // or that of an empty file's end.
  const bool bzip2 = bytes.size() >= 10 && bytes.starts_with("BZh") && bytes[3] >= '1' &&
                     bytes[3] <= '9' &&
                     (bytes.substr(4, 6) == "\x31\x41\x59\x26\x53\x59" ||
                      bytes.substr(4, 6) == "\x17\x72\x45\x38\x50\x90");
  return bzip2 ? Compression::kBzip2 : Compression::kNone;
}

Result<std::unique_ptr<ByteSource>> unpack_source(std::unique_ptr<ByteSource> raw,
                                                  const Input& input, MemoryAccount* memory) {
  std::string prefix(kMagicBytes, '\0');
  LEAT_TRY_ASSIGN(const size_t got,
                  read_fully(*raw, {reinterpret_cast<uint8_t*>(prefix.data()), prefix.size()}));
  prefix.resize(got);
  const Compression compression = recognise_compression(prefix);
  LEAT_TRY_ASSIGN(std::unique_ptr<ByteSource> whole,
                  prefix_source(std::move(prefix), std::move(raw)));
  if (compression == Compression::kNone) return whole;
  return std::make_unique<UnpackingSource>(std::move(whole), compression, input, memory);
}

}  // namespace leat::io
