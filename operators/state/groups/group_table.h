// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Numbers the distinct keys of a stream of rows: 0, 1, 2 ... in the order in which they are first
// seen. The state of an aggregation is arrays indexed by these numbers.
//
// Keys are equal as `=` has it, except that NULL equals NULL: -0.0 equals 0.0 (and is kept as 0.0),
// NaN equals NaN. Hashes are XXH3-64 with seed 0 over the bytes of the key, whatever the machine;
// no result depends on them.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "operators/data/batch.h"
#include "operators/data/memory.h"
#include "operators/state/groups/group_array.h"
#include "operators/state/row_key.h"
#include "operators/state/state_array.h"

namespace leat::state {

/// Can values of `type` be told apart as keys? Not json (two texts may be one value), lists,
/// structs and intervals.
bool is_groupable(const Type& type);

/// What a goroutine needs to look rows up in a table. THREADS: one at a time.
struct GroupLookup {
  explicit GroupLookup(MemoryAccount& memory) : tags(memory), encoder(memory) {}
  StateArray<uint32_t> tags;
  RowKeyEncoder encoder;
};

/// THREADS: one at a time; find any once the table is sealed.
class GroupTable {
 public:
  virtual ~GroupTable() = default;

  /// A table for keys of these types, all groupable; without types all rows are one group.
  static std::unique_ptr<GroupTable> make(const std::vector<Type>& types, MemoryAccount& memory);

  /// Writes the group of each selected row to `group_of[physical row]`. Groups not seen before get
  /// the next numbers, in the order of rows. ERRORS: kMemory; groups found until then stay.
  virtual Status assign(std::span<const ColumnRef> keys, const Selection& selection,
                        uint32_t* group_of) = 0;

  /// Takes over the keys of `other`, which is of the same types and of no use afterwards. Makes
  /// `group_of` as long as there are groups of it: group i is `group_of[i]` here, and those not
  /// known before get the next numbers, in the order of i. Large tables are worked on by several
  /// goroutines. ERRORS: kMemory. SUSPENDS
  virtual Status absorb(GroupTable& other, GroupNumbers& group_of) = 0;

  /// Nothing is added any more: the table is ready for find. ERRORS: kMemory. SUSPENDS
  virtual Status seal() = 0;
  /// Writes the group of each selected row to `group_of[physical row]`; kNoGroup: there is none.
  /// REQUIRES: sealed. ERRORS: kMemory. THREADS: any, each with its own `lookup`.
  virtual Status find(std::span<const ColumnRef> keys, const Selection& selection,
                      uint32_t* group_of, GroupLookup& lookup) const = 0;

  /// One column per key with the keys of `groups`. ERRORS: kMemory. THREADS: any.
  virtual Result<std::vector<ColumnRef>> keys_of(std::span<const uint32_t> groups,
                                                 MemoryAccount& memory) const = 0;

  /// The high half of the hash of the group's key; 0 for NULL and without keys. REQUIRES: there is
  /// such a group.
  virtual uint32_t tag(uint32_t group) const = 0;

  /// How many groups there are.
  size_t size() const { return size_; }

 protected:
  /// ERRORS: kMemory when `more` groups cannot be numbered.
  Status check_room_for(size_t more) const;

  size_t size_ = 0;
};

// What each kind of table is made by; see fixed_group_table.cpp and text_group_table.cpp.
std::unique_ptr<GroupTable> make_fixed_group_table(const Type& type, MemoryAccount& memory);
std::unique_ptr<GroupTable> make_text_group_table(const Type& type, MemoryAccount& memory);
std::unique_ptr<GroupTable> make_row_group_table(std::vector<Type> types, MemoryAccount& memory);

}  // namespace leat::state
