// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Groups by one column of int64, timestamp, date or float64, as 64 bits.
#include <algorithm>
#include <array>
#include <bit>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "operators/data/builder.h"
#include "operators/state/group_slots.h"
#include "operators/state/group_table.h"
#include "operators/state/row_key.h"

namespace leat::state {

namespace {

class FixedGroupTable final : public GroupTable {
  struct Slot {
    uint64_t key;
    uint64_t group;  // plus 1; 0: the slot is free
  };
  using Entry = GroupSlots<Slot>::Entry;

  static uint64_t hash(uint64_t key) { return XXH3_64bits(&key, sizeof(key)); }

  auto entries() const {
    return [this](size_t group) {
      const uint64_t key = keys_[group];
      return Entry{hash(key), {key, group == null_group_ ? 0 : group + 1}};
    };
  }

 public:
  FixedGroupTable(Type type, MemoryAccount& memory)
      : type_(std::move(type)), memory_(memory), slots_(memory), keys_(memory) {}

  Status assign(std::span<const ColumnRef> keys, const Selection& selection,
                uint32_t* group_of) override {
    const Column& column = *keys[0];
    switch (type_.id()) {
      case TypeId::kDate:
        return assign_rows(column, selection, group_of,
                           [values = column.values<int32_t>()](size_t row) {
                             return static_cast<uint64_t>(int64_t{values[row]});
                           });
      case TypeId::kFloat64:
        return assign_rows(column, selection, group_of,
                           [values = column.values<double>()](size_t row) {
                             return std::bit_cast<uint64_t>(canonical_float(values[row]));
                           });
      default:
        return assign_rows(
            column, selection, group_of,
            [values = column.values<uint64_t>()](size_t row) { return values[row]; });
    }
  }

  Status absorb(GroupTable& other, uint32_t* group_of) override {
    auto& from = static_cast<FixedGroupTable&>(other);
    LEAT_TRY(reserve(size_));
    const size_t missing = find_all(from.size(), group_of, [&](size_t begin, size_t end) {
      find_groups(from, begin, end, group_of);
    });
    LEAT_TRY(check_room_for(missing));
    LEAT_TRY(reserve(size_ + missing));
    LEAT_TRY(keys_.resize(size_ + missing, 0));
    const size_t known = size_;
    for (size_t group = 0; group < from.size(); ++group) {
      if (group_of[group] != kNoGroup) continue;
      if (group == from.null_group_) null_group_ = static_cast<uint32_t>(size_);
      keys_[size_] = from.keys_[group];
      group_of[group] = static_cast<uint32_t>(size_++);
    }
    slots_.place_all(known, size_, entries());
    return {};
  }

  Result<std::vector<ColumnRef>> keys_of(std::span<const uint32_t> groups,
                                         MemoryAccount& memory) const override {
    if (type_.is(TypeId::kDate)) return build<int32_t>(groups, memory);
    return build<uint64_t>(groups, memory);
  }

 private:
  Status reserve(size_t groups) { return slots_.reserve(groups, size_, entries()); }

  uint32_t find(uint64_t key, uint64_t hash) const {
    return slots_.find(hash, [key](const Slot& slot) { return slot.key == key; });
  }

  /// The groups that keys [begin, end) of `from` have here, or kNoGroup.
  void find_groups(const FixedGroupTable& from, size_t begin, size_t end,
                   uint32_t* group_of) const {
    std::array<uint64_t, kLookedUpAtOnce> hashes;
    for (size_t i = begin; i < end; ++i) {
      hashes[i - begin] = hash(from.keys_[i]);
      __builtin_prefetch(&slots_.home(hashes[i - begin]));
    }
    for (size_t i = begin; i < end; ++i)
      group_of[i] = i == from.null_group_ ? null_group_ : find(from.keys_[i], hashes[i - begin]);
  }

  template <typename Key>
  Status assign_rows(const Column& column, const Selection& selection, uint32_t* group_of,
                     Key&& key) {
    const size_t count = selection.count();
    if (!hashes_ || hashes_->capacity() < count * sizeof(uint64_t)) {
      LEAT_TRY_ASSIGN(hashes_, memory_.allocate(count * sizeof(uint64_t)));
    }
    LEAT_TRY(reserve(size_));
    uint64_t* next_hash = hashes_->mutable_as<uint64_t>();
    for_each_row(selection, [&](size_t row) { *next_hash++ = hash(key(row)); });
    const uint64_t* const hashes = hashes_->as<uint64_t>();
    const bool nulls = column.may_have_nulls();
    for (size_t i = 0; i < count; ++i) {
      if (i + kPrefetchRows < count && slots_.is_far())
        __builtin_prefetch(&slots_.home(hashes[i + kPrefetchRows]));
      const size_t row = selection[i];
      if (nulls && !column.is_valid(row)) {
        LEAT_TRY_ASSIGN(group_of[row], null_group());
        continue;
      }
      const uint32_t found = find(key(row), hashes[i]);
      if (found != kNoGroup) [[likely]] {
        group_of[row] = found;
      } else {
        LEAT_TRY_ASSIGN(group_of[row], add(key(row), hashes[i]));
      }
    }
    return {};
  }

  [[gnu::noinline]] Result<uint32_t> add(uint64_t key, uint64_t hash) {
    LEAT_TRY(check_room_for(1));
    LEAT_TRY(reserve(size_ + 1));
    LEAT_TRY(keys_.push_back(key));
    slots_.place({hash, {key, ++size_}});
    return static_cast<uint32_t>(size_ - 1);
  }

  Result<uint32_t> null_group() {
    if (null_group_ == kNoGroup) {
      LEAT_TRY(check_room_for(1));
      LEAT_TRY(keys_.push_back(0));
      null_group_ = static_cast<uint32_t>(size_++);
    }
    return null_group_;
  }

  template <typename Value>
  Result<std::vector<ColumnRef>> build(std::span<const uint32_t> groups,
                                       MemoryAccount& memory) const {
    FixedBuilder<Value> builder(type_, memory);
    LEAT_TRY(builder.reserve(groups.size()));
    for (const uint32_t group : groups) {
      if (group == null_group_) {
        LEAT_TRY(builder.append_null());
      } else {
        builder.append(static_cast<Value>(keys_[group]));
      }
    }
    return std::vector<ColumnRef>{builder.finish()};
  }

  Type type_;
  MemoryAccount& memory_;
  GroupSlots<Slot> slots_;
  StateArray<uint64_t> keys_;
  BufferRef hashes_;  // of a batch
  uint32_t null_group_ = kNoGroup;
};

}  // namespace

std::unique_ptr<GroupTable> make_fixed_group_table(const Type& type, MemoryAccount& memory) {
  return std::make_unique<FixedGroupTable>(type, memory);
}

}  // namespace leat::state
