// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// count, sum, avg, var and stddev over frames. All of their states are integers (exact_sum.h), so
// rows that leave a frame are subtracted without a trace, and the result is that of an accumulator
// which has only seen the frame.
#include <cmath>
#include <limits>

#include "engine/mutant.h"
#include "operators/data/decimal_values.h"
#include "operators/state/accumulators/float_result.h"
#include "operators/state/accumulators/number_reader.h"
#include "operators/state/windows/frame_distinct.h"

namespace leat::state {

namespace {

void subtract_words(std::span<uint64_t> words, std::span<const uint64_t> other) {
  uint64_t borrow = 0;
  for (size_t i = 0; i < words.size(); ++i) {
    const UInt128 less = UInt128{other[i]} + borrow;
    borrow = words[i] < less ? 1 : 0;
    words[i] -= static_cast<uint64_t>(less);
  }
}

class CountState {
 public:
  void add(uint32_t) { ++count_; }
  void remove(uint32_t) { --count_; }
  void write(WindowColumn& out, uint32_t position) const { out.set(position, count_); }
  void clear() { count_ = 0; }

 private:
  int64_t count_ = 0;
};

/// The result stays as it is until a row comes or goes: what it takes to round is done once.
template <typename State>
class Kept {
 public:
  explicit Kept(State state) : state_(std::move(state)) {}

  void add(uint32_t position) {
    state_.add(position);
    changed_ = true;
  }
  void remove(uint32_t position) {
    state_.remove(position);
    changed_ = true;
  }
  void write(WindowColumn& out, uint32_t position) {
    if (changed_) state_.finish();
    changed_ = false;
    state_.write(out, position);
  }
  void clear() {
    state_.clear();
    changed_ = true;
  }

 private:
  State state_;
  bool changed_ = true;
};

/// sum and avg of int64 and decimals, in units of the last digit.
template <typename Value>
class UnitState {
 public:
  UnitState(const WindowInput& input, const FlatValues<Value>& values)
      : values_(&values),
        fold_(input.call.spec.fold),
        type_(&input.call.type),
        scale_(input.argument_type().scale()) {
    for (unsigned i = 0; i < type_->precision(); ++i) limit_ *= 10;
  }

  void add(uint32_t position) { sum_.add_units((*values_)[position]); }
  void remove(uint32_t position) {
    const uint64_t count = sum_.meta;
    if (LEAT_MUTANT("window_sum_keeps_what_left")) return;
    sum_.add_units(-Int128{(*values_)[position]});
    sum_.meta = count - 1;
  }
  void clear() { sum_ = ExactSum{}; }

  void finish() {
    fits_ = true;
    if (sum_.count() == 0) return;
    if (type_->is(TypeId::kFloat64)) {
      number_ = units_mean_to_double(sum_, scale_);
      return;
    }
    fits_ = fold_ == Fold::kMean ? mean_units(sum_, type_->scale() - scale_, units_)
                                 : sum_units(sum_, type_->scale() - scale_, units_);
    if (type_->is(TypeId::kDecimal)) {
      fits_ = fits_ && units_ > -limit_ && units_ < limit_;
    } else {
      fits_ = fits_ && units_ == static_cast<int64_t>(units_);
    }
  }
  void write(WindowColumn& out, uint32_t position) const {
    if (sum_.count() == 0) return;
    if (!fits_) return out.set_out_of_range(position);
    if (type_->is(TypeId::kFloat64)) return out.set(position, number_);
    if (type_->is(TypeId::kDecimal)) return out.set(position, units_);
    out.set(position, static_cast<int64_t>(units_));
  }

 private:
  const FlatValues<Value>* values_;
  Fold fold_;
  const Type* type_;
  unsigned scale_;
  Int128 limit_ = 1;
  ExactSum sum_{};
  Int128 units_ = 0;
  double number_ = 0;
  bool fits_ = true;
};

/// How many of the values in a frame are not finite.
struct SpecialCounts {
  uint64_t nans = 0;
  uint64_t infinities[2] = {0, 0};  // positive, negative

  void change(double value, uint64_t by) {
    if (std::isnan(value)) {
      nans += by;
    } else {
      infinities[value < 0 ? 1 : 0] += by;
    }
  }
  uint64_t flags() const {
    return (nans > 0 ? ExactSum::kNan : 0) | (infinities[0] > 0 ? ExactSum::kPlusInfinity : 0) |
           (infinities[1] > 0 ? ExactSum::kMinusInfinity : 0);
  }
};

/// sum, avg, var and stddev of float64 and of integers as floats. `kSquares` for the latter two.
template <typename Value, bool kSquares>
class FloatState {
 public:
  FloatState(const WindowInput& input, const FlatValues<Value>& values)
      : values_(&values), fold_(input.call.spec.fold) {}

  void add(uint32_t position) {
    ++count_;
    change((*values_)[position], 1, [](auto words, auto other) { add_words(words, other); });
  }
  void remove(uint32_t position) {
    --count_;
    change((*values_)[position], ~uint64_t{0},
           [](auto words, auto other) { subtract_words(words, other); });
  }
  void clear() {
    count_ = 0;
    sum_ = ExactSum{};
    squares_ = SquareSum{};
    specials_ = SpecialCounts();
    // Few partitions have values that need these.
    if (wide_ > 0) side_ = SideSum{};
    if (wide_squares_ > 0) side_squares_ = SideSquareSum{};
    wide_ = wide_squares_ = 0;
  }

