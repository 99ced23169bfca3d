// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Open addressing with linear probing, at most five eighths full. Three kinds of keys share the
// loop:
//   one fixed-width column   the key itself lies in the slot: one cache line to look at
//   one string column        slots hold 32 bits of the hash and the group; groups hold 16-byte string references
//   anything else            rows are encoded to byte strings first (row_key.h)
// Batches are hashed as a whole before they are looked up, so that slots can be fetched ahead of
// their use.
#include "operators/state/group_table.h"

#include <algorithm>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "operators/state/row_key.h"
#include "operators/state/state_array.h"

namespace leat::state {

namespace {

constexpr uint32_t kNoGroup = UINT32_MAX;
constexpr size_t kFewestSlots = 1024;
/// Tables beyond this do not stay in the first cache levels: then slots are fetched this many rows
/// ahead.
constexpr size_t kPrefetchFromBytes = size_t{256} << 10;
constexpr size_t kPrefetchRows = 24;

Status too_many_groups() {
  return fail(ErrorCode::kMemory, "there are more than 2^32 - 2 groups",
              "group by fewer distinct values");
}

bool is_single_fixed(const Type& type) {
  return type.is(TypeId::kInt64) || type.is(TypeId::kTimestamp) || type.is(TypeId::kDate) ||
         type.is(TypeId::kFloat64);
}

// ----------------------------------------------------------------------------------------- no keys

/// All rows are one group, which is there from the first row on.
class NoKeysTable final : public GroupTable {
 public:
  Status assign(std::span<const ColumnRef>, const Selection& selection,
                uint32_t* group_of) override {
    for_each_row(selection, [=](size_t row) { group_of[row] = 0; });
    if (selection.count() > 0) size_ = 1;
    return {};
  }
  Status assign_groups(const GroupTable&, size_t, size_t count, uint32_t* group_of) override {
    std::fill_n(group_of, count, 0);
    if (count > 0) size_ = 1;
    return {};
  }
  Result<std::vector<ColumnRef>> keys_of(std::span<const uint32_t>, MemoryAccount&) const override {
    return std::vector<ColumnRef>();
  }
};

// -------------------------------------------------------------------------------- fixed-width keys

/// One column of int64, timestamp, date or float64, as 64 bits.
class FixedTable final : public GroupTable {
 public:
  FixedTable(Type type, MemoryAccount& memory)
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

  Status assign_groups(const GroupTable& other, size_t begin, size_t count,
                       uint32_t* group_of) override {
    const auto& from = static_cast<const FixedTable&>(other);
    LEAT_TRY(hash_scratch(count));
    uint64_t* const hashes = hashes_->mutable_as<uint64_t>();
    for (size_t i = 0; i < count; ++i) hashes[i] = hash(from.keys_[begin + i]);
    LEAT_TRY(ensure_slots());
    for (size_t i = 0; i < count; ++i) {
      prefetch(i, count);
      if (begin + i == from.null_group_) {
        LEAT_TRY_ASSIGN(group_of[i], null_group());
      } else {
        LEAT_TRY_ASSIGN(group_of[i], find_or_add(from.keys_[begin + i], hashes[i]));
      }
    }
    return {};
  }

  Result<std::vector<ColumnRef>> keys_of(std::span<const uint32_t> groups,
                                         MemoryAccount& memory) const override {
    if (type_.is(TypeId::kDate)) return build<int32_t>(groups, memory);
    return build<uint64_t>(groups, memory);
  }

 private:
  struct Slot {
    uint64_t key;
    uint64_t group;  // plus 1; 0: the slot is free
  };

  static uint64_t hash(uint64_t key) { return XXH3_64bits(&key, sizeof(key)); }

  Status hash_scratch(size_t rows) {
    if (hashes_ && hashes_->capacity() >= rows * sizeof(uint64_t)) return {};
    LEAT_TRY_ASSIGN(hashes_, memory_.allocate(rows * sizeof(uint64_t)));
    return {};
  }

  Status ensure_slots() {
    return slots_.size() == 0 ? slots_.resize(kFewestSlots, Slot{}) : Status();
  }

  void prefetch(size_t i, size_t count) const {
    if (slots_.size() * sizeof(Slot) < kPrefetchFromBytes || i + kPrefetchRows >= count) return;
    const uint64_t ahead = hashes_->as<uint64_t>()[i + kPrefetchRows];
    __builtin_prefetch(slots_.data() + (ahead & (slots_.size() - 1)));
  }

