// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Functions that make lists of the elements of lists: parts, joined, in another order.
#include <algorithm>
#include <array>
#include <numeric>

#include "operators/data/value_order.h"
#include "operators/expr/functions/functions.h"
#include "operators/expr/kernels/list_access.h"
#include "operators/expr/kernels/list_writer.h"
#include "operators/expr/kernels/place_array.h"
#include "operators/expr/kernels/row_kernel.h"

namespace leat::expr {
namespace {

using Inputs = std::span<const Vector>;

bool is_null(const Vector& input, size_t row) { return !input->is_valid(input.at(row)); }

// ------------------------------------------------------------------------------------------ joining

/// NULL where all lists are; other NULLs are empty lists, as in PostgreSQL.
Result<Vector> concat_lists(const KernelContext& context, Inputs inputs) {
  NullWriter nulls(context, BufferRef());
  std::vector<ColumnRef> sources;
  for (const Vector& input : inputs) sources.push_back(elements_of(input));
  ListWriter writer(context, std::move(sources));
  for_each_row(context.rows(), [&](size_t row) {
    writer.start(row);
    bool any = false;
    for (size_t i = 0; i < inputs.size(); ++i) {
      if (is_null(inputs[i], row)) continue;
      any = true;
      writer.append_all(i, RowList(inputs[i], row));
    }
    if (!any) nulls.set_null(row);
  });
  LEAT_TRY_ASSIGN(BufferRef validity, nulls.finish());
  return writer.finish(std::move(validity));
}

enum class At : uint8_t { kFront, kBack };

/// The inputs are the list and the element.
template <At kAt>
Result<Vector> add(const KernelContext& context, const Vector& list, const Vector& element) {
  ListWriter writer(context, {elements_of(list), element.column});
  for_each_row(context.rows(), [&](size_t row) {
    writer.start(row);
    if (kAt == At::kFront) writer.append(1, element.at(row));
    if (!is_null(list, row)) writer.append_all(0, RowList(list, row));
    if (kAt == At::kBack) writer.append(1, element.at(row));
  });
  return writer.finish(BufferRef());
}

Result<Vector> append(const KernelContext& context, Inputs inputs) {
  return add<At::kBack>(context, inputs[0], inputs[1]);
}
Result<Vector> prepend(const KernelContext& context, Inputs inputs) {
  return add<At::kFront>(context, inputs[1], inputs[0]);
}

Result<Vector> flatten(const KernelContext& context, Inputs inputs) {
  LEAT_TRY_ASSIGN(BufferRef validity, all_valid(context, inputs));
  const Vector inner{elements_of(inputs[0]), false};
  ListWriter writer(context, {elements_of(inner)});
  for_each_valid(context, validity, [&](size_t row) {
    writer.start(row);
    const RowList lists(inputs[0], row);
    for (size_t i = 0; i < lists.size() && writer.is_whole(); ++i) {
      if (lists.is_valid(i)) writer.append_all(0, RowList(inner, lists.at(i)));
    }
  });
  return writer.finish(std::move(validity));
}

// -------------------------------------------------------------------------------------------- parts

/// Both ends of a slice, from 0, of a list of `size` elements: negative numbers count from the end,
/// and what lies outside is left out.
struct Bounds {
  size_t begin = 0;
  size_t end = 0;

