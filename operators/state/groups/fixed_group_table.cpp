// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Groups by one column of int64, timestamp, date, float64 or a short decimal, as 64 bits.
#include <bit>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "operators/data/builder.h"
#include "operators/state/groups/key_group_table.h"
#include "operators/state/row_key.h"

namespace leat::state {

namespace {

struct FixedKey {
  uint64_t bits;

  bool operator==(const FixedKey&) const = default;
  uint32_t tag() const { return GroupSlots::tag_of(XXH3_64bits(&bits, sizeof(bits))); }
  Result<FixedKey> keep(Arena&) const { return *this; }
};

class FixedGroupTable final : public KeyGroupTable<FixedKey> {
 public:
  FixedGroupTable(Type type, MemoryAccount& memory)
      : KeyGroupTable(memory), type_(std::move(type)) {}

  Status assign(std::span<const ColumnRef> keys, const Selection& selection,
                uint32_t* group_of) override {
    return with_keys(*keys[0], [&](const Column* nulls, auto&& key_of) {
      return assign_rows(nulls, selection, group_of, key_of);
    });
  }
  Status find(std::span<const ColumnRef> keys, const Selection& selection, uint32_t* group_of,
              GroupLookup& lookup) const override {
    return with_keys(*keys[0], [&](const Column* nulls, auto&& key_of) {
      return find_rows(nulls, selection, group_of, lookup, key_of);
    });
  }

  Result<std::vector<ColumnRef>> keys_of(std::span<const uint32_t> groups,
                                         MemoryAccount& memory) const override {
    if (type_.is(TypeId::kDate)) return build<int32_t>(groups, memory);
    return build<uint64_t>(groups, memory);
  }

 private:
  /// Calls `use(column with NULLs or null, key of a row)`.
  template <typename Use>
  Status with_keys(const Column& column, Use&& use) const {
    const Column* const nulls = column.may_have_nulls() ? &column : nullptr;
    switch (type_.id()) {
      case TypeId::kDate:
        return use(nulls, [values = column.values<int32_t>()](size_t row) {
          return FixedKey{static_cast<uint64_t>(int64_t{values[row]})};
        });
      case TypeId::kFloat64:
        return use(nulls, [values = column.values<double>()](size_t row) {
          return FixedKey{std::bit_cast<uint64_t>(canonical_float(values[row]))};
        });
      default:
        return use(nulls, [values = column.values<uint64_t>()](size_t row) {
          return FixedKey{values[row]};
        });
    }
  }

  template <typename Value>
  Result<std::vector<ColumnRef>> build(std::span<const uint32_t> groups,
                                       MemoryAccount& memory) const {
    FixedBuilder<Value> builder(type_, memory);
    LEAT_TRY(builder.reserve(groups.size()));
    for (const uint32_t group : groups) {
      if (is_null_group(group)) {
        LEAT_TRY(builder.append_null());
      } else {
        builder.append(static_cast<Value>(key(group).bits));
      }
    }
    return std::vector<ColumnRef>{builder.finish()};
  }

  Type type_;
};

}  // namespace

std::unique_ptr<GroupTable> make_fixed_group_table(const Type& type, MemoryAccount& memory) {
  return std::make_unique<FixedGroupTable>(type, memory);
}

}  // namespace leat::state
