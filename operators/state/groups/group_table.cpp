// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Three kinds of keys, one way of finding them (key_group_table.h):
//   one fixed-width column   64 bits
//   one string column        16-byte string references
//   anything else            rows are encoded to byte strings first (row_key.h)
#include "operators/state/groups/group_table.h"

#include <algorithm>

#include "engine/codes/machine.h"
#include "operators/state/groups/group_slots.h"

namespace leat::state {

namespace {

/// All rows are one group, which is there from the first row on.
class NoKeysTable final : public GroupTable {
 public:
  Status assign(std::span<const ColumnRef>, const Selection& selection,
                uint32_t* group_of) override {
    for_each_row(selection, [=](size_t row) { group_of[row] = 0; });
    if (selection.count() > 0) size_ = 1;
    return {};
  }
  Status absorb(GroupTable& other, GroupNumbers& group_of) override {
    LEAT_TRY(group_of.resize(other.size(), 0));
    size_ = std::max(size_, other.size());
    return {};
  }
  Status seal() override { return {}; }
  Status find(std::span<const ColumnRef>, const Selection& selection, uint32_t* group_of,
              GroupLookup&) const override {
    const uint32_t group = size_ > 0 ? 0 : kNoGroup;
    for_each_row(selection, [=](size_t row) { group_of[row] = group; });
    return {};
  }
  Result<std::vector<ColumnRef>> keys_of(std::span<const uint32_t>, MemoryAccount&) const override {
    return std::vector<ColumnRef>();
  }
  uint32_t tag(uint32_t) const override { return 0; }
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

Status GroupTable::check_room_for(size_t more) const {
  if (more <= kGroupsMax - size_) return {};
  return fail(code::kTooManyRows, ErrorCode::kMemory, "there are more than 2^31 groups",
              "group by fewer distinct values");
}

std::unique_ptr<GroupTable> GroupTable::make(const std::vector<Type>& types,
                                             MemoryAccount& memory) {
  if (types.empty()) return std::make_unique<NoKeysTable>();
  if (types.size() > 1) return make_row_group_table(types, memory);
  switch (types[0].id()) {
    case TypeId::kInt64:
    case TypeId::kTimestamp:
    case TypeId::kDate:
    case TypeId::kFloat64: return make_fixed_group_table(types[0], memory);
    case TypeId::kDecimal:
      return types[0].is_short_decimal() ? make_fixed_group_table(types[0], memory)
                                         : make_row_group_table(types, memory);
    case TypeId::kUtf8:
    case TypeId::kBinary: return make_text_group_table(types[0], memory);
    default: return make_row_group_table(types, memory);
  }
}

}  // namespace leat::state
