// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Aggregates over frames in which of equal values only one counts: values are numbered once, and
// how often each lies in the frame is counted; a value enters the state with its first row and
// leaves it with its last.
#pragma once

#include <utility>

#include "operators/state/windows/window_input.h"

namespace leat::state {

/// The arguments of the call's rows, numbered.
struct NumberedValues {
  explicit NumberedValues(const WindowInput& input) : numbers(input.memory, input.rows.pages()) {}

  PagedArray<uint32_t> numbers;  ///< By position; those of NULLs are undefined.
  size_t count = 0;
};

/// REQUIRES: the arguments are groupable. ERRORS: kMemory, kIo. SUSPENDS
Result<NumberedValues> number_values(const WindowInput& input);

/// Passes on what is new to a frame, and what is no longer there. `State` is one of slide_frames.
template <typename State>
class OncePerValue {
 public:
  static Result<OncePerValue> make(const NumberedValues& values, State state,
                                   MemoryAccount& memory) {
    OncePerValue once(values, std::move(state), memory);
    LEAT_TRY(once.counts_.resize(values.count + 1, 0));
    LEAT_TRY(once.taken_.resize(values.count + 1, 0));
    return once;
  }

  void add(uint32_t position) {
    const uint32_t value = values_->numbers[position];
    if (counts_[value]++ > 0) return;
    taken_[value] = position;
    state_.add(position);
  }
  void remove(uint32_t position) {
    const uint32_t value = values_->numbers[position];
    if (--counts_[value] == 0) state_.remove(taken_[value]);
  }
  void write(WindowColumn& out, uint32_t position) { state_.write(out, position); }

 private:
  OncePerValue(const NumberedValues& values, State state, MemoryAccount& memory)
      : values_(&values), state_(std::move(state)), counts_(memory), taken_(memory) {}

  const NumberedValues* values_;
  State state_;
  StateArray<uint32_t> counts_;  // by value: how often it is in the frame
  StateArray<uint32_t> taken_;   // and the row that stands for it
};

/// As slide_frames, or with `distinct` calls once for each value.
template <typename Make>
Status slide_values(const WindowInput& input, const PagedArray<uint8_t>& live, WindowColumn& out,
                    Make&& make) {
  if (!input.call.spec.distinct) return slide_frames(input, live, out, make);
  using State = typename std::decay_t<decltype(make())>::value_type;
  LEAT_TRY_ASSIGN(const NumberedValues values, number_values(input));
  return slide_frames(input, live, out, [&]() -> Result<OncePerValue<State>> {
    LEAT_TRY_ASSIGN(State state, make());
    return OncePerValue<State>::make(values, std::move(state), input.memory);
  });
}

}  // namespace leat::state
