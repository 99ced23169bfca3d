// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Sums are those of `sum` and `avg`: exact, and rounded once at the end, so a list has the sum that
// its elements have as rows.
//
// Rejected: the accumulators of `aggregate` with a group for each list (they are above expressions,
// and keep states that can be saved and merged, which nobody needs here).
#include "operators/expr/kernels/list_fold.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <numeric>

#include <fmt/format.h>

#include "engine/codes/data.h"
#include "operators/data/decimal_values.h"
#include "operators/data/exact_sum.h"
#include "operators/data/value_order.h"
#include "operators/expr/kernels/decimal_math.h"
#include "operators/expr/kernels/list_writer.h"
#include "operators/expr/kernels/place_array.h"

namespace leat::expr {
namespace {

enum class Mean : uint8_t { kNo, kYes };

/// The sum of one list.
class ListSum {
 public:
  void add(const Column& column, size_t at) {
    switch (column.type().id()) {
      case TypeId::kFloat64: return add_float(column.values<double>()[at]);
      case TypeId::kDecimal: return sum_.add_units(decimal_at(column, at));
      default: return sum_.add_units(column.values<int64_t>()[at]);
    }
  }
  bool is_empty() const { return sum_.count() == 0; }
  /// False when float64 cannot hold it.
  bool float_result(Mean mean, double& out) const {
    out = mean == Mean::kYes ? mean_to_double(sum_, side_.get()) : sum_to_double(sum_, side_.get());
    return std::isfinite(out) || !sum_.is_finite();
  }
  double whole_mean() const { return units_mean_to_double(sum_, 0); }
  /// The result with `digits` more behind the point than the elements have. False when 128 bits
  /// cannot hold it.
  bool unit_result(Mean mean, unsigned digits, Int128& out) const {
    return mean == Mean::kYes ? mean_units(sum_, digits, out) : sum_units(sum_, digits, out);
  }

 private:
  void add_float(double value) {
    if (sum_.add(value)) return;
    if (!side_) side_ = std::make_unique<SideSum>();
    side_->add(value);
  }

  ExactSum sum_{};
  std::unique_ptr<SideSum> side_;
};

/// Sums or means, of a type of their own.
class SumRows {
 public:
  SumRows(const KernelContext& context, const Vector& lists, Mean mean)
      : context_(context), lists_(lists), mean_(mean) {}

  Result<Vector> write() {
    const Type& type = context_.type();
    LEAT_TRY_ASSIGN(BufferRef validity, all_valid(context_, {&lists_, 1}));
    LEAT_TRY_ASSIGN(values_, context_.memory().allocate(context_.length() * type.width()));
    NullWriter nulls(context_, validity);
    for_each_valid(context_, validity, [&](size_t row) {
      const RowList list(lists_, row);
      ListSum sum;
      for (size_t i = 0; i < list.size(); ++i) {
        if (list.is_valid(i)) sum.add(list.column(), list.at(i));
      }
      if (sum.is_empty()) return nulls.set_null(row);
      if (!put(row, sum)) {
        context_.fault(
            code::kOutOfRange, row,
            fmt::format("{} overflows {}", context_.state<ListFold>().call, to_string(type)));
      }
    });
    LEAT_TRY_ASSIGN(validity, nulls.finish());
    return column_of(context_, std::move(validity), std::move(values_));
  }

 private:
  bool put(size_t row, const ListSum& sum) {
    const Type& element = lists_->type().element();
    const Type& type = context_.type();
    if (type.is(TypeId::kFloat64)) {
      double& out = values_->mutable_as<double>()[row];
      if (element.is(TypeId::kFloat64)) return sum.float_result(mean_, out);
      out = sum.whole_mean();
      return true;
    }
    const bool decimal = type.is(TypeId::kDecimal);
    const auto digits = static_cast<unsigned>(decimal ? type.scale() - element.scale() : 0);
    const Int128 largest = decimal ? decimal_power(kDecimalDigitsMax) - 1 : Int128{INT64_MAX};
    const Int128 smallest = decimal ? -largest : Int128{INT64_MIN};
    Int128 units = 0;
    if (!sum.unit_result(mean_, digits, units) || units < smallest || units > largest) return false;
    if (decimal) {
      DecimalWriter(type, *values_).set(row, units);
    } else {
      values_->mutable_as<int64_t>()[row] = static_cast<int64_t>(units);
    }
    return true;
  }

