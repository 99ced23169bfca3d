// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Elements picked from lists by their places, and what PostgreSQL asks of the bounds of an array:
// lists have one dimension, and begin at 1.
#include <algorithm>
#include <array>
#include <numeric>

#include <fmt/format.h>

#include "engine/codes/data.h"
#include "operators/data/value_order.h"
#include "operators/expr/functions/functions.h"
#include "operators/expr/kernels/list_writer.h"
#include "operators/expr/kernels/place_array.h"
#include "operators/expr/kernels/row_kernel.h"

namespace leat::expr {
namespace {

using Inputs = std::span<const Vector>;

/// As DuckDB: places that the list has not give nothing.
Result<Vector> select_places(const KernelContext& context, Inputs inputs) {
  LEAT_TRY_ASSIGN(BufferRef validity, all_valid(context, inputs));
  ListWriter writer(context, {elements_of(inputs[0])});
  for_each_valid(context, validity, [&](size_t row) {
    writer.start(row);
    const RowList list(inputs[0], row);
    const RowList places(inputs[1], row);
    for (size_t i = 0; i < places.size() && writer.is_whole(); ++i) {
      if (!places.is_valid(i)) continue;
      const int64_t place = places.column().values<int64_t>()[places.at(i)];
      if (place >= 1 && place <= static_cast<int64_t>(list.size()))
        writer.append(0, list.at(static_cast<size_t>(place - 1)));
    }
  });
  return writer.finish(std::move(validity));
}

Result<Vector> where_true(const KernelContext& context, Inputs inputs) {
  LEAT_TRY_ASSIGN(BufferRef validity, all_valid(context, inputs));
  ListWriter writer(context, {elements_of(inputs[0])});
  for_each_valid(context, validity, [&](size_t row) {
    writer.start(row);
    const RowList list(inputs[0], row);
    const RowList mask(inputs[1], row);
    const size_t count = std::min(list.size(), mask.size());
    for (size_t i = 0; i < count && writer.is_whole(); ++i) {
      if (mask.is_valid(i) && mask.column().bool_at(mask.at(i))) writer.append(0, list.at(i));
    }
  });
  return writer.finish(std::move(validity));
}

Result<Vector> trim_end(const KernelContext& context, Inputs inputs) {
  LEAT_TRY_ASSIGN(BufferRef validity, all_valid(context, inputs));
  ListWriter writer(context, {elements_of(inputs[0])});
  for_each_valid(context, validity, [&](size_t row) {
    writer.start(row);
    const RowList list(inputs[0], row);
    const int64_t count = inputs[1]->values<int64_t>()[inputs[1].at(row)];
    if (count < 0 || count > static_cast<int64_t>(list.size())) {
      return context.fault(code::kBadArgument, row,
                           fmt::format("a list of {} elements cannot lose {}", list.size(), count));
    }
    for (size_t i = 0; i + static_cast<size_t>(count) < list.size() && writer.is_whole(); ++i)
      writer.append(0, list.at(i));
  });
  return writer.finish(std::move(validity));
}

/// 1, 2, 3, ... as far as the longest list needs them.
Result<ColumnRef> first_numbers(const KernelContext& context, size_t count) {
  LEAT_TRY_ASSIGN(BufferRef values,
                  context.memory().allocate(std::max<size_t>(count, 1) * sizeof(int64_t)));
  std::iota(values->mutable_as<int64_t>(), values->mutable_as<int64_t>() + count, int64_t{1});
  Column::Parts parts;
  parts.values = std::move(values);
  return std::make_shared<Column>(kInt64Type, count, std::move(parts));
}

/// The places of the elements in the order of list_sort.
Result<Vector> grade_up(const KernelContext& context, Inputs inputs) {
  LEAT_TRY_ASSIGN(BufferRef validity, all_valid(context, inputs));
  size_t longest = 0;
  for_each_valid(context, validity,
                 [&](size_t row) { longest = std::max(longest, RowList(inputs[0], row).size()); });
  LEAT_TRY_ASSIGN(ColumnRef numbers, first_numbers(context, longest));
  ListWriter writer(context, {std::move(numbers)});
  PlaceArray places(context.memory());
  LEAT_TRY(places.resize(longest));
  for_each_valid(context, validity, [&](size_t row) {
    writer.start(row);
    const RowList list(inputs[0], row);
    const Column& column = list.column();
    std::iota(places.begin(), places.begin() + list.size(), uint32_t{0});
    std::sort(places.begin(), places.begin() + list.size(), [&](uint32_t a, uint32_t b) {
      if (list.is_valid(a) != list.is_valid(b)) return list.is_valid(a);
      const int way = list.is_valid(a) ? compare_values(column, list.at(a), column, list.at(b)) : 0;
      return way == 0 ? a < b : way < 0;
    });
    for (size_t i = 0; i < list.size() && writer.is_whole(); ++i)
      writer.append(0, places.begin()[i]);
  });
  return writer.finish(std::move(validity));
}

/// `bound(size)` for dimension 1 of a list that has elements; NULL for others.
template <auto kBound>
Result<Vector> bound_of(const KernelContext& context, Inputs inputs) {
  LEAT_TRY_ASSIGN(BufferRef validity, all_valid(context, inputs));
  LEAT_TRY_ASSIGN(BufferRef values, context.memory().allocate(context.length() * sizeof(int64_t)));
  auto* const out = values->mutable_as<int64_t>();
  NullWriter nulls(context, validity);
  for_each_valid(context, validity, [&](size_t row) {
    const RowList list(inputs[0], row);
    const bool is_first = inputs.size() < 2 || inputs[1]->values<int64_t>()[inputs[1].at(row)] == 1;
    if (list.size() == 0 || !is_first) return nulls.set_null(row);
    out[row] = kBound(list.size());
  });
  LEAT_TRY_ASSIGN(validity, nulls.finish());
  return column_of(context, std::move(validity), std::move(values));
}
constexpr auto kOne = [](size_t) { return int64_t{1}; };
constexpr auto kSize = [](size_t size) { return static_cast<int64_t>(size); };

Result<Vector> dimensions(const KernelContext& context, Inputs inputs) {
  LEAT_TRY_ASSIGN(BufferRef validity, all_valid(context, inputs));
  NullWriter nulls(context, validity);
  TextWriter writer(context);
  for_each_valid(context, validity, [&](size_t row) {
    const RowList list(inputs[0], row);
    if (list.size() == 0) return nulls.set_null(row);
    writer.write(row, fmt::format("[1:{}]", list.size()));
  });
  LEAT_TRY_ASSIGN(validity, nulls.finish());
  return writer.finish(std::move(validity));
}

constexpr auto kListPickFunctions = std::to_array<Function>({
    {"list_select", "list_select(list list<T>, places list<int64>) -> list<T>",
     "The elements at these places, from 1; places that the list has not give nothing.",
     "list_select([10, 20, 30], [3, 1, 7])::utf8", "[30,10]", select_places},
    {"list_where", "list_where(list list<T>, mask list<bool>) -> list<T>",
     "The elements whose place in `mask` is true.",
     "list_where([10, 20, 30], [true, false, true])::utf8", "[10,30]", where_true},
    comparing({"list_grade_up", "list_grade_up(list list<T>) -> list<int64>",
               "The places of the elements in ascending order, those of NULLs last.",
               "list_grade_up([30, null, 10])::utf8", "[3,1,2]", grade_up}),
    {"trim_array",
     "trim_array(list list<T>, count int64) -> list<T>",
     {"The list without its last `count` elements.",
      "The list has not so many: `trim_array([1], 2)`."},
     "trim_array([1, 2, 3], 2)::utf8",
     "[1]",
     trim_end},
    {"array_ndims", "array_ndims(list list<T>) -> int64",
     "1, the dimensions of a list; NULL of one without elements.", "array_ndims([5, 6])", "1",
     bound_of<kOne>},
    {"array_lower", "array_lower(list list<T>, dimension int64) -> int64",
     "The place of the first element, 1, for dimension 1; NULL where there is none.",
     "array_lower([5, 6], 1)", "1", bound_of<kOne>},
    {"array_upper", "array_upper(list list<T>, dimension int64) -> int64",
     "The place of the last element for dimension 1; NULL where there is none.",
     "array_upper([5, 6], 1)", "2", bound_of<kSize>},
    {"array_dims", "array_dims(list list<T>) -> utf8",
     "The places of the elements as text; NULL where there is none.", "array_dims([5, 6])", "[1:2]",
     dimensions},
});

}  // namespace

std::span<const Function> list_pick_functions() { return kListPickFunctions; }

}  // namespace leat::expr
