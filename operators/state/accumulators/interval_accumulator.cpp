// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// sum and avg of intervals: their months, days and microseconds are summed one by one, in 128 bits,
// so the result is the same for every order of rows. A mean is divided as PostgreSQL divides an
// interval: what is left of months becomes days of a month of 30, and of days, time.
#include <cmath>
#include <limits>

#include "engine/mutant.h"
#include "operators/data/builder.h"
#include "operators/state/accumulators/accumulator.h"
#include "operators/state/accumulators/float_result.h"
#include "operators/state/accumulators/state_columns.h"

namespace leat::state {

namespace {

struct IntervalSum {
  Int128 months;
  Int128 days;
  Int128 microseconds;
  int64_t count;
  int64_t unused;  // no padding: the state is saved as it is

  void merge(const IntervalSum& other) {
    months += other.months;
    days += other.days;
    microseconds += other.microseconds;
    count += other.count;
  }
};

constexpr double kDaysOfMonth = 30;
constexpr double kSecondsOfDay = 86'400;

/// To microseconds, as PostgreSQL rounds what is left.
double rounded(double value) { return std::rint(value * 1e6) / 1e6; }

bool to_interval(Int128 months, Int128 days, Int128 microseconds, Interval& out) {
  constexpr Int128 kMost = std::numeric_limits<int32_t>::max();
  constexpr Int128 kMostTime = std::numeric_limits<int64_t>::max();
  if (months > kMost || months < -kMost - 1 || days > kMost || days < -kMost - 1 ||
      microseconds > kMostTime || microseconds < -kMostTime - 1)
    return false;
  out = {static_cast<int32_t>(months), static_cast<int32_t>(days),
         static_cast<int64_t>(microseconds)};
  return true;
}

bool mean_of(const IntervalSum& sum, Interval& out) {
  Int128 months = sum.months / sum.count;
  Int128 days = sum.days / sum.count;
  const auto count = static_cast<double>(sum.count);
  const double month_days =
      rounded(static_cast<double>(sum.months % sum.count) / count * kDaysOfMonth);
  double seconds = rounded(
      (static_cast<double>(sum.days % sum.count) / count + month_days - std::trunc(month_days)) *
      kSecondsOfDay);
  if (std::fabs(seconds) >= kSecondsOfDay) {
    const double whole = std::trunc(seconds / kSecondsOfDay);
    days += static_cast<Int128>(whole);
    seconds -= whole * kSecondsOfDay;
  }
  days += static_cast<Int128>(std::trunc(month_days));
  // The whole microseconds apart from the fraction, which has too few digits beside them.
  const double fraction = static_cast<double>(sum.microseconds % sum.count) / count + seconds * 1e6;
  return to_interval(months, days,
                     sum.microseconds / sum.count + static_cast<Int128>(std::rint(fraction)), out);
}

class IntervalAccumulator final : public Accumulator {
 public:
  explicit IntervalAccumulator(MemoryAccount& memory) : sums_(memory) {}

  Status resize(size_t groups) override { return sums_.resize(groups, IntervalSum{}); }
  Status update(const FoldRows& rows) override {
    if (rows.argument->type().is(TypeId::kNull)) return {};
    const Interval* const values = rows.argument->values<Interval>();
    fold_rows<true>(sums_, rows, [=](IntervalSum& sum, size_t row) {
      const Interval& value = values[row];
      sum.merge({value.months, value.days, value.microseconds, 1, 0});
    });
    return {};
  }
  Status merge(Accumulator& other, const GroupNumbers& group_of) override {
    const auto& from = static_cast<const IntervalAccumulator&>(other);
    merge_states(sums_, from.sums_, group_of,
                 [](IntervalSum& ours, const IntervalSum& theirs) { ours.merge(theirs); });
    return {};
  }

  std::vector<Type> state_types() const override { return word_types<IntervalSum>(); }
  Result<std::vector<ColumnRef>> save(std::span<const uint32_t> groups,
                                      MemoryAccount& memory) const override {
    std::vector<ColumnRef> columns;
    LEAT_TRY(save_words<IntervalSum>(groups, memory, columns,
                                     [&](uint32_t group) { return sums_[group]; }));
    return columns;
  }
  Status load(std::span<const ColumnRef> states, const uint32_t* group_of) override {
    for (size_t row = 0; row < states[0]->length(); ++row)
      sums_[group_of[row]].merge(load_words<IntervalSum>(states, row));
    return {};
  }

  Result<ColumnRef> finish(const FoldResult& result) const override {
    FixedBuilder<Interval> builder(result.type, result.memory);
    LEAT_TRY(builder.reserve(result.groups.size()));
    LEAT_TRY(for_each_state(sums_, result.groups, [&](size_t i, const IntervalSum& sum) -> Status {
      if (sum.count == 0) return builder.append_null();
      Interval value;
      const bool fits = result.fold == Fold::kMean && !LEAT_MUTANT("interval_mean_is_sum")
                            ? mean_of(sum, value)
                            : to_interval(sum.months, sum.days, sum.microseconds, value);
      if (fits) return builder.append(value), Status();
      result.faults.push_back({static_cast<uint32_t>(i), overflow_error(result.type)});
      return builder.append_null();
    }));
    return builder.finish();
  }

 private:
  GroupArray<IntervalSum> sums_;
};

}  // namespace

std::unique_ptr<Accumulator> make_interval_accumulator(MemoryAccount& memory) {
  return std::make_unique<IntervalAccumulator>(memory);
}

}  // namespace leat::state
