// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// count(distinct x) over frames: values are numbered once, and how often each lies in the frame is
// counted; a value enters the result with its first row and leaves it with its last.
#include "operators/state/groups/group_table.h"
#include "operators/state/windows/window_input.h"

namespace leat::state {

namespace {

class DistinctState {
 public:
  DistinctState(const StateArray<uint32_t>& values, StateArray<uint32_t> counts)
      : values_(&values), counts_(std::move(counts)) {}

  void add(uint32_t position) { distinct_ += counts_[(*values_)[position]]++ == 0 ? 1 : 0; }
  void remove(uint32_t position) { distinct_ -= --counts_[(*values_)[position]] == 0 ? 1 : 0; }
  void write(WindowColumn& out, uint32_t position) const { out.set(position, distinct_); }

 private:
  const StateArray<uint32_t>* values_;
  StateArray<uint32_t> counts_;
  int64_t distinct_ = 0;
};

}  // namespace

Status compute_frame_distinct(const WindowInput& input, WindowColumn& out) {
  LEAT_TRY(out.use_numbers());
  LEAT_TRY_ASSIGN(const StateArray<uint8_t> live, live_rows(input, NullRows::kSkip));
  const std::unique_ptr<GroupTable> table = GroupTable::make({input.argument_type()}, input.memory);
  StateArray<uint32_t> values(input.memory);
  LEAT_TRY(values.resize(input.rows.rows(), 0));
  uint32_t* next = values.data();
  for (const Batch& batch : input.rows.batches()) {
    checkpoint();
    if (!input.argument_type().is(TypeId::kNull)) {
      const ColumnRef& column = batch.columns()[*input.call.argument];
      LEAT_TRY(table->assign({&column, 1}, batch.selection(), next));
    }
    next += batch.rows();
  }
  return slide_frames(input, live, out, [&]() -> Result<DistinctState> {
    StateArray<uint32_t> counts(input.memory);
    LEAT_TRY(counts.resize(table->size() + 1, 0));
    return DistinctState(values, std::move(counts));
  });
}

}  // namespace leat::state
