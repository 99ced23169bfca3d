// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Functions that look for elements in lists: is it there, where, which are different, the least.
#include <algorithm>
#include <array>
#include <numeric>

#include "operators/data/value_order.h"
#include "operators/expr/functions/functions.h"
#include "operators/expr/kernels/list_access.h"
#include "operators/expr/kernels/list_fold.h"
#include "operators/expr/kernels/list_writer.h"
#include "operators/expr/kernels/place_array.h"
#include "operators/expr/kernels/row_kernel.h"

namespace leat::expr {
namespace {

using Inputs = std::span<const Vector>;

/// NULL is equal to NULL.
bool is_same(const Column& a, size_t at_a, const Column& b, size_t at_b) {
  const bool valid = a.is_valid(at_a);
  if (valid != b.is_valid(at_b)) return false;
  return !valid || compare_values(a, at_a, b, at_b) == 0;
}

/// A kernel of one number a row; `function(row)` gives it, or nullopt for NULL.
template <typename Function>
Result<Vector> numbers(const KernelContext& context, BufferRef validity, Function&& function) {
  LEAT_TRY_ASSIGN(BufferRef values, context.memory().allocate(context.length() * sizeof(int64_t)));
  NullWriter nulls(context, validity);
  for_each_valid(context, validity, [&](size_t row) {
    const std::optional<int64_t> value = function(row);
    if (value) {
      values->mutable_as<int64_t>()[row] = *value;
    } else {
      nulls.set_null(row);
    }
  });
  LEAT_TRY_ASSIGN(validity, nulls.finish());
  return column_of(context, std::move(validity), std::move(values));
}

template <typename Function>
Result<Vector> answers(const KernelContext& context, BufferRef validity, Function&& function) {
  LEAT_TRY_ASSIGN(BufferRef values, new_zero_bits(context));
  for_each_valid(context, validity, [&](size_t row) {
    if (function(row)) set_bit(values->mutable_data(), row);
  });
  return column_of(context, std::move(validity), std::move(values));
}

// ------------------------------------------------------------------------------------- one element

/// The number of the first element from `begin` on that is the value, from 0.
std::optional<size_t> find(const RowList& list, size_t begin, const Vector& value, size_t row) {
  for (size_t i = begin; i < list.size(); ++i) {
    if (is_same(list.column(), list.at(i), *value.column, value.at(row))) return i;
  }
  return std::nullopt;
}

Result<Vector> contains(const KernelContext& context, Inputs inputs) {
  LEAT_TRY_ASSIGN(BufferRef validity, all_valid(context, inputs));
  return answers(context, std::move(validity), [&](size_t row) {
    return find(RowList(inputs[0], row), 0, inputs[1], row).has_value();
  });
}

Result<Vector> position(const KernelContext& context, Inputs inputs) {
  LEAT_TRY_ASSIGN(BufferRef validity, valid_lists(context, inputs));
  return numbers(context, std::move(validity), [&](size_t row) -> std::optional<int64_t> {
    size_t begin = 0;
    if (inputs.size() > 2) {
      const size_t at = inputs[2].at(row);
      if (!inputs[2]->is_valid(at)) return std::nullopt;
      begin = static_cast<size_t>(std::max<int64_t>(inputs[2]->values<int64_t>()[at], 1) - 1);
    }
    const auto found = find(RowList(inputs[0], row), begin, inputs[1], row);
    return found ? std::optional(static_cast<int64_t>(*found) + 1) : std::nullopt;
  });
}

Result<Vector> positions(const KernelContext& context, Inputs inputs) {
  LEAT_TRY_ASSIGN(BufferRef validity, valid_lists(context, inputs));
  ListItems<int64_t> items(context);
  for_each_valid(context, validity, [&](size_t row) {
    items.start(row);
    const RowList list(inputs[0], row);
    for (auto at = find(list, 0, inputs[1], row); at; at = find(list, *at + 1, inputs[1], row))
      items.append(static_cast<int64_t>(*at) + 1);
  });
  LEAT_TRY_ASSIGN(BufferRef offsets, items.finish());
  const size_t count = items.items().size();
  Column::Parts parts;
  parts.values = items.take_items();
  if (!parts.values) {
    LEAT_TRY_ASSIGN(parts.values, context.memory().allocate(0));
  }
  return list_of(context, std::move(validity), std::move(offsets),
                 std::make_shared<Column>(kInt64Type, count, std::move(parts)));
}

Result<Vector> remove(const KernelContext& context, Inputs inputs) {
  LEAT_TRY_ASSIGN(BufferRef validity, valid_lists(context, inputs));
  ListWriter writer(context, {elements_of(inputs[0])});
  for_each_valid(context, validity, [&](size_t row) {
    writer.start(row);
    const RowList list(inputs[0], row);
    for (size_t i = 0; i < list.size(); ++i) {
      if (!is_same(list.column(), list.at(i), *inputs[1].column, inputs[1].at(row)))
        writer.append(0, list.at(i));
    }
  });
  return writer.finish(std::move(validity));
}

Result<Vector> replace(const KernelContext& context, Inputs inputs) {
  LEAT_TRY_ASSIGN(BufferRef validity, valid_lists(context, inputs));
  ListWriter writer(context, {elements_of(inputs[0]), inputs[2].column});
  for_each_valid(context, validity, [&](size_t row) {
    writer.start(row);
    const RowList list(inputs[0], row);
    for (size_t i = 0; i < list.size(); ++i) {
      if (is_same(list.column(), list.at(i), *inputs[1].column, inputs[1].at(row))) {
        writer.append(1, inputs[2].at(row));
      } else {
        writer.append(0, list.at(i));
      }
    }
  });
  return writer.finish(std::move(validity));
}

// -------------------------------------------------------------------------------------------- sets

/// The elements of a list that are not NULL, each once, for looking up.
class ElementSet {
 public:
  explicit ElementSet(MemoryAccount& memory) : places_(memory) {}

