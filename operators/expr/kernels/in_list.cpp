// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/expr/kernels/in_list.h"

#include <bit>
#include <cmath>

#include "operators/expr/kernels/kernels.h"

namespace leat::expr {
namespace {

/// Equal numbers have equal bits: one zero, one NaN.
int64_t canonical(double value) {
  if (std::isnan(value)) value = std::nan("");
  return std::bit_cast<int64_t>(value == 0 ? 0.0 : value);
}

template <typename Contains>
Result<Vector> look_up(const KernelContext& context, const Vector& input, Contains&& contains) {
  const auto& list = context.state<InList>();
  BufferRef validity = input->parts().validity;
  LEAT_TRY_ASSIGN(BufferRef bits, new_zero_bits(context));
  uint8_t* const out = bits->mutable_data();
  for_each_valid(context, validity, [&](size_t row) {
    if (contains(row)) set_bit(out, row);
  });
  if (!list.has_null) return column_of(context, std::move(validity), std::move(bits));
  // With a NULL in the list the answer is true or NULL, so the values are their own validity.
  return column_of(context, bits, bits);
}

}  // namespace

bool has_in_list(const Type& type) {
  switch (type.id()) {
    case TypeId::kInt64:
    case TypeId::kFloat64:
    case TypeId::kUtf8:
    case TypeId::kDate:
    case TypeId::kTimestamp: return true;
    default: return false;
  }
}

void add_to(InList& list, const Column& constant) {
  if (!constant.is_valid(0)) {
    list.has_null = true;
    return;
  }
  switch (constant.type().id()) {
    case TypeId::kUtf8: list.texts.emplace(constant.view_at(0)); break;
    case TypeId::kFloat64: list.numbers.insert(canonical(constant.values<double>()[0])); break;
    case TypeId::kDate: list.numbers.insert(constant.values<int32_t>()[0]); break;
    default: list.numbers.insert(constant.values<int64_t>()[0]); break;
  }
}

Result<Vector> in_list_kernel(const KernelContext& context, std::span<const Vector> inputs) {
  const Vector& input = inputs[0];
  const auto& list = context.state<InList>();
  const Column& column = *input.column;
  switch (column.type().id()) {
    case TypeId::kUtf8:
      return look_up(context, input, [&](size_t row) {
        const std::string_view text = column.view_at(row);
        return list.texts.contains(absl::string_view(text.data(), text.size()));
      });
    case TypeId::kFloat64:
      return look_up(context, input, [&](size_t row) {
        return list.numbers.contains(canonical(column.values<double>()[row]));
      });
    case TypeId::kDate:
      return look_up(context, input, [&](size_t row) {
        return list.numbers.contains(column.values<int32_t>()[row]);
      });
    default:
      return look_up(context, input, [&](size_t row) {
        return list.numbers.contains(column.values<int64_t>()[row]);
      });
  }
}

}  // namespace leat::expr
