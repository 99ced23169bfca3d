// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: operators that keep some rows of each group decide anew with every row that comes, and a
// row costs as much as its columns; kept rows must not keep alive what they came in.
//
// Rows of a batch are compared where they are; those that are kept are copied into a compact batch
// together. A row that is no longer wanted stays until its owner finds that many are (retain).
// Batches of few rows are joined, as each costs its buffers.
//
// The order between rows is that of a SortPlan, with 64 bits of its first key beside the row's
// place; a plan without keys compares ordinals, which then are those 64 bits. Rows of one ordinal
// are in one lane and stand in order of arrival.
#include "operators/state/keyed/grouped_rows.h"

#include <algorithm>
#include <utility>

#include "engine/codes/machine.h"
#include "engine/go.h"
#include "engine/parallel.h"

namespace leat::state {

namespace {

constexpr size_t kSmallRows = kBatchRowsMax / 4;
constexpr size_t kSmallBatchesMax = 256;
constexpr size_t kRowsMax = GroupedRows::kNone - kBatchRowsMax;

}  // namespace

GroupedRows::GroupedRows(const SortPlan& order, MemoryAccount& memory)
    : order_(order),
      memory_(memory),
      row_order_(order, batches_),
      entries_(memory),
      owners_(memory),
      prefixes_(memory) {}

// -------------------------------------------------------------------------------------- comparison

bool GroupedRows::is_pending_later(size_t row) const {
  if (order_.keys.empty()) return false;
  const Column& key = batches_.back().column(order_.keys.front().stored);
  return part_of(order_, !key.is_valid(row)) == SortPart::kLater;
}

SortEntry GroupedRows::entry_of(Handle row) const {
  if (row < size()) return entries_[row];
  const auto physical = static_cast<uint32_t>(row - size());
  return {prefixes_[physical], static_cast<uint32_t>(batches_.size() - 1), physical};
}

bool GroupedRows::later_of(Handle row) const {
  return row < size() ? is_later(row) : is_pending_later(row - size());
}

bool GroupedRows::before(Handle a, Handle b) const {
  const SortEntry entry_a = entry_of(a);
  const SortEntry entry_b = entry_of(b);
  if (order_.keys.empty())
    return entry_a.prefix != entry_b.prefix ? entry_a.prefix < entry_b.prefix : a < b;
  const bool later_a = later_of(a);
  if (later_a != later_of(b)) return !later_a;
  return row_order_(entry_a, entry_b);
}

bool GroupedRows::same_keys(Handle a, Handle b) const {
  return later_of(a) == later_of(b) && row_order_.compare_keys(entry_of(a), entry_of(b)) == 0;
}

// ----------------------------------------------------------------------------------------- keeping

Status GroupedRows::begin(Batch batch) {
  LEAT_TRY(prefixes_.resize(std::max(batch.length(), prefixes_.size()), 0));
  if (order_.keys.empty()) {
    for (size_t row = 0; row < batch.length(); ++row) prefixes_[row] = batch.places()[row].packed();
  } else {
    write_prefixes(order_, batch, prefixes_.data());
  }
  batches_.push_back(std::move(batch));
  return {};
}

Status GroupedRows::keep(const Selection& selection, const uint32_t* group_of) {
  const size_t count = selection.count();
  if (count > kRowsMax - size())
    return fail(code::kTooManyRows, ErrorCode::kMemory,
                "the stage would have to hold more than 2^32 rows");
  const auto number = static_cast<uint32_t>(batches_.size() - 1);
  const size_t known = size();
  LEAT_TRY(owners_.resize(known + count, Owner{}));
  GroupArray<SortEntry>& entries = entries_;
  for (size_t i = 0; i < count; ++i) {
    const uint32_t row = selection[i];
    owners_[known + i] = {group_of[row] & 0x7fffffffU, is_pending_later(row) ? 1U : 0U};
  }
  LEAT_TRY(entries.resize(known + count, SortEntry{}));
  for (size_t i = 0; i < count; ++i)
    entries[known + i] = {prefixes_[selection[i]], number, static_cast<uint32_t>(i)};
  const Batch pending = std::move(batches_.back());
  batches_.pop_back();
  if (count == 0) return {};
  LEAT_TRY_ASSIGN(Batch copy, compact(pending.with_selection(selection), memory_));
  begins_.push_back(static_cast<Handle>(known));
  return store(std::move(copy));
}

/// Adds a batch whose rows have entries already.
Status GroupedRows::store(Batch batch) {
  const bool small = batch.rows() < kSmallRows;
  batches_.push_back(std::move(batch));
  if (!small) {
    tail_ = batches_.size();
    return {};
  }
  if (size() - begins_[tail_] > kBatchRowsMax - kSmallRows) {
    LEAT_TRY(join_tail());
    tail_ = batches_.size();
    return {};
  }
  return batches_.size() - tail_ >= kSmallBatchesMax ? join_tail() : Status();
}

/// Makes one batch of the small ones at the end.
Status GroupedRows::join_tail() {
  if (batches_.size() - tail_ < 2) return {};
  const Handle first = begins_[tail_];
  std::vector<RowRef> rows;
  rows.reserve(size() - first);
  for (size_t row = first; row < size(); ++row)
    rows.push_back({entries_[row].batch - static_cast<uint32_t>(tail_), entries_[row].row});
  const std::span<const Batch> small(batches_.data() + tail_, batches_.size() - tail_);
  LEAT_TRY_ASSIGN(Batch together, take(small, rows, memory_));
  batches_.resize(tail_);
  begins_.resize(tail_ + 1);
  batches_.push_back(std::move(together));
  for (size_t row = first; row < size(); ++row) {
    entries_[row].batch = static_cast<uint32_t>(tail_);
    entries_[row].row = static_cast<uint32_t>(row - first);
  }
  return {};
}

Status GroupedRows::retain(const GroupArray<uint8_t>& kept, GroupNumbers& moved) {
  if (batches_.empty()) return {};
  LEAT_TRY(moved.resize(0, kNone));
  LEAT_TRY(moved.resize(size(), kNone));
  std::vector<Batch> batches;
  std::vector<Handle> begins;
  std::vector<RowRef> rows;
  rows.reserve(kBatchRowsMax);
  const RowTaker taker(batches_, order_.stored);
  size_t count = 0;
  for (size_t row = 0; row <= size(); ++row) {
    if (rows.size() == kBatchRowsMax || (row == size() && !rows.empty())) {
      LEAT_TRY_ASSIGN(Batch batch, taker.pick(rows, memory_));
      batches.push_back(std::move(batch));
      rows.clear();
    }
    if (row == size() || kept[row] == 0) continue;
    const SortEntry entry = entries_[row];
    if (rows.empty()) begins.push_back(static_cast<Handle>(count));
    moved[row] = static_cast<Handle>(count);
    owners_[count] = owners_[row];
    // In its new place; what stood there has been moved.
    entries_[count++] = {entry.prefix, static_cast<uint32_t>(batches.size()),
                         static_cast<uint32_t>(rows.size())};
    rows.push_back({entry.batch, entry.row});
  }
  batches_ = std::move(batches);
  begins_ = std::move(begins);
  tail_ = batches_.size();
  LEAT_TRY(owners_.resize(count, Owner{}));
  return entries_.resize(count, SortEntry{});
}

Status GroupedRows::absorb(GroupedRows& other, const GroupNumbers& group_of) {
  if (other.size() > kRowsMax - size())
    return fail(code::kTooManyRows, ErrorCode::kMemory,
                "the stage would have to hold more than 2^32 rows");
  const size_t known = size();
  const auto offset = static_cast<uint32_t>(batches_.size());
  LEAT_TRY(entries_.resize(known + other.size(), SortEntry{}));
  LEAT_TRY(owners_.resize(known + other.size(), Owner{}));
  for (size_t row = 0; row < other.size(); ++row) {
    if (row % kBetweenCheckpoints == 0) checkpoint();
    const SortEntry& entry = other.entries_[row];
    entries_[known + row] = {entry.prefix, entry.batch + offset, entry.row};
    owners_[known + row] = {group_of[other.group(static_cast<Handle>(row))] & 0x7fffffffU,
                            other.owners_[row].later};
  }
  for (const Handle begin : other.begins_) begins_.push_back(begin + static_cast<Handle>(known));
  for (Batch& batch : other.batches_) batches_.push_back(std::move(batch));
  tail_ = batches_.size();
  other.batches_.clear();
  return {};
}

// ----------------------------------------------------------------------------------------- sorting

Result<SortedGroups> sort_groups(const GroupedRows& rows, size_t groups, MemoryAccount& memory) {
  SortedGroups sorted(memory);
  LEAT_TRY(sorted.begins.resize(2 * groups + 1, 0));
  LEAT_TRY(sorted.entries.resize(rows.size(), SortEntry{}));
  const auto bucket_of = [&rows](GroupedRows::Handle row) {
    return 2 * size_t{rows.group(row)} + (rows.is_later(row) ? 1 : 0);
  };
  for (GroupedRows::Handle row = 0; row < rows.size(); ++row) ++sorted.begins[bucket_of(row) + 1];
  for (size_t i = 0; i < 2 * groups; ++i) sorted.begins[i + 1] += sorted.begins[i];
  // Each bucket is filled from its end; then its begin is where it belongs.
  for (auto row = static_cast<GroupedRows::Handle>(rows.size()); row-- > 0;) {
    if (row % kBetweenCheckpoints == 0) checkpoint();
    sorted.entries[--sorted.begins[bucket_of(row) + 1]] = rows.entry(row);
  }
  // Every bucket's begin stands one place too far.
  for (size_t i = 0; i < 2 * groups; ++i) sorted.begins[i] = sorted.begins[i + 1];
  sorted.begins[2 * groups] = rows.size();
  const RowOrder before(rows.order(), rows.batches());
  parallel_for(2 * groups, kParallelGroups, [&](size_t begin, size_t end) {
    for (size_t i = begin; i < end; ++i) {
      if (i % kBetweenCheckpoints == 0) checkpoint();
      SortEntry* const from = sorted.entries.data() + sorted.begins[i];
      SortEntry* const to = sorted.entries.data() + sorted.begins[i + 1];
      if (!std::is_sorted(from, to, before)) std::sort(from, to, before);
    }
  });
  return sorted;
}

Result<StateArray<SortEntry>> input_order(const GroupedRows& rows, MemoryAccount& memory) {
  StateArray<SortEntry> entries(memory);
  LEAT_TRY(entries.resize(rows.size(), SortEntry{}));
  for (GroupedRows::Handle row = 0; row < rows.size(); ++row) {
    if (row % kBetweenCheckpoints == 0) checkpoint();
    const SortEntry& entry = rows.entry(row);
    entries[row] = {rows.ordinal(row).packed(), entry.batch, entry.row};
  }
  SortEntry* const begin = entries.data();
  if (!std::is_sorted(begin, begin + entries.size(), by_place))
    std::sort(begin, begin + entries.size(), by_place);
  return entries;
}

}  // namespace leat::state
