// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Groups by byte strings: one column of them, or rows of any columns encoded to them.
#include <algorithm>
#include <array>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "operators/data/builder.h"
#include "operators/state/group_slots.h"
#include "operators/state/group_table.h"
#include "operators/state/row_key.h"

namespace leat::state {

namespace {

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

/// What both kinds of tables share.
class ByteStringTable : public GroupTable {
  struct Slot {
    uint32_t tag;    // the upper half of the hash
    uint32_t group;  // plus 1; 0: the slot is free
  };
  using Entry = GroupSlots<Slot>::Entry;

  /// Short strings are hashed as their 16 bytes: one length for all of them, so no branch on it.
  static uint64_t hash(const StringKey& key) {
    if (key.is_inline()) return XXH3_64bits(&key, sizeof(key));
    return XXH3_64bits(key.pointer, key.length());
  }
  static Entry entry(uint64_t hash, size_t group) {
    return {hash, {static_cast<uint32_t>(hash >> 32), static_cast<uint32_t>(group + 1)}};
  }
  auto entries() const {
    return [this](size_t group) {
      return group == null_group_ ? Entry{} : entry(hashes_[group], group);
    };
  }

 public:
  explicit ByteStringTable(MemoryAccount& memory)
      : slots_(memory), keys_(memory), hashes_(memory), batch_hashes_(memory), arena_(memory) {}

  Status absorb(GroupTable& other, uint32_t* group_of) override {
    auto& from = static_cast<ByteStringTable&>(other);
    LEAT_TRY(reserve(size_));
    const size_t missing = find_all(from.size(), group_of, [&](size_t begin, size_t end) {
      find_groups(from, begin, end, group_of);
    });
    LEAT_TRY(check_room_for(missing));
    LEAT_TRY(reserve(size_ + missing));
    LEAT_TRY(keys_.resize(size_ + missing, StringKey{}));
    LEAT_TRY(hashes_.resize(size_ + missing, 0));
    arena_.adopt(std::move(from.arena_));
    const size_t known = size_;
    for (size_t group = 0; group < from.size(); ++group) {
      if (group_of[group] != kNoGroup) continue;
      if (group == from.null_group_) null_group_ = static_cast<uint32_t>(size_);
      keys_[size_] = from.keys_[group];
      hashes_[size_] = from.hashes_[group];
      group_of[group] = static_cast<uint32_t>(size_++);
    }
    slots_.place_all(known, size_, entries());
    return {};
  }

 protected:
  /// `key(row)` is the StringKey of a row; `nulls` may be null: then no key is NULL.
  template <typename Key>
  Status assign_rows(const Column* nulls, const Selection& selection, uint32_t* group_of,
                     Key&& key) {
    const size_t count = selection.count();
    LEAT_TRY(batch_hashes_.resize(std::max(count, batch_hashes_.size()), 0));
    LEAT_TRY(reserve(size_));
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
  Status reserve(size_t groups) { return slots_.reserve(groups, size_, entries()); }

  void prefetch(size_t i, size_t count) const {
    if (i + kPrefetchRows >= count || !slots_.is_far()) return;
    __builtin_prefetch(&slots_.home(batch_hashes_[i + kPrefetchRows]));
    // By now the slot of a nearer row has arrived: fetch the key it points to.
    prefetch_key(batch_hashes_[i + kPrefetchRows / 2]);
  }
  void prefetch_key(uint64_t hash) const {
    const Slot& near = slots_.home(hash);
    if (near.group != 0) __builtin_prefetch(keys_.data() + near.group - 1);
  }

  uint32_t find(const StringKey& key, uint64_t hash) const {
    return slots_.find(hash, [&, tag = static_cast<uint32_t>(hash >> 32)](const Slot& slot) {
      return slot.tag == tag && keys_[slot.group - 1] == key;
    });
  }

  /// The groups that keys [begin, end) of `from` have here, or kNoGroup.
  void find_groups(const ByteStringTable& from, size_t begin, size_t end,
                   uint32_t* group_of) const {
    for (size_t i = begin; i < end; ++i) __builtin_prefetch(&slots_.home(from.hashes_[i]));
    for (size_t i = begin; i < end; ++i) prefetch_key(from.hashes_[i]);
    for (size_t i = begin; i < end; ++i)
      group_of[i] = i == from.null_group_ ? null_group_ : find(from.keys_[i], from.hashes_[i]);
  }

  [[gnu::noinline]] Result<uint32_t> add(StringKey key, uint64_t hash) {
    LEAT_TRY(reserve(size_ + 1));
    if (!key.is_inline()) {
      LEAT_TRY_ASSIGN(char* const copy, arena_.take(key.length()));
      std::memcpy(copy, key.pointer, key.length());
      key.pointer = copy;
    }
    LEAT_TRY_ASSIGN(const uint32_t group, push_key(key, hash));
    slots_.place(entry(hash, group));
    return group;
  }

  Result<uint32_t> push_key(const StringKey& key, uint64_t hash) {
    LEAT_TRY(check_room_for(1));
    // Room for both before either grows: they stay of one length.
    LEAT_TRY(hashes_.resize(size_ + 1, hash));
    LEAT_TRY(keys_.push_back(key));
    hashes_[size_] = hash;
    return static_cast<uint32_t>(size_++);
  }

  Result<uint32_t> null_group() {
    if (null_group_ == kNoGroup) {
      LEAT_TRY_ASSIGN(null_group_, push_key(StringKey::of(std::string_view()), 0));
    }
    return null_group_;
  }

  GroupSlots<Slot> slots_;
  StateArray<StringKey> keys_;
  StateArray<uint64_t> hashes_;  // of keys_
  StateArray<uint64_t> batch_hashes_;
  Arena arena_;
  uint32_t null_group_ = kNoGroup;
};

/// One column of strings.
class TextGroupTable final : public ByteStringTable {
 public:
  TextGroupTable(Type type, MemoryAccount& memory)
      : ByteStringTable(memory), type_(std::move(type)) {}

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
class RowGroupTable final : public ByteStringTable {
 public:
  RowGroupTable(std::vector<Type> types, MemoryAccount& memory)
      : ByteStringTable(memory), types_(std::move(types)), encoder_(memory) {}

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

std::unique_ptr<GroupTable> make_text_group_table(const Type& type, MemoryAccount& memory) {
  return std::make_unique<TextGroupTable>(type, memory);
}

std::unique_ptr<GroupTable> make_row_group_table(std::vector<Type> types, MemoryAccount& memory) {
  return std::make_unique<RowGroupTable>(std::move(types), memory);
}

}  // namespace leat::state
