// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Groups by byte strings: one column of them, or rows of any columns encoded to them.
#include <cstring>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "operators/data/builder.h"
#include "operators/state/groups/key_group_table.h"
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

  /// Short strings are hashed as their 16 bytes: one length for all of them, so no branch on it.
  uint32_t tag() const {
    return GroupSlots::tag_of(is_inline() ? XXH3_64bits(this, sizeof(*this))
                                          : XXH3_64bits(pointer, length()));
  }
  Result<StringKey> keep(Arena& arena) const {
    StringKey kept = *this;
    if (is_inline()) return kept;
    LEAT_TRY_ASSIGN(char* const copy, arena.take(length()));
    std::memcpy(copy, pointer, length());
    kept.pointer = copy;
    return kept;
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

/// One column of strings.
class TextGroupTable final : public KeyGroupTable<StringKey> {
 public:
  TextGroupTable(Type type, MemoryAccount& memory)
      : KeyGroupTable(memory), type_(std::move(type)) {}

  Status assign(std::span<const ColumnRef> keys, const Selection& selection,
                uint32_t* group_of) override {
    const Column& column = *keys[0];
    return assign_rows(column.may_have_nulls() ? &column : nullptr, selection, group_of,
                       [&column](size_t row) { return StringKey::of(column, row); });
  }
  Status find(std::span<const ColumnRef> keys, const Selection& selection, uint32_t* group_of,
              GroupLookup& lookup) const override {
    const Column& column = *keys[0];
    return find_rows(column.may_have_nulls() ? &column : nullptr, selection, group_of, lookup,
                     [&column](size_t row) { return StringKey::of(column, row); });
  }

  Result<std::vector<ColumnRef>> keys_of(std::span<const uint32_t> groups,
                                         MemoryAccount& memory) const override {
    ViewBuilder builder(type_, memory);
    LEAT_TRY(builder.reserve(groups.size()));
    for (const uint32_t group : groups) {
      LEAT_TRY(is_null_group(group) ? builder.append_null()
                                    : builder.append_copy(key(group).text()));
    }
    return std::vector<ColumnRef>{builder.finish()};
  }

 private:
  Type type_;
};

/// Any number of columns of any groupable types.
class RowGroupTable final : public KeyGroupTable<StringKey> {
 public:
  RowGroupTable(std::vector<Type> types, MemoryAccount& memory)
      : KeyGroupTable(memory), types_(std::move(types)), encoder_(memory) {}

  Status assign(std::span<const ColumnRef> keys, const Selection& selection,
                uint32_t* group_of) override {
    if (selection.count() == 0) return {};
    LEAT_TRY(encoder_.encode(keys, selection));
    return assign_rows(nullptr, selection, group_of,
                       [this](size_t row) { return StringKey::of(encoder_.key(row)); });
  }
  Status find(std::span<const ColumnRef> keys, const Selection& selection, uint32_t* group_of,
              GroupLookup& lookup) const override {
    if (selection.count() == 0) return {};
    LEAT_TRY(lookup.encoder.encode(keys, selection));
    return find_rows(nullptr, selection, group_of, lookup,
                     [&lookup](size_t row) { return StringKey::of(lookup.encoder.key(row)); });
  }

  Result<std::vector<ColumnRef>> keys_of(std::span<const uint32_t> groups,
                                         MemoryAccount& memory) const override {
    std::vector<std::string_view> keys;
    keys.reserve(groups.size());
    for (const uint32_t group : groups) keys.push_back(key(group).text());
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
