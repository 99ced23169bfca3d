// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/state/windows/frame_distinct.h"

#include <algorithm>

#include "operators/state/groups/group_table.h"

namespace leat::state {

namespace {

/// How many values are in.
class ValueCount {
 public:
  void add(uint32_t) { ++count_; }
  void remove(uint32_t) { --count_; }
  void write(WindowColumn& out, uint32_t position) const { out.set(position, count_); }

 private:
  int64_t count_ = 0;
};

}  // namespace

Result<NumberedValues> number_values(const WindowInput& input) {
  const std::span<const size_t> arguments = input.call.values();
  std::vector<Type> types;
  for (const size_t column : arguments) types.push_back(input.rows.type(column));
  NumberedValues values(input);
  LEAT_TRY(values.numbers.resize(input.rows.rows(), 0));
  // Nothing is different from nothing.
  const auto is_null = [](const Type& type) { return type.is(TypeId::kNull); };
  if (std::any_of(types.begin(), types.end(), is_null)) {
    LEAT_TRY(values.numbers.finish());
    return values;
  }
  const std::unique_ptr<GroupTable> table = GroupTable::make(types, input.memory);
  StateArray<uint32_t> found(input.memory);
  size_t position = 0;
  for (size_t i = 0; i < input.rows.batch_count(); ++i) {
    checkpoint();
    LEAT_TRY_ASSIGN(const Batch batch, input.rows.batch(i));
    std::vector<ColumnRef> columns;
    for (const size_t column : arguments) columns.push_back(batch.columns()[column]);
    LEAT_TRY(found.resize(std::max(found.size(), batch.rows()), 0));
    LEAT_TRY(table->assign(columns, batch.selection(), found.data()));
    for (size_t row = 0; row < batch.rows(); ++row) values.numbers.set(position++, found[row]);
  }
  LEAT_TRY(values.numbers.finish());
  values.count = table->size();
  return values;
}

Status compute_frame_distinct(const WindowInput& input, WindowColumn& out) {
  LEAT_TRY(out.use_numbers());
  LEAT_TRY_ASSIGN(const PagedArray<uint8_t> live, live_rows(input, NullRows::kSkip));
  LEAT_TRY_ASSIGN(const NumberedValues values, number_values(input));
  return slide_frames(input, live, out, [&]() -> Result<OncePerValue<ValueCount>> {
    return OncePerValue<ValueCount>::make(values, ValueCount(), input.memory);
  });
}

}  // namespace leat::state
