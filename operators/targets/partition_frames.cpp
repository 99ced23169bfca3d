// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: with ten thousand files a batch has a row or two for each. The batch is encoded as a
// whole, and its records are then copied to where those of one file lie together; encoding file by
// file would start the encoder thousands of times a batch.
//
// A buffer is: the number of frames; of each its name's length, rows and bytes, then the name, the
// ends of the records and the records. All numbers are uint64_t and not aligned.
//
// Invariants: the records of a file keep the order of the rows; frames stand in the order of their
// first rows. Neither depends on anything but the batch.
#include "operators/targets/partition_frames.h"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>
#include <xxhash.h>

#include "engine/check.h"
#include "engine/codes/data.h"

namespace leat::io {
namespace {

constexpr size_t kSlots = 2 * kBatchRowsMax;
constexpr size_t kFrameHeadBytes = 3 * sizeof(uint64_t);

uint64_t take_number(const char*& at) {
  uint64_t number = 0;
  std::memcpy(&number, at, sizeof(number));
  at += sizeof(number);
  return number;
}

void put_number(uint64_t number, char* at) { std::memcpy(at, &number, sizeof(number)); }

Error too_long(std::string_view name) {
  constexpr size_t kShown = 60;
  std::string shown(name.substr(0, name.find('\0')));
  if (shown.size() > kShown) shown = shown.substr(0, kShown) + "...";
  return Error(code::kNotWritable, ErrorCode::kData,
               fmt::format("the path '{}' has a name of more than {} bytes, which no file can have",
                           shown, kNameBytesMax),
               "derive a shorter text for the path, or set 'on_error'");
}

}  // namespace

uint64_t PartitionFrame::end_of(uint64_t record) const {
  uint64_t end = 0;
  std::memcpy(&end, ends + record * sizeof(end), sizeof(end));
  return end;
}

void PartitionFrames::name_rows(const Batch& batch, std::vector<RowFault>& faults) {
  names_.clear();
  groups_.clear();
  slots_.assign(kSlots, kNone);
  of_rows_.clear();
  for_each_row(batch.selection(), [&](size_t row) {
    const size_t begin = names_.size();
    if (pattern_.put_name(batch, row, names_)) {
      of_rows_.push_back(group_of(begin));
      return;
    }
    faults.push_back(
        {static_cast<uint32_t>(row), too_long(std::string_view(names_).substr(begin))});
    of_rows_.push_back(kNone);
    names_.resize(begin);
  });
}

/// The group of the name that `names_` ends with; a name that was there goes.
uint32_t PartitionFrames::group_of(size_t name_begin) {
  const std::string_view name = std::string_view(names_).substr(name_begin);
  size_t slot = XXH3_64bits(name.data(), name.size()) % kSlots;
  for (; slots_[slot] != kNone; slot = (slot + 1) % kSlots) {
    const Group& group = groups_[slots_[slot]];
    if (std::string_view(names_).substr(group.name, group.name_bytes) != name) continue;
    names_.resize(name_begin);
    return slots_[slot];
  }
  slots_[slot] = static_cast<uint32_t>(groups_.size());
  groups_.push_back({.name = name_begin, .name_bytes = name.size()});
  return slots_[slot];
}

void PartitionFrames::take_out(const Batch& batch, const std::vector<RowFault>& faults) {
  const Selection& selection = batch.selection();
  for (const RowFault& fault : faults) {
    size_t first = 0;
    for (size_t count = selection.count(); count > 0;) {
      const size_t half = count / 2;
      const bool is_before = selection[first + half] < fault.row;
      first = is_before ? first + half + 1 : first;
      count = is_before ? count - half - 1 : half;
    }
    of_rows_[first] = kNone;
  }
}

/// Gives each group its place; returns the bytes of all.
size_t PartitionFrames::lay_out() {
  size_t at = sizeof(uint64_t);
  for (Group& group : groups_) {
    if (group.rows == 0) continue;
    group.ends_at = at + kFrameHeadBytes + group.name_bytes;
    group.records_at = group.ends_at + group.rows * sizeof(uint64_t);
    at = group.records_at + group.bytes;
  }
  return at;
}

Result<BufferRef> PartitionFrames::put_together(const Batch& batch, std::string_view text,
                                                const std::vector<uint64_t>& ends,
                                                const std::vector<RowFault>& faults) {
  LEAT_DCHECK(ends.size() == of_rows_.size(), "a record for each row");
  take_out(batch, faults);
  uint64_t begin = 0;
  for (size_t i = 0; i < ends.size(); begin = ends[i++]) {
    if (of_rows_[i] == kNone) continue;
    groups_[of_rows_[i]].rows += 1;
    groups_[of_rows_[i]].bytes += ends[i] - begin;
  }
  LEAT_TRY_ASSIGN(BufferRef buffer, memory_.allocate(lay_out()));
  char* const out = buffer->mutable_as<char>();
  uint64_t frames = 0;
  for (Group& group : groups_) {
    if (group.rows == 0) continue;
    ++frames;
    char* const head = out + group.ends_at - group.name_bytes - kFrameHeadBytes;
    put_number(group.name_bytes, head);
    put_number(group.rows, head + sizeof(uint64_t));
    put_number(group.bytes, head + 2 * sizeof(uint64_t));
    std::memcpy(head + kFrameHeadBytes, names_.data() + group.name, group.name_bytes);
    group.bytes = 0;  // from here: those copied
  }
  put_number(frames, out);
  begin = 0;
  for (size_t i = 0; i < ends.size(); begin = ends[i++]) {
    if (of_rows_[i] == kNone) continue;
    Group& group = groups_[of_rows_[i]];
    std::memcpy(out + group.records_at + group.bytes, text.data() + begin, ends[i] - begin);
    group.bytes += ends[i] - begin;
    put_number(group.bytes, out + group.ends_at);
    group.ends_at += sizeof(uint64_t);
  }
  return buffer;
}

PartitionReader::PartitionReader(const BufferRef& bytes)
    : at_(bytes->as<char>()), left_(take_number(at_)) {}

std::optional<PartitionFrame> PartitionReader::next() {
  if (left_ == 0) return std::nullopt;
  --left_;
  const uint64_t name_bytes = take_number(at_);
  PartitionFrame frame;
  frame.rows = take_number(at_);
  const uint64_t bytes = take_number(at_);
  frame.name = {at_, name_bytes};
  frame.ends = at_ + name_bytes;
  frame.records = {frame.ends + frame.rows * sizeof(uint64_t), bytes};
  at_ = frame.records.data() + bytes;
  return frame;
}

}  // namespace leat::io