  /// ERRORS: kMemory.
  Status fill(const RowList& list) {
    column_ = &list.column();
    LEAT_TRY(places_.resize(list.size()));
    uint32_t* end = places_.begin();
    for (size_t i = 0; i < list.size(); ++i) {
      if (list.is_valid(i)) *end++ = static_cast<uint32_t>(list.at(i));
    }
    std::sort(places_.begin(), end, [this](uint32_t a, uint32_t b) {
      const int way = compare_values(*column_, a, *column_, b);
      return way != 0 ? way < 0 : a < b;
    });
    end = std::unique(places_.begin(), end, [this](uint32_t a, uint32_t b) {
      return compare_values(*column_, a, *column_, b) == 0;
    });
    return places_.resize(static_cast<size_t>(end - places_.begin()));
  }
  size_t size() const { return places_.size(); }
  /// Where the first element stands that is equal to a value; nullopt when there is none.
  std::optional<size_t> find(const Column& column, size_t at) const {
    const uint32_t* const end = places_.begin() + places_.size();
    const uint32_t* const place =
        std::lower_bound(places_.begin(), end, at, [&](uint32_t own, size_t other) {
          return compare_values(*column_, own, column, other) < 0;
        });
    if (place == end || compare_values(*column_, *place, column, at) != 0) return std::nullopt;
    return *place;
  }

