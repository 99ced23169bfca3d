// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// An element is where the offsets say: the rows of the child column are numbered first, and then
// picked, views without copying the text they stand for.
#include "operators/expr/kernels/list_access.h"

#include <cstring>

#include "operators/data/take.h"
#include "operators/expr/kernels/constant.h"
#include "operators/expr/kernels/row_kernel.h"

namespace leat::expr {
namespace {

/// Where in the child column the element of `row` stands; nullopt when there is none.
class Elements {
 public:
  explicit Elements(std::span<const Vector> inputs)
      : lists_(inputs[0]), offsets_(lists_->values<int32_t>()), indexes_(inputs[1]) {}

  std::optional<size_t> find(size_t row) const {
    const size_t at = lists_.at(row);
    const int64_t count = offsets_[at + 1] - offsets_[at];
    int64_t index = indexes_[row];
    if (index < 0) index += count + 1;
    if (index < 1 || index > count) return std::nullopt;
    const auto element = static_cast<size_t>(offsets_[at] + index - 1);
    return lists_->child(0).is_valid(element) ? std::optional(element) : std::nullopt;
  }

 private:
  const Vector& lists_;
  const int32_t* offsets_;
  Reader<int64_t> indexes_;
};

Result<Vector> pick_views(const KernelContext& context, const Elements& elements,
                          const Column& child, BufferRef validity) {
  TextWriter writer(context);
  NullWriter nulls(context, validity);
  const uint32_t base = writer.adopt(child);
  for_each_valid(context, validity, [&](size_t row) {
    const std::optional<size_t> at = elements.find(row);
    if (!at) return nulls.set_null(row);
    writer.share(row, child.values<Utf8View>()[*at], child, child.view_at(*at), base);
  });
  LEAT_TRY_ASSIGN(validity, nulls.finish());
  return writer.finish(std::move(validity));
}

Result<Vector> pick_fixed(const KernelContext& context, const Elements& elements,
                          const Column& child, BufferRef validity) {
  const size_t width = context.type().width();
  const bool is_bool = context.type().is(TypeId::kBool);
  BufferRef values;
  if (is_bool) {
    LEAT_TRY_ASSIGN(values, new_zero_bits(context));
  } else {
    LEAT_TRY_ASSIGN(values, context.memory().allocate(context.length() * width));
  }
  NullWriter nulls(context, validity);
  uint8_t* const out = values->mutable_data();
  const uint8_t* const in = child.parts().values ? child.parts().values->data() : nullptr;
  for_each_valid(context, validity, [&](size_t row) {
    const std::optional<size_t> at = elements.find(row);
    if (!at) return nulls.set_null(row);
    if (!is_bool) {
      std::memcpy(out + row * width, in + *at * width, width);
    } else if (get_bit(in, *at)) {
      set_bit(out, row);
    }
  });
  LEAT_TRY_ASSIGN(validity, nulls.finish());
  return column_of(context, std::move(validity), std::move(values));
}

/// Elements that are lists or structs themselves are copied; rows without one take element 0.
Result<Vector> pick_nested(const KernelContext& context, const Elements& elements,
                           const ColumnRef& child, BufferRef validity) {
  if (child->length() == 0) {
    LEAT_TRY_ASSIGN(ColumnRef nothing, repeat_constant(*null_constant(context.type()),
                                                       context.length(), context.memory()));
    return Vector{std::move(nothing), false};
  }
  NullWriter nulls(context, validity);
  std::vector<RowRef> rows(context.length(), RowRef{0, 0});
  for_each_valid(context, validity, [&](size_t row) {
    const std::optional<size_t> at = elements.find(row);
    if (!at) return nulls.set_null(row);
    rows[row].row = static_cast<uint32_t>(*at);
  });
  LEAT_TRY_ASSIGN(validity, nulls.finish());
  const auto schema = std::make_shared<Schema>(std::vector<Field>{{"element", context.type()}});
  const std::array<Batch, 1> batches = {Batch(schema, {child}, child->length(), RowPlaces())};
  LEAT_TRY_ASSIGN(Batch picked, take(batches, rows, context.memory()));
  Column::Parts parts = picked.column(0).parts();
  parts.validity = std::move(validity);
  return column_of(context.type(), context.length(), std::move(parts));
}

}  // namespace

Result<Vector> element_kernel(const KernelContext& context, std::span<const Vector> inputs) {
  LEAT_TRY_ASSIGN(BufferRef validity, all_valid(context, inputs));
  const Elements elements(inputs);
  const ColumnRef& child = inputs[0]->parts().children[0];
  const Type& type = context.type();
  if (type.is_view()) return pick_views(context, elements, *child, std::move(validity));
  if (type.is(TypeId::kList) || type.is(TypeId::kStruct))
    return pick_nested(context, elements, child, std::move(validity));
  return pick_fixed(context, elements, *child, std::move(validity));
}

Result<Vector> cardinality_kernel(const KernelContext& context, std::span<const Vector> inputs) {
  LEAT_TRY_ASSIGN(BufferRef values, context.memory().allocate(context.length() * sizeof(int64_t)));
  const auto* const offsets = inputs[0]->values<int32_t>();
  for_each_row(context.rows(), [&](size_t row) {
    const size_t at = inputs[0].at(row);
    values->mutable_as<int64_t>()[row] = offsets[at + 1] - offsets[at];
  });
  return column_of(context, inputs[0].is_constant ? BufferRef() : inputs[0]->parts().validity,
                   std::move(values));
}

}  // namespace leat::expr