  Bounds(int64_t from, int64_t to, size_t size) {
    const auto count = static_cast<int64_t>(size);
    if (from < 0) from = std::max<int64_t>(from + count + 1, 1);
    if (to < 0) to += count + 1;
    from = std::max<int64_t>(from, 1);
    to = std::min(to, count);
    if (from > to) return;
    begin = static_cast<size_t>(from - 1);
    end = static_cast<size_t>(to);
  }
};

Result<Vector> slice(const KernelContext& context, Inputs inputs) {
  LEAT_TRY_ASSIGN(BufferRef validity, all_valid(context, inputs));
  ListWriter writer(context, {elements_of(inputs[0])});
  const Reader<int64_t> from(inputs[1]);
  const Reader<int64_t> to(inputs[2]);
  for_each_valid(context, validity, [&](size_t row) {
    writer.start(row);
    const RowList list(inputs[0], row);
    const int64_t step =
        inputs.size() > 3 ? inputs[3]->values<int64_t>()[inputs[3].at(row)] : int64_t{1};
    if (step <= 0) return writer.give_up("the step of a slice must be greater than 0");
    const Bounds bounds(from[row], to[row], list.size());
    for (size_t i = bounds.begin; i < bounds.end; i += static_cast<size_t>(step))
      writer.append(0, list.at(i));
  });
  return writer.finish(std::move(validity));
}

/// With a third argument the list is filled with it, else with NULLs.
Result<Vector> resize(const KernelContext& context, Inputs inputs) {
  LEAT_TRY_ASSIGN(BufferRef validity, all_valid(context, inputs.first(2)));
  if (inputs[0].is_null_constant() || inputs[1].is_null_constant()) {
    LEAT_TRY_ASSIGN(validity, new_zero_bits(context));
  }
  ColumnRef filling;
  if (inputs.size() > 2) {
    filling = inputs[2].column;
  } else {
    LEAT_TRY_ASSIGN(filling, null_column(context.type().element(), 1, context.memory()));
  }
  ListWriter writer(context, {elements_of(inputs[0]), std::move(filling)});
  for_each_valid(context, validity, [&](size_t row) {
    writer.start(row);
    const RowList list(inputs[0], row);
    const int64_t size = inputs[1]->values<int64_t>()[inputs[1].at(row)];
    if (size < 0) return writer.give_up("a list cannot have less than 0 elements");
    for (size_t i = 0; i < static_cast<size_t>(size) && writer.is_whole(); ++i) {
      if (i < list.size()) {
        writer.append(0, list.at(i));
      } else {
        writer.append(1, inputs.size() > 2 ? inputs[2].at(row) : 0);
      }
    }
  });
  return writer.finish(std::move(validity));
}

// -------------------------------------------------------------------------------------------- order

Result<Vector> reverse(const KernelContext& context, Inputs inputs) {
  LEAT_TRY_ASSIGN(BufferRef validity, all_valid(context, inputs));
  ListWriter writer(context, {elements_of(inputs[0])});
  for_each_valid(context, validity, [&](size_t row) {
    writer.start(row);
    const RowList list(inputs[0], row);
    for (size_t i = list.size(); i-- > 0;) writer.append(0, list.at(i));
  });
  return writer.finish(std::move(validity));
}

struct Order {
  bool descending = false;
  bool nulls_first = false;
};

/// A word of an order, as SQL has it; empty when it was understood.
std::string_view read_order(std::string_view word, Order& order) {
  const auto is = [&](std::string_view other) {
    return word.size() == other.size() &&
           std::equal(word.begin(), word.end(), other.begin(), [](char a, char b) {
             return (a >= 'A' && a <= 'Z' ? static_cast<char>(a + 32) : a) == b;
           });
  };
  if (is("asc") || is("desc")) {
    order.descending = is("desc");
    order.nulls_first = order.descending;
  } else if (is("nulls first") || is("nulls last")) {
    order.nulls_first = is("nulls first");
  } else {
    return "an order is 'asc' or 'desc', then 'nulls first' or 'nulls last'";
  }
  return {};
}

Result<Vector> sort_by(const KernelContext& context, Inputs inputs, Order order) {
  LEAT_TRY_ASSIGN(BufferRef validity, all_valid(context, inputs));
  ListWriter writer(context, {elements_of(inputs[0])});
  PlaceArray places(context.memory());
  Status status;
  for_each_valid(context, validity, [&](size_t row) {
    if (!status) return;
    writer.start(row);
    Order own = order;
    for (const Vector& word : inputs.subspan(1)) {
      const std::string_view fault = read_order(word->view_at(word.at(row)), own);
      if (!fault.empty()) return writer.give_up(fault);
    }
    const RowList list(inputs[0], row);
    status = places.resize(list.size());
    if (!status) return;
    std::iota(places.begin(), places.begin() + list.size(), static_cast<uint32_t>(list.at(0)));
    const Column& column = list.column();
    std::sort(places.begin(), places.begin() + list.size(), [&](uint32_t a, uint32_t b) {
      const bool null_a = !column.is_valid(a);
      const bool null_b = !column.is_valid(b);
      if (null_a != null_b) return null_a == own.nulls_first;
      const int way = null_a ? 0 : compare_values(column, a, column, b);
      if (way == 0) return a < b;
      return own.descending ? way > 0 : way < 0;
    });
    for (size_t i = 0; i < list.size(); ++i) writer.append(0, places.begin()[i]);
  });
  LEAT_TRY(std::move(status));
  return writer.finish(std::move(validity));
}

Result<Vector> sort(const KernelContext& context, Inputs inputs) {
  return sort_by(context, inputs, {});
}
Result<Vector> reverse_sort(const KernelContext& context, Inputs inputs) {
  return sort_by(context, inputs, {.descending = true, .nulls_first = true});
}

constexpr auto kListEditFunctions = std::to_array<Function>({
    {"list_concat",
     "list_concat(list list<T>, other list<T>, ...) -> list<T>",
     {"The elements of all lists, one list after the other. NULL is an empty list; NULL when all "
      "are NULL. Also written `list || other`.",
      "The list would have more than 4 million elements: `list_concat(range(3000000), "
      "range(3000000))`."},
     "list_concat([1], [2, 3])::utf8",
     "[1,2,3]",
     concat_lists,
     nullptr,
     Nulls::kVisible},
    {"list_cat",
     "list_cat(list list<T>, other list<T>, ...) -> list<T>",
     {"As list_concat.", "As there: `list_cat(range(3000000), range(3000000))`."},
     "list_cat([1], [2, 3])::utf8",
     "[1,2,3]",
     concat_lists,
     nullptr,
     Nulls::kVisible},
    {"array_concat",
     "array_concat(list list<T>, other list<T>, ...) -> list<T>",
     {"As list_concat.", "As there: `array_concat(range(3000000), range(3000000))`."},
     "array_concat([1], [2, 3])::utf8",
     "[1,2,3]",
     concat_lists,
     nullptr,
     Nulls::kVisible},
    {"array_cat",
     "array_cat(list list<T>, other list<T>, ...) -> list<T>",
     {"As list_concat.", "As there: `array_cat(range(3000000), range(3000000))`."},
     "array_cat([1], [2, 3])::utf8",
     "[1,2,3]",
     concat_lists,
     nullptr,
     Nulls::kVisible},
    {"list_append",
     "list_append(list list<T>, element T) -> list<T>",
     {"The list with one more element at its end; NULL is an empty list. Also written `list || "
      "element`.",
      "The list would have more than 4 million elements: `list_append(range(4194304), 1)`."},
     "list_append([1, 2], 3)::utf8",
     "[1,2,3]",
     append,
     nullptr,
     Nulls::kVisible},
    {"array_append",
     "array_append(list list<T>, element T) -> list<T>",
     {"As list_append.", "As there: `array_append(range(4194304), 1)`."},
     "array_append([1, 2], 3)::utf8",
     "[1,2,3]",
     append,
     nullptr,
     Nulls::kVisible},
    {"list_prepend",
     "list_prepend(element T, list list<T>) -> list<T>",
     {"The list with one more element before the first; NULL is an empty list. Also written "
      "`element || list`.",
      "The list would have more than 4 million elements: `list_prepend(1, range(4194304))`."},
     "list_prepend(3, [1, 2])::utf8",
     "[3,1,2]",
     prepend,
     nullptr,
     Nulls::kVisible},
    {"array_prepend",
     "array_prepend(element T, list list<T>) -> list<T>",
     {"As list_prepend.", "As there: `array_prepend(1, range(4194304))`."},
     "array_prepend(3, [1, 2])::utf8",
     "[3,1,2]",
     prepend,
     nullptr,
     Nulls::kVisible},
    {"flatten",
     "flatten(lists list<list<T>>) -> list<T>",
     {"The elements of all lists in the list, one list after the other; those that are NULL have "
      "none.",
      "The list would have more than 4 million elements: `flatten([range(3000000), "
      "range(3000000)])`."},
     "flatten([[1], [], [2, 3]])::utf8",
     "[1,2,3]",
     flatten},
    {"list_slice",
     "list_slice(list list<T>, from int64, to int64[, step int64]) -> list<T>",
     {"The elements from number `from` to number `to`, both included and counted from 1, or from "
      "the end, which is -1; every `step`-th of them. Also written `list[from:to]`, where either "
      "may be left out.",
      "The step is not greater than 0: `list_slice([1, 2], 1, 2, 0)`."},
     "list_slice([1, 2, 3, 4, 5], 2, -1, 2)::utf8",
     "[2,4]",
     slice},
    {"array_slice",
     "array_slice(list list<T>, from int64, to int64[, step int64]) -> list<T>",
     {"As list_slice.", "As there: `array_slice([1, 2], 1, 2, 0)`."},
     "array_slice([1, 2, 3], 1, 2)::utf8",
     "[1,2]",
     slice},
    {"list_resize",
     "list_resize(list list<T>, size int64[, filling T]) -> list<T>",
     {"The first `size` elements; what is missing is `filling`, or NULL.",
      "The size is less than 0, or more than 4 million: `list_resize([1], -1)`."},
     "list_resize([1], 3, 0)::utf8",
     "[1,0,0]",
     resize,
     nullptr,
     Nulls::kVisible},
    {"array_resize",
     "array_resize(list list<T>, size int64[, filling T]) -> list<T>",
     {"As list_resize.", "As there: `array_resize([1], -1)`."},
     "array_resize([1, 2, 3], 2)::utf8",
     "[1,2]",
     resize,
     nullptr,
     Nulls::kVisible},
    {"list_reverse", "list_reverse(list list<T>) -> list<T>", "The elements from the last on.",
     "list_reverse([1, 2, 3])::utf8", "[3,2,1]", reverse},
    {"array_reverse", "array_reverse(list list<T>) -> list<T>", "As list_reverse.",
     "array_reverse([1, 2, 3])::utf8", "[3,2,1]", reverse},
    comparing({"list_sort", "list_sort(list list<T>) -> list<T>",
               "The elements in ascending order, NULLs last.", "list_sort([3, null, 1])::utf8",
               "[1,3,null]", sort}),
    comparing({"list_sort",
               "list_sort(list list<T>, order utf8[, nulls utf8]) -> list<T>",
               {"The elements in the order 'asc' or 'desc', with 'nulls first' or 'nulls last'; "
                "left out, "
                "NULLs are last in ascending order and first in descending order.",
                "The order is none: `list_sort([1], 'up')`."},
               "list_sort([3, 5, 1], 'desc')::utf8",
               "[5,3,1]",
               sort}),
    comparing({"array_sort", "array_sort(list list<T>) -> list<T>", "As list_sort.",
               "array_sort([3, null, 1])::utf8", "[1,3,null]", sort}),
    comparing({"array_sort",
               "array_sort(list list<T>, order utf8[, nulls utf8]) -> list<T>",
               {"As list_sort.", "The order is none: `array_sort([1], 'up')`."},
               "array_sort([3, 5, 1], 'desc')::utf8",
               "[5,3,1]",
               sort}),
    comparing({"list_reverse_sort", "list_reverse_sort(list list<T>) -> list<T>",
               "The elements in descending order, NULLs first.",
               "list_reverse_sort([3, 5, null])::utf8", "[null,5,3]", reverse_sort}),
    comparing({"array_reverse_sort", "array_reverse_sort(list list<T>) -> list<T>",
               "As list_reverse_sort.", "array_reverse_sort([3, 5, null])::utf8", "[null,5,3]",
               reverse_sort}),
    {"list_extract", "list_extract(list list<T>, index int64) -> T",
     "The element with this number, counted from 1, or from the end, which is -1; NULL when there "
     "is none. Also written `list[index]`.",
     "list_extract([7, 8, 9], -1)", "9", element_kernel},
    {"list_element", "list_element(list list<T>, index int64) -> T", "As list_extract.",
     "list_element([7, 8, 9], 2)", "8", element_kernel},
    {"array_extract", "array_extract(list list<T>, index int64) -> T", "As list_extract.",
     "array_extract([7, 8, 9], 2)", "8", element_kernel},
});

}  // namespace

std::span<const Function> list_edit_functions() { return kListEditFunctions; }

}  // namespace leat::expr
