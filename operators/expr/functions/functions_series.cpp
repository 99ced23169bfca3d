// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Series of numbers and times as lists.
#include <array>

#include "operators/data/builder.h"
#include "operators/expr/functions/functions.h"
#include "operators/expr/kernels/list_items.h"
#include "operators/expr/kernels/row_kernel.h"
#include "operators/expr/kernels/series_step.h"

namespace leat::expr {
namespace {

using Inputs = std::span<const Vector>;

/// Does the series hold its last value, when it meets it?
enum class End : uint8_t { kIncluded, kExcluded };

/// `Value` is how the elements lie in memory.
template <typename Value>
class SeriesRows {
 public:
  SeriesRows(const KernelContext& context, Inputs inputs)
      : context_(context),
        inputs_(inputs),
        type_(context.type().element().id()),
        values_(context) {}

  Result<Vector> write(End end) {
    LEAT_TRY_ASSIGN(BufferRef validity, all_valid(context_, inputs_));
    for_each_valid(context_, validity, [&](size_t row) {
      SeriesStep step{.interval = {}, .whole = 1};
      values_.start(row);
      const std::string_view fault = read_step(row, step);
      if (!fault.empty()) return values_.give_up(fault);
      const int64_t stop = value_of(inputs_.size() == 1 ? 0 : 1, row);
      std::optional<int64_t> next = inputs_.size() == 1 ? 0 : value_of(0, row);
      for (; next && values_.is_whole(); next = step.after(*next, type_)) {
        if (step.is_past(*next, stop) || (end == End::kExcluded && *next == stop)) break;
        values_.append(static_cast<Value>(*next));
      }
    });
    LEAT_TRY_ASSIGN(BufferRef offsets, values_.finish());
    const size_t count = values_.items().size();
    Column::Parts parts;
    parts.values = values_.take_items();
    if (!parts.values) {
      LEAT_TRY_ASSIGN(parts.values, context_.memory().allocate(0));
    }
    return list_of(context_, std::move(validity), std::move(offsets),
                   std::make_shared<Column>(context_.type().element(), count, std::move(parts)));
  }

 private:
  int64_t value_of(size_t input, size_t row) const {
    return int64_t{inputs_[input]->values<Value>()[inputs_[input].at(row)]};
  }
  std::string_view read_step(size_t row, SeriesStep& step) const {
    if (inputs_.size() < 3) return {};
    const size_t at = inputs_[2].at(row);
    if (type_ == TypeId::kInt64) return set_step(inputs_[2]->values<int64_t>()[at], step);
    return set_step(inputs_[2]->values<Interval>()[at], type_, step);
  }

  const KernelContext& context_;
  Inputs inputs_;
  TypeId type_;
  ListItems<Value> values_;
};

template <typename Value, End kEnd>
Result<Vector> series(const KernelContext& context, Inputs inputs) {
  return SeriesRows<Value>(context, inputs).write(kEnd);
}

constexpr std::array<Function, 6> kSeriesFunctions = {{
    {"generate_series",
     "generate_series(start int64, stop int64[, step int64]) -> list<int64>",
     {"The numbers from `start` to `stop`, both included, by steps of 1 or `step`.",
      "The step is 0, or there are more than 4 million numbers: `generate_series(1, 9, 0)`."},
     "generate_series(1, 9, 4)::utf8",
     "[1,5,9]",
     series<int64_t, End::kIncluded>},
    {"generate_series",
     "generate_series(start date, stop date, step interval) -> list<date>",
     {"The days from `start` to `stop`, both included.",
      "The step is 0, goes both ways or has a part of a day: `generate_series(current_date, "
      "current_date, interval '1 hour')`."},
     "generate_series(date '2025-01-31', date '2025-03-01', interval '1 month')::utf8",
     "[\"2025-01-31\",\"2025-02-28\"]",
     series<int32_t, End::kIncluded>},
    {"generate_series",
     "generate_series(start timestamp, stop timestamp, step interval) -> list<timestamp>",
     {"The times from `start` to `stop`, both included.",
      "The step is 0 or goes both ways: `generate_series(now(), now(), interval '0 days')`."},
     "cardinality(generate_series(timestamp '2025-01-01 00:00:00', timestamp '2025-01-02 "
     "00:00:00', "
     "interval '6 hours'))",
     "5",
     series<int64_t, End::kIncluded>},
    {"range",
     "range(start int64[, stop int64, step int64]) -> list<int64>",
     {"The numbers from `start` to before `stop`, by steps of 1 or `step`; of one argument, those "
      "from 0 to before it.",
      "The step is 0, or there are more than 4 million numbers: `range(1, 1000000000)`."},
     "range(1, 4)::utf8",
     "[1,2,3]",
     series<int64_t, End::kExcluded>},
    {"range",
     "range(start date, stop date, step interval) -> list<date>",
     {"The days from `start` to before `stop`.",
      "As before: `range(current_date, current_date, interval '1 hour')`."},
     "range(date '2025-01-01', date '2025-01-03', interval '1 day')::utf8",
     "[\"2025-01-01\",\"2025-01-02\"]",
     series<int32_t, End::kExcluded>},
    {"range",
     "range(start timestamp, stop timestamp, step interval) -> list<timestamp>",
     {"The times from `start` to before `stop`.",
      "As before: `range(now(), now(), interval '0 days')`."},
     "cardinality(range(timestamp '2025-01-01 00:00:00', timestamp '2025-01-02 00:00:00', interval "
     "'6 hours'))",
     "4",
     series<int64_t, End::kExcluded>},
}};

}  // namespace

std::span<const Function> series_functions() { return kSeriesFunctions; }

}  // namespace leat::expr