 private:
  const Column* column_ = nullptr;
  PlaceArray places_;
};

Result<Vector> distinct(const KernelContext& context, Inputs inputs) {
  LEAT_TRY_ASSIGN(BufferRef validity, all_valid(context, inputs));
  ListWriter writer(context, {elements_of(inputs[0])});
  ElementSet set(context.memory());
  Status status;
  for_each_valid(context, validity, [&](size_t row) {
    const RowList list(inputs[0], row);
    if (status) status = set.fill(list);
    writer.start(row);
    for (size_t i = 0; status && i < list.size(); ++i) {
      if (list.is_valid(i) && set.find(list.column(), list.at(i)) == list.at(i))
        writer.append(0, list.at(i));
    }
  });
  LEAT_TRY(std::move(status));
  return writer.finish(std::move(validity));
}

Result<Vector> count_unique(const KernelContext& context, Inputs inputs) {
  LEAT_TRY_ASSIGN(BufferRef validity, all_valid(context, inputs));
  ElementSet set(context.memory());
  Status status;
  Result<Vector> result = numbers(context, std::move(validity), [&](size_t row) {
    if (status) status = set.fill(RowList(inputs[0], row));
    return std::optional(static_cast<int64_t>(set.size()));
  });
  LEAT_TRY(std::move(status));
  return result;
}

Result<Vector> intersect(const KernelContext& context, Inputs inputs) {
  LEAT_TRY_ASSIGN(BufferRef validity, all_valid(context, inputs));
  ListWriter writer(context, {elements_of(inputs[0])});
  ElementSet own(context.memory());
  ElementSet others(context.memory());
  Status status;
  for_each_valid(context, validity, [&](size_t row) {
    const RowList list(inputs[0], row);
    if (status) status = own.fill(list);
    if (status) status = others.fill(RowList(inputs[1], row));
    writer.start(row);
    for (size_t i = 0; status && i < list.size(); ++i) {
      if (list.is_valid(i) && own.find(list.column(), list.at(i)) == list.at(i) &&
          others.find(list.column(), list.at(i)))
        writer.append(0, list.at(i));
    }
  });
  LEAT_TRY(std::move(status));
  return writer.finish(std::move(validity));
}

enum class Has : uint8_t { kAny, kAll, kAllAndNulls };

template <Has kHas>
Result<Vector> has(const KernelContext& context, Inputs inputs) {
  LEAT_TRY_ASSIGN(BufferRef validity, all_valid(context, inputs));
  ElementSet set(context.memory());
  Status status;
  Result<Vector> result = answers(context, std::move(validity), [&](size_t row) {
    if (status) status = set.fill(RowList(inputs[0], row));
    const RowList wanted(inputs[1], row);
    for (size_t i = 0; status && i < wanted.size(); ++i) {
      if (!wanted.is_valid(i)) {
        if (kHas == Has::kAllAndNulls) return false;
        continue;
      }
      const bool found = set.find(wanted.column(), wanted.at(i)).has_value();
      if (found == (kHas == Has::kAny)) return found;
    }
    return kHas != Has::kAny;
  });
  LEAT_TRY(std::move(status));
  return result;
}

// --------------------------------------------------------------------------------------- one value

Result<Vector> count(const KernelContext& context, Inputs inputs) {
  LEAT_TRY_ASSIGN(BufferRef validity, all_valid(context, inputs));
  return numbers(context, std::move(validity), [&](size_t row) {
    const RowList list(inputs[0], row);
    int64_t found = 0;
    for (size_t i = 0; i < list.size(); ++i) found += list.is_valid(i) ? 1 : 0;
    return std::optional(found);
  });
}

enum class Pick : uint8_t { kAny, kLeast, kGreatest, kFirst, kLast };

/// The place of the element that is picked.
template <Pick kPick>
std::optional<size_t> pick_from(const RowList& list) {
  if (kPick == Pick::kFirst || kPick == Pick::kLast) {
    if (list.size() == 0) return std::nullopt;
    return list.at(kPick == Pick::kFirst ? 0 : list.size() - 1);
  }
  std::optional<size_t> best;
  for (size_t i = 0; i < list.size(); ++i) {
    if (!list.is_valid(i)) continue;
    if (!best) {
      best = list.at(i);
      if (kPick == Pick::kAny) break;
      continue;
    }
    const int way = compare_values(list.column(), list.at(i), list.column(), *best);
    if (kPick == Pick::kLeast ? way < 0 : way > 0) best = list.at(i);
  }
  return best;
}

template <Pick kPick>
Result<Vector> pick(const KernelContext& context, Inputs inputs) {
  LEAT_TRY_ASSIGN(BufferRef validity, all_valid(context, inputs));
  LEAT_TRY_ASSIGN(ColumnRef nothing, null_column(context.type(), 1, context.memory()));
  const std::array<ColumnRef, 2> sources = {std::move(nothing), elements_of(inputs[0])};
  LEAT_TRY_ASSIGN(const BufferRef refs,
                  context.memory().allocate(context.length() * sizeof(RowRef)));
  std::fill_n(refs->mutable_as<RowRef>(), context.length(), RowRef{0, 0});
  for_each_valid(context, validity, [&](size_t row) {
    if (const auto found = pick_from<kPick>(RowList(inputs[0], row)))
      refs->mutable_as<RowRef>()[row] = {1, static_cast<uint32_t>(*found)};
  });
  LEAT_TRY_ASSIGN(ColumnRef picked,
                  take_column(sources, {refs->as<RowRef>(), context.length()}, context.memory()));
  return Vector{std::move(picked), false};
}

Result<Vector> product(const KernelContext& context, Inputs inputs) {
  LEAT_TRY_ASSIGN(BufferRef validity, all_valid(context, inputs));
  LEAT_TRY_ASSIGN(BufferRef values, context.memory().allocate(context.length() * sizeof(double)));
  NullWriter nulls(context, validity);
  for_each_valid(context, validity, [&](size_t row) {
    const RowList list(inputs[0], row);
    double result = 1;
    bool any = false;
    for (size_t i = 0; i < list.size(); ++i) {
      if (!list.is_valid(i)) continue;
      any = true;
      result *= list.column().values<double>()[list.at(i)];
    }
    values->mutable_as<double>()[row] = result;
    if (!any) nulls.set_null(row);
  });
  LEAT_TRY_ASSIGN(validity, nulls.finish());
  return column_of(context, std::move(validity), std::move(values));
}

/// As PostgreSQL's: other dimensions than the first have no one length.
Result<Vector> dimension_length(const KernelContext& context, Inputs inputs) {
  LEAT_TRY_ASSIGN(BufferRef validity, all_valid(context, inputs));
  return numbers(context, std::move(validity), [&](size_t row) {
    const bool is_first = inputs[1]->values<int64_t>()[inputs[1].at(row)] == 1;
    return is_first ? std::optional(static_cast<int64_t>(RowList(inputs[0], row).size()))
                    : std::nullopt;
  });
}

constexpr auto kListSearchFunctions = std::to_array<Function>({
    comparing({"list_contains", "list_contains(list list<T>, element T) -> bool",
               "Is one element equal to the value? NULL for NULL.", "list_contains([1, 2], 2)",
               "true", contains}),
    comparing({"list_has", "list_has(list list<T>, element T) -> bool", "As list_contains.",
               "list_has([1, 2], 3)", "false", contains}),
    comparing({"array_contains", "array_contains(list list<T>, element T) -> bool",
               "As list_contains.", "array_contains(['a', 'b'], 'b')", "true", contains}),
    comparing({"array_has", "array_has(list list<T>, element T) -> bool", "As list_contains.",
               "array_has(['a', 'b'], 'c')", "false", contains}),
    comparing({"list_position", "list_position(list list<T>, element T[, from int64]) -> int64",
               "The number of the first element that is equal to the value, from 1 or from number "
               "`from` on; NULL is equal to NULL. NULL when there is none.",
               "list_position([7, 8, 9], 8)", "2", position, nullptr, Nulls::kVisible}),
    comparing({"list_indexof", "list_indexof(list list<T>, element T[, from int64]) -> int64",
               "As list_position.", "list_indexof([7, 8, 9], 9)", "3", position, nullptr,
               Nulls::kVisible}),
    comparing({"array_position", "array_position(list list<T>, element T[, from int64]) -> int64",
               "As list_position.", "array_position([7, 8, 7], 7, 2)", "3", position, nullptr,
               Nulls::kVisible}),
    comparing({"array_positions", "array_positions(list list<T>, element T) -> list<int64>",
               "The numbers of all elements that are equal to the value; NULL is equal to NULL.",
               "array_positions([7, 8, 7], 7)::utf8", "[1,3]", positions, nullptr,
               Nulls::kVisible}),
    comparing({"list_has_any", "list_has_any(list list<T>, other list<T>) -> bool",
               "Is one element of the other list, besides NULLs, in the list?",
               "list_has_any([1, 2], [2, 5])", "true", has<Has::kAny>}),
    comparing({"array_has_any", "array_has_any(list list<T>, other list<T>) -> bool",
               "As list_has_any.", "array_has_any([1, 2], [5])", "false", has<Has::kAny>}),
    comparing({"list_has_all", "list_has_all(list list<T>, other list<T>) -> bool",
               "Are all elements of the other list, besides NULLs, in the list?",
               "list_has_all([1, 2, 3], [2, 3])", "true", has<Has::kAll>}),
    comparing({"list_covers", "list_covers(list list<T>, other list<T>) -> bool",
               "Are all elements of the other list in the list? A NULL is in none. Also written "
               "`list @> other` and `other <@ list`.",
               "list_covers([1, 2, null], [2, null])", "false", has<Has::kAllAndNulls>}),
    comparing({"array_has_all", "array_has_all(list list<T>, other list<T>) -> bool",
               "As list_has_all.", "array_has_all([1, 2], [2, 5])", "false", has<Has::kAll>}),
    comparing({"list_distinct", "list_distinct(list list<T>) -> list<T>",
               "The different elements, without NULLs, in the order in which they come first.",
               "list_distinct([2, 1, null, 2])::utf8", "[2,1]", distinct}),
    comparing({"array_distinct", "array_distinct(list list<T>) -> list<T>", "As list_distinct.",
               "array_distinct([2, 1, null, 2])::utf8", "[2,1]", distinct}),
    comparing({"list_unique", "list_unique(list list<T>) -> int64",
               "How many different elements there are, without NULLs.",
               "list_unique([2, 1, null, 2])", "2", count_unique}),
    comparing({"array_unique", "array_unique(list list<T>) -> int64", "As list_unique.",
               "array_unique([2, 1, null, 2])", "2", count_unique}),
    comparing(
        {"list_intersect", "list_intersect(list list<T>, other list<T>) -> list<T>",
         "The different elements of the list, without NULLs, that are in the other list, too.",
         "list_intersect([3, 1, 2, 3], [3, 2])::utf8", "[3,2]", intersect}),
    comparing({"array_intersect", "array_intersect(list list<T>, other list<T>) -> list<T>",
               "As list_intersect.", "array_intersect([1, 2], [2])::utf8", "[2]", intersect}),
    comparing({"array_remove", "array_remove(list list<T>, element T) -> list<T>",
               "The list without the elements that are equal to the value; NULL is equal to NULL.",
               "array_remove([1, 2, 1], 1)::utf8", "[2]", remove, nullptr, Nulls::kVisible}),
    comparing({"array_replace", "array_replace(list list<T>, element T, other T) -> list<T>",
               "The list with `other` in place of elements equal to the value; NULL is equal to "
               "NULL.",
               "array_replace([1, 2, 1], 1, 9)::utf8", "[9,2,9]", replace, nullptr,
               Nulls::kVisible}),
    comparing({"list_min", "list_min(list list<T>) -> T", "The least element that is not NULL.",
               "list_min([3, 1, null])", "1", pick<Pick::kLeast>}),
    comparing({"list_max", "list_max(list list<T>) -> T", "The greatest element that is not NULL.",
               "list_max([3, 1, null])", "3", pick<Pick::kGreatest>}),
    {"list_first", "list_first(list list<T>) -> T", "The first element, also when it is NULL.",
     "list_first([3, 1])", "3", pick<Pick::kFirst>},
    {"list_last", "list_last(list list<T>) -> T", "The last element, also when it is NULL.",
     "list_last([3, 1])", "1", pick<Pick::kLast>},
    {"list_any_value", "list_any_value(list list<T>) -> T", "The first element that is not NULL.",
     "list_any_value([null, 3, 1])", "3", pick<Pick::kAny>},
    {"list_count", "list_count(list list<T>) -> int64", "How many elements are not NULL.",
     "list_count([3, null, 1])", "2", count},
    {"list_product", "list_product(list list<float64>) -> float64",
     "The product of the elements that are not NULL; NULL when there is none.",
     "list_product([2, 3, null, 4])", "24", product},
    {"list_median", "list_median(list list<float64>) -> float64",
     "The value in the middle, or between the two in the middle.", "list_median([9, 1, 2])", "2",
     list_median_kernel},
    comparing({"list_mode", "list_mode(list list<T>) -> T",
               "The most frequent element that is not NULL; of several the one that comes first.",
               "list_mode([2, 1, 1])", "1", list_mode_kernel}),
    {"list_bool_and", "list_bool_and(list list<bool>) -> bool",
     "Are all elements true that are not NULL? NULL when there is none.",
     "list_bool_and([true, false])", "false", list_bool_and_kernel},
    {"list_bool_or", "list_bool_or(list list<bool>) -> bool",
     "Is one element true? NULL when all are NULL or there is none.", "list_bool_or([true, false])",
     "true", list_bool_or_kernel},
    {"cardinality", "cardinality(list list<T>) -> int64", "How many elements the list has.",
     "cardinality([1, null])", "2", cardinality_kernel},
    {"len", "len(list list<T>) -> int64", "As cardinality.", "len([1, null])", "2",
     cardinality_kernel},
    {"length", "length(list list<T>) -> int64", "As cardinality.", "length([1, null])", "2",
     cardinality_kernel},
    {"array_length", "array_length(list list<T>) -> int64", "As cardinality.",
     "array_length([1, null])", "2", cardinality_kernel},
    {"array_length", "array_length(list list<T>, dimension int64) -> int64",
     "As cardinality for dimension 1; NULL for others.", "array_length([1, null], 1)", "2",
     dimension_length},
});

}  // namespace

std::span<const Function> list_search_functions() { return kListSearchFunctions; }

}  // namespace leat::expr