  template <typename Key>
  Status assign_rows(const Column& column, const Selection& selection, uint32_t* group_of,
                     Key&& key) {
    const size_t count = selection.count();
    LEAT_TRY(hash_scratch(count));
    LEAT_TRY(ensure_slots());
    uint64_t* next_hash = hashes_->mutable_as<uint64_t>();
    for_each_row(selection, [&](size_t row) { *next_hash++ = hash(key(row)); });
    const uint64_t* const hashes = hashes_->as<uint64_t>();
    const bool nulls = column.may_have_nulls();
    for (size_t i = 0; i < count; ++i) {
      prefetch(i, count);
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

  uint32_t find(uint64_t key, uint64_t hash) const {
    const size_t mask = slots_.size() - 1;
    const Slot* const slots = slots_.data();
    for (size_t at = hash & mask;; at = (at + 1) & mask) {
      if (slots[at].group == 0) return kNoGroup;
      if (slots[at].key == key) return static_cast<uint32_t>(slots[at].group - 1);
    }
  }

  [[gnu::noinline]] Result<uint32_t> add(uint64_t key, uint64_t hash) {
    if (size_ >= kNoGroup - 1) LEAT_TRY(too_many_groups());
    if ((size_ + 1) * 8 > slots_.size() * 5) LEAT_TRY(grow());
    LEAT_TRY(keys_.push_back(key));
    place(key, hash, size_);
    return static_cast<uint32_t>(size_++);
  }

  Result<uint32_t> find_or_add(uint64_t key, uint64_t hash) {
    const uint32_t found = find(key, hash);
    if (found != kNoGroup) return found;
    return add(key, hash);
  }

  Result<uint32_t> null_group() {
    if (null_group_ == kNoGroup) {
      LEAT_TRY(keys_.push_back(0));
      null_group_ = static_cast<uint32_t>(size_++);
    }
    return null_group_;
  }

  void place(uint64_t key, uint64_t hash, uint64_t group) {
    const size_t mask = slots_.size() - 1;
    size_t at = hash & mask;
    while (slots_[at].group != 0) at = (at + 1) & mask;
    slots_[at] = {key, group + 1};
  }

  Status grow() {
    StateArray<Slot> larger(memory_);
    LEAT_TRY(larger.resize(slots_.size() * 2, Slot{}));
    slots_ = std::move(larger);
    for (size_t group = 0; group < size_; ++group) {
      if (group != null_group_) place(keys_[group], hash(keys_[group]), group);
    }
    return {};
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
  StateArray<Slot> slots_;
  StateArray<uint64_t> keys_;
  BufferRef hashes_;
  uint32_t null_group_ = kNoGroup;
};

// ------------------------------------------------------------------------------------- string keys

/// A string as 16 bytes: length and first four bytes, then the next eight or, when there are more
/// than twelve, a pointer to all. Bit for bit a Utf8View but for the pointer.
struct StringKey {
  uint64_t head;
  union {
    uint64_t tail;
    const char* pointer;
  };

  uint32_t length() const { return static_cast<uint32_t>(head); }
  bool is_inline() const { return length() <= Utf8View::kInlineBytes; }
  std::string_view text() const {
    if (is_inline()) return {reinterpret_cast<const char*>(&head) + sizeof(uint32_t), length()};
    return {pointer, length()};
  }
  bool operator==(const StringKey& other) const {
    if (head != other.head) return false;
    if (is_inline()) return tail == other.tail;
    return std::memcmp(pointer + 4, other.pointer + 4, length() - 4) == 0;
  }

  static StringKey of(std::string_view text) {
    StringKey key;
    if (text.size() <= Utf8View::kInlineBytes) {
      const Utf8View view = Utf8View::of_short(text);
      std::memcpy(&key, &view, sizeof(view));
      return key;
    }
    key.head = text.size();
    std::memcpy(reinterpret_cast<char*>(&key.head) + sizeof(uint32_t), text.data(), 4);
    key.pointer = text.data();
    return key;
  }
  static StringKey of(const Column& column, size_t row) {
    const Utf8View& view = column.values<Utf8View>()[row];
    StringKey key;
    std::memcpy(&key, &view, sizeof(view));
    if (!view.is_inline()) key.pointer = column.resolve(view).data();
    return key;
  }
};
static_assert(sizeof(StringKey) == sizeof(Utf8View));

/// What the two kinds of tables with strings for keys share.
class StringTable : public GroupTable {
 public:
  explicit StringTable(MemoryAccount& memory)
      : memory_(memory),
        slots_(memory),
        keys_(memory),
        hashes_(memory),
        batch_hashes_(memory),
        arena_(memory) {}

  Status assign_groups(const GroupTable& other, size_t begin, size_t count,
                       uint32_t* group_of) override {
    const auto& from = static_cast<const StringTable&>(other);
    LEAT_TRY(batch_hashes_.resize(std::max(count, batch_hashes_.size()), 0));
    std::copy_n(from.hashes_.data() + begin, count, batch_hashes_.data());
    LEAT_TRY(ensure_slots());
    for (size_t i = 0; i < count; ++i) {
      prefetch(i, count);
      if (begin + i == from.null_group_) {
        LEAT_TRY_ASSIGN(group_of[i], null_group());
        continue;
      }
      const uint32_t found = find(from.keys_[begin + i], batch_hashes_[i]);
      if (found != kNoGroup) {
        group_of[i] = found;
      } else {
        LEAT_TRY_ASSIGN(group_of[i], add(from.keys_[begin + i], batch_hashes_[i]));
      }
    }
    return {};
  }

 protected:
  struct Slot {
    uint32_t tag;    // the upper half of the hash
    uint32_t group;  // plus 1; 0: the slot is free
  };

  /// `key(row)` is the StringKey of a row; `nulls` may be null: then no key is NULL.
  template <typename Key>
  Status assign_rows(const Column* nulls, const Selection& selection, uint32_t* group_of,
                     Key&& key) {
    const size_t count = selection.count();
    LEAT_TRY(batch_hashes_.resize(std::max(count, batch_hashes_.size()), 0));
    LEAT_TRY(ensure_slots());
    uint64_t* next_hash = batch_hashes_.data();
    for_each_row(selection, [&](size_t row) {
      // What lies under a NULL is undefined, also its buffer: it is not followed.
      const bool skipped = nulls != nullptr && !nulls->is_valid(row);
      *next_hash++ = skipped ? 0 : hash(key(row));
    });
    for (size_t i = 0; i < count; ++i) {
      prefetch(i, count);
      const size_t row = selection[i];
      if (nulls != nullptr && !nulls->is_valid(row)) {
        LEAT_TRY_ASSIGN(group_of[row], null_group());
        continue;
      }
      const StringKey wanted = key(row);
      const uint32_t found = find(wanted, batch_hashes_[i]);
      if (found != kNoGroup) [[likely]] {
        group_of[row] = found;
      } else {
        LEAT_TRY_ASSIGN(group_of[row], add(wanted, batch_hashes_[i]));
      }
    }
    return {};
  }

  const StringKey& key_of(uint32_t group) const { return keys_[group]; }
  bool is_null_group(uint32_t group) const { return group == null_group_; }

 private:
  /// Short strings are hashed as their 16 bytes: one length for all of them, so no branch on it.
  static uint64_t hash(const StringKey& key) {
    if (key.is_inline()) return XXH3_64bits(&key, sizeof(key));
    return XXH3_64bits(key.pointer, key.length());
  }

  Status ensure_slots() {
    return slots_.size() == 0 ? slots_.resize(kFewestSlots, Slot{}) : Status();
  }

  void prefetch(size_t i, size_t count) const {
    if (slots_.size() * sizeof(Slot) < kPrefetchFromBytes || i + kPrefetchRows >= count) return;
    const size_t mask = slots_.size() - 1;
    __builtin_prefetch(slots_.data() + (batch_hashes_[i + kPrefetchRows] & mask));
    // By now the slot of a nearer row has arrived: fetch the key it points to.
    const Slot& near = slots_[batch_hashes_[i + kPrefetchRows / 2] & mask];
    if (near.group != 0) __builtin_prefetch(keys_.data() + near.group - 1);
  }

  uint32_t find(const StringKey& key, uint64_t hash) const {
    const size_t mask = slots_.size() - 1;
    const auto tag = static_cast<uint32_t>(hash >> 32);
    const Slot* const slots = slots_.data();
    for (size_t at = hash & mask;; at = (at + 1) & mask) {
      if (slots[at].group == 0) return kNoGroup;
      if (slots[at].tag == tag && keys_[slots[at].group - 1] == key) return slots[at].group - 1;
    }
  }

  [[gnu::noinline]] Result<uint32_t> add(StringKey key, uint64_t hash) {
    if (size_ >= kNoGroup - 1) LEAT_TRY(too_many_groups());
    if ((size_ + 1) * 8 > slots_.size() * 5) LEAT_TRY(grow());
    if (!key.is_inline()) {
      LEAT_TRY_ASSIGN(char* const copy, arena_.take(key.length()));
      std::memcpy(copy, key.pointer, key.length());
      key.pointer = copy;
    }
    LEAT_TRY(push_key(key, hash));
    place(hash, size_ - 1);
    return static_cast<uint32_t>(size_ - 1);
  }

  Status push_key(const StringKey& key, uint64_t hash) {
    // Room for both before either grows: they stay of one length.
    LEAT_TRY(hashes_.resize(size_ + 1, hash));
    LEAT_TRY(keys_.push_back(key));
    hashes_[size_] = hash;
    ++size_;
    return {};
  }

  Result<uint32_t> null_group() {
    if (null_group_ == kNoGroup) {
      LEAT_TRY(push_key(StringKey::of(std::string_view()), 0));
      null_group_ = static_cast<uint32_t>(size_ - 1);
    }
    return null_group_;
  }

  void place(uint64_t hash, size_t group) {
    const size_t mask = slots_.size() - 1;
    size_t at = hash & mask;
    while (slots_[at].group != 0) at = (at + 1) & mask;
    slots_[at] = {static_cast<uint32_t>(hash >> 32), static_cast<uint32_t>(group + 1)};
  }

  Status grow() {
    StateArray<Slot> larger(memory_);
    LEAT_TRY(larger.resize(slots_.size() * 2, Slot{}));
    slots_ = std::move(larger);
    for (size_t group = 0; group < size_; ++group) {
      if (group != null_group_) place(hashes_[group], group);
    }
    return {};
  }

  MemoryAccount& memory_;
  StateArray<Slot> slots_;
  StateArray<StringKey> keys_;
  StateArray<uint64_t> hashes_;
  StateArray<uint64_t> batch_hashes_;
  Arena arena_;
  uint32_t null_group_ = kNoGroup;
};

/// One column of strings.
class OneStringTable final : public StringTable {
 public:
  OneStringTable(Type type, MemoryAccount& memory) : StringTable(memory), type_(std::move(type)) {}

  Status assign(std::span<const ColumnRef> keys, const Selection& selection,
                uint32_t* group_of) override {
    const Column& column = *keys[0];
    return assign_rows(column.may_have_nulls() ? &column : nullptr, selection, group_of,
                       [&column](size_t row) { return StringKey::of(column, row); });
  }

  Result<std::vector<ColumnRef>> keys_of(std::span<const uint32_t> groups,
                                         MemoryAccount& memory) const override {
    ViewBuilder builder(type_, memory);
    LEAT_TRY(builder.reserve(groups.size()));
    for (const uint32_t group : groups) {
      LEAT_TRY(is_null_group(group) ? builder.append_null()
                                    : builder.append_copy(key_of(group).text()));
    }
    return std::vector<ColumnRef>{builder.finish()};
  }

 private:
  Type type_;
};

/// Any number of columns of any groupable types.
class EncodedTable final : public StringTable {
 public:
  EncodedTable(std::vector<Type> types, MemoryAccount& memory)
      : StringTable(memory), types_(std::move(types)), encoder_(memory) {}

  Status assign(std::span<const ColumnRef> keys, const Selection& selection,
                uint32_t* group_of) override {
    if (selection.count() == 0) return {};
    LEAT_TRY(encoder_.encode(keys, selection));
    return assign_rows(nullptr, selection, group_of,
                       [this](size_t row) { return StringKey::of(encoder_.key(row)); });
  }

  Result<std::vector<ColumnRef>> keys_of(std::span<const uint32_t> groups,
                                         MemoryAccount& memory) const override {
    std::vector<std::string_view> keys;
    keys.reserve(groups.size());
    for (const uint32_t group : groups) keys.push_back(key_of(group).text());
    return decode_row_keys(keys, types_, memory);
  }

 private:
  std::vector<Type> types_;
  RowKeyEncoder encoder_;
};

}  // namespace

bool is_groupable(const Type& type) {
  switch (type.id()) {
    case TypeId::kInterval:
    case TypeId::kList:
    case TypeId::kStruct:
    case TypeId::kJson: return false;
    default: return true;
  }
}

std::unique_ptr<GroupTable> GroupTable::make(const std::vector<Type>& types,
                                             MemoryAccount& memory) {
  if (types.empty()) return std::make_unique<NoKeysTable>();
  if (types.size() == 1 && is_single_fixed(types[0]))
    return std::make_unique<FixedTable>(types[0], memory);
  if (types.size() == 1 && (types[0].is(TypeId::kUtf8) || types[0].is(TypeId::kBinary))) {
    return std::make_unique<OneStringTable>(types[0], memory);
  }
  return std::make_unique<EncodedTable>(types, memory);
}

}  // namespace leat::state
