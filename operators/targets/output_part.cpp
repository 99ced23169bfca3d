// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: a file may be new or go on from an earlier run, plain or packed, alone or one of
// thousands; what writes rows to it should not know.
//
// Invariants
// 1. The bytes depend on the rows alone: text is packed in blocks by its position in the file, also
//    when it was gathered first.
// 2. What is there is read to its end before the first row is written, and copied as it is: packed
//    text gets one more part of the format behind it.
// 3. The checksum is of all bytes of the file, those copied as well.
//
// Rejected: packing each piece of a file when it comes (with thousands of files pieces are too
// short to pack well, and their ends follow how much is held).
#include "operators/targets/output_part.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "engine/check.h"
#include "engine/mutant.h"
#include "operators/input/compressed_source.h"

namespace leat::io {
namespace {

constexpr size_t kCopyBytes = size_t{256} << 10;

}  // namespace

Status OutputPart::Hashed::write(std::string_view bytes) {
  if (is_asked_) {
    sha256_update(&context_, bytes.size(), reinterpret_cast<const uint8_t*>(bytes.data()));
  }
  return file_.write(bytes);
}

std::string OutputPart::Hashed::digest() const {
  sha256_ctx context = context_;
  std::array<uint8_t, SHA256_DIGEST_SIZE> digest;
  sha256_digest(&context, digest.size(), digest.data());
  return fmt::format("{:02x}", fmt::join(digest, ""));
}

OutputPart::OutputPart(const PartStyle& style, StagedFile& file, const StageContext& context)
    : style_(style),
      context_(context),
      hashed_(file, style.has_checksum),
      separator_bytes_(style.separator_bytes) {}

Status OutputPart::begin() {
  LEAT_TRY_ASSIGN(const std::unique_ptr<ByteSource> old, hashed_.file().open_old());
  if (style_.packs() && !style_.gathers) packed_ = make_packed();
  if (old != nullptr) return copy_old();
  return style_.frame.header.empty() ? Status() : put(style_.frame.header);
}

std::unique_ptr<FileWriter> OutputPart::make_packed() {
  if (style_.container) return style_.container(hashed_, context_.memory);
  return std::make_unique<PackedFile>(hashed_, style_.packing, context_.memory);
}

/// What was packed is not packed again: behind it comes one more part of the format.
Status OutputPart::copy_old() {
  StagedFile& file = hashed_.file();
  LEAT_TRY_ASSIGN(std::unique_ptr<ByteSource> raw, file.open_old());
  const Input input{.name = file.target(), .max_expansion = 0};
  const bool is_packed = style_.packing.compression != Compression::kNone;
  if (is_packed) {
    LEAT_TRY_ASSIGN(raw, unpack_source(std::move(raw), input, &context_.memory));
  }
  LEAT_TRY_ASSIGN(const OldContent old, read_old(*raw, style_.frame, file.target()));
  if (old.bytes == 0) return style_.frame.header.empty() ? Status() : put(style_.frame.header);
  LEAT_TRY_ASSIGN(raw, file.open_old());
  LEAT_TRY_ASSIGN(const BufferRef piece, context_.memory.allocate(kCopyBytes));
  uint64_t left = is_packed ? UINT64_MAX : old.kept;
  while (left > 0) {
    const size_t wanted = static_cast<size_t>(std::min<uint64_t>(left, kCopyBytes));
    LEAT_TRY_ASSIGN(const size_t got, raw->read({piece->mutable_data(), wanted}));
    if (got == 0) break;
    LEAT_TRY(hashed_.write({piece->as<char>(), got}));
    left -= got;
  }
  if (!old.is_empty) separator_bytes_ = 0;
  return old.has_line_end ? Status() : put("\n");
}

Status OutputPart::write(std::string_view records, uint64_t rows) {
  rows_ += rows;
  if (!records.empty()) records.remove_prefix(std::exchange(separator_bytes_, 0));
  return put(records);
}

Status OutputPart::put(std::string_view text) {
  const bool is_later = style_.gathers && style_.packs();
  return is_later ? gather(text) : put_out(text);
}

Status OutputPart::put_out(std::string_view text) {
  return packed_ ? packed_->write(text) : hashed_.write(text);
}

Status OutputPart::gather(std::string_view text) {
  LEAT_CHECK(context_.spill != nullptr, "there is a spill area");
  LEAT_TRY_ASSIGN(const size_t number, context_.spill->choose_file());
  const state::SpillExtent extent = context_.spill->reserve(number, text.size());
  LEAT_TRY(context_.spill->write(extent, extent.begin, text));
  gathered_.push_back(extent);
  return {};
}

Status OutputPart::pack_gathered() {
  packed_ = make_packed();
  LEAT_TRY_ASSIGN(const BufferRef piece, context_.memory.allocate(kCopyBytes));
  for (const state::SpillExtent& extent : gathered_) {
    for (uint64_t at = 0; at < extent.bytes;) {
      const size_t bytes = static_cast<size_t>(std::min<uint64_t>(kCopyBytes, extent.bytes - at));
      LEAT_TRY(context_.spill->read(extent.file, extent.begin + at, piece->mutable_data(), bytes));
      LEAT_TRY(packed_->write({piece->as<char>(), bytes}));
      at += bytes;
    }
    context_.spill->release(extent, extent.bytes);
  }
  gathered_ = {};
  return {};
}

Status OutputPart::finish() {
  if (style_.gathers && style_.packs()) LEAT_TRY(pack_gathered());
  if (!style_.frame.footer.empty()) LEAT_TRY(put_out(style_.frame.footer));
  if (packed_) LEAT_TRY(packed_->finish());
  packed_.reset();
  return hashed_.file().prepare();
}

FileEntry OutputPart::entry() const {
  return {.path = hashed_.target(),
          .rows = rows_,
          .bytes = hashed_.written(),
          .sha256 = style_.has_checksum ? hashed_.digest() : ""};
}

}  // namespace leat::io