  const KernelContext& context_;
  const Vector& lists_;
  Mean mean_;
  BufferRef values_;
};

/// The places of the elements that are not NULL, by their values, then by where they stand.
Status sort_elements(const RowList& list, PlaceArray& places) {
  LEAT_TRY(places.resize(list.size()));
  size_t count = 0;
  for (size_t i = 0; i < list.size(); ++i) {
    if (list.is_valid(i)) places.begin()[count++] = static_cast<uint32_t>(list.at(i));
  }
  LEAT_TRY(places.resize(count));
  const Column& column = list.column();
  std::sort(places.begin(), places.begin() + count, [&](uint32_t a, uint32_t b) {
    const int way = compare_values(column, a, column, b);
    return way != 0 ? way < 0 : a < b;
  });
  return {};
}

/// The value that stands longest in a row of sorted places; of several the one that came first.
size_t most_frequent(const Column& column, const PlaceArray& places) {
  size_t best = 0;
  size_t best_count = 0;
  for (const uint32_t* at = places.begin(); at != places.end();) {
    const uint32_t* next = at;
    while (next != places.end() && compare_values(column, *at, column, *next) == 0) ++next;
    const auto count = static_cast<size_t>(next - at);
    if (count > best_count || (count == best_count && *at < best)) {
      best = *at;
      best_count = count;
    }
    at = next;
  }
  return best;
}

/// `decisive` decides: true for `or`, false for `and`.
Result<Vector> decide(const KernelContext& context, const Vector& lists, bool decisive) {
  LEAT_TRY_ASSIGN(BufferRef validity, all_valid(context, {&lists, 1}));
  LEAT_TRY_ASSIGN(BufferRef values, new_zero_bits(context));
  NullWriter nulls(context, validity);
  for_each_valid(context, validity, [&](size_t row) {
    const RowList list(lists, row);
    bool any = false;
    bool result = !decisive;
    for (size_t i = 0; i < list.size(); ++i) {
      if (!list.is_valid(i)) continue;
      any = true;
      if (list.column().bool_at(list.at(i)) == decisive) result = decisive;
    }
    if (!any) nulls.set_null(row);
    if (result) set_bit(values->mutable_data(), row);
  });
  LEAT_TRY_ASSIGN(validity, nulls.finish());
  return column_of(context, std::move(validity), std::move(values));
}

}  // namespace

Result<Vector> list_sum_kernel(const KernelContext& context, std::span<const Vector> inputs) {
  return SumRows(context, inputs[0], Mean::kNo).write();
}
Result<Vector> list_avg_kernel(const KernelContext& context, std::span<const Vector> inputs) {
  return SumRows(context, inputs[0], Mean::kYes).write();
}

Result<Vector> list_median_kernel(const KernelContext& context, std::span<const Vector> inputs) {
  LEAT_TRY_ASSIGN(BufferRef validity, all_valid(context, inputs));
  LEAT_TRY_ASSIGN(BufferRef values, context.memory().allocate(context.length() * sizeof(double)));
  NullWriter nulls(context, validity);
  PlaceArray places(context.memory());
  Status status;
  for_each_valid(context, validity, [&](size_t row) {
    const RowList list(inputs[0], row);
    if (status) status = sort_elements(list, places);
    if (!status || places.size() == 0) return nulls.set_null(row);
    const auto* const numbers = list.column().values<double>();
    const double low = numbers[places.begin()[(places.size() - 1) / 2]];
    const double high = numbers[places.begin()[places.size() / 2]];
    values->mutable_as<double>()[row] = low == high ? low : blend(low, high, 0.5);
  });
  LEAT_TRY(std::move(status));
  LEAT_TRY_ASSIGN(validity, nulls.finish());
  return column_of(context, std::move(validity), std::move(values));
}

Result<Vector> list_mode_kernel(const KernelContext& context, std::span<const Vector> inputs) {
  LEAT_TRY_ASSIGN(BufferRef validity, all_valid(context, inputs));
  LEAT_TRY_ASSIGN(ColumnRef nothing, null_column(context.type(), 1, context.memory()));
  const std::array<ColumnRef, 2> sources = {std::move(nothing), elements_of(inputs[0])};
  std::vector<RowRef> refs(context.length(), RowRef{0, 0});
  PlaceArray places(context.memory());
  Status status;
  for_each_valid(context, validity, [&](size_t row) {
    const RowList list(inputs[0], row);
    if (status) status = sort_elements(list, places);
    if (!status || places.size() == 0) return;
    refs[row] = {1, static_cast<uint32_t>(most_frequent(list.column(), places))};
  });
  LEAT_TRY(std::move(status));
  LEAT_TRY_ASSIGN(ColumnRef picked, take_column(sources, refs, context.memory()));
  return Vector{std::move(picked), false};
}

Result<Vector> list_bool_and_kernel(const KernelContext& context, std::span<const Vector> inputs) {
  return decide(context, inputs[0], false);
}
Result<Vector> list_bool_or_kernel(const KernelContext& context, std::span<const Vector> inputs) {
  return decide(context, inputs[0], true);
}

}  // namespace leat::expr