  void finish() {
    if (count_ == 0) return;
    sum_.meta = count_ | specials_.flags();
    const SideSum* const side = wide_ > 0 ? &side_ : nullptr;
    if constexpr (kSquares) {
      const bool sample = fold_ == Fold::kVarianceSample || fold_ == Fold::kDeviationSample;
      if (count_ < fewest()) return;
      result_ = variance_to_double(sum_, squares_, side,
                                   wide_squares_ > 0 ? &side_squares_ : nullptr, sample ? 1 : 0);
      if (fold_ == Fold::kDeviationSample || fold_ == Fold::kDeviationPopulation)
        result_ = std::sqrt(result_);
    } else {
      result_ = fold_ == Fold::kSum ? sum_to_double(sum_, side) : mean_to_double(sum_, side);
    }
  }
  void write(WindowColumn& out, uint32_t position) const {
    if (count_ < fewest()) return;
    if (has_overflowed(result_, specials_.flags() == 0)) return out.set_out_of_range(position);
    out.set(position, result_);
  }

 private:
  uint64_t fewest() const {
    return fold_ == Fold::kVarianceSample || fold_ == Fold::kDeviationSample ? 2 : 1;
  }

  /// Adds to all sums, or takes from them, what `value` is to each; `by` is 1 or -1.
  template <typename Apply>
  void change(Value value, uint64_t by, Apply&& apply) {
    ExactSum one{};
    SquareSum square{};
    if constexpr (std::is_same_v<Value, int64_t>) {
      one.add_integer(value);
      square.add_integer(value);
    } else {
      if (!std::isfinite(value)) return specials_.change(value, by);
      if (!one.add(value)) {
        SideSum rest{};
        rest.add(value);
        apply(std::span<uint64_t>(side_.words), std::span<const uint64_t>(rest.words));
        wide_ += by;
      }
      if (kSquares && !square.add(value)) {
        SideSquareSum rest{};
        rest.add(value);
        apply(std::span<uint64_t>(side_squares_.words), std::span<const uint64_t>(rest.words));
        wide_squares_ += by;
      }
    }
    apply(std::span<uint64_t>(sum_.words), std::span<const uint64_t>(one.words));
    if constexpr (kSquares)
      apply(std::span<uint64_t>(squares_.words), std::span<const uint64_t>(square.words));
  }

  const FlatValues<Value>* values_;
  Fold fold_;
  uint64_t count_ = 0;
  ExactSum sum_{};
  SquareSum squares_{};
  SideSum side_{};  // of values outside the window of sum_
  SideSquareSum side_squares_{};
  uint64_t wide_ = 0;
  uint64_t wide_squares_ = 0;
  SpecialCounts specials_;
  double result_ = 0;
};

template <typename State, typename Value, typename ValueOf>
Status slide_numbers(const WindowInput& input, const PagedArray<uint8_t>& live, WindowColumn& out,
                     ValueOf&& value_of) {
  LEAT_TRY_ASSIGN(const FlatValues<Value> values,
                  FlatValues<Value>::make(input, *input.call.argument, value_of));
  return slide_values(input, live, out,
                      [&]() -> Result<Kept<State>> { return Kept<State>(State(input, values)); });
}

template <typename Value>
Value plain_value(const Column& column, size_t row) {
  return column.values<Value>()[row];
}

double decimal_as_float(const Column& column, size_t row) {
  return NumberReader(column.type()).decimal(decimal_at(column, row));
}

}  // namespace

Status compute_frame_sums(const WindowInput& input, WindowColumn& out) {
  LEAT_TRY(out.use_numbers());
  LEAT_TRY_ASSIGN(const PagedArray<uint8_t> live, live_rows(input, NullRows::kSkip));
  const Fold fold = input.call.spec.fold;
  if (fold == Fold::kCount) {
    return slide_frames(input, live, out, []() -> Result<CountState> { return CountState(); });
  }
  const bool squares = fold != Fold::kSum && fold != Fold::kMean;
  switch (input.argument_type().id()) {
    case TypeId::kNull: return {};
    case TypeId::kInt64:
      if (squares) {
        return slide_numbers<FloatState<int64_t, true>, int64_t>(input, live, out,
                                                                 plain_value<int64_t>);
      }
      return slide_numbers<UnitState<int64_t>, int64_t>(input, live, out, plain_value<int64_t>);
    case TypeId::kDecimal:
      if (squares)
        return slide_numbers<FloatState<double, true>, double>(input, live, out, decimal_as_float);
      if (input.argument_type().is_short_decimal())
        return slide_numbers<UnitState<int64_t>, int64_t>(input, live, out, plain_value<int64_t>);
      return slide_numbers<UnitState<Int128>, Int128>(input, live, out, plain_value<Int128>);
    default:
      if (squares)
        return slide_numbers<FloatState<double, true>, double>(input, live, out,
                                                               plain_value<double>);
      return slide_numbers<FloatState<double, false>, double>(input, live, out,
                                                              plain_value<double>);
  }
}

}  // namespace leat::state
