// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// not, is null, is true: word by word. `and` and `or` are in the evaluator, because they decide
// which rows their operands are computed for.
#include <cstring>

#include "operators/expr/kernels/kernels.h"

namespace leat::expr {
namespace {

/// A bitmap made of the operand's value and validity words. REQUIRES: no constant operand.
template <typename Function>
Result<Vector> from_words(const KernelContext& context, const Vector& input, Function&& function) {
  LEAT_TRY_ASSIGN(BufferRef bits, new_bits(context));
  auto* const out = bits->mutable_as<uint64_t>();
  const uint64_t* const values =
      input->type().is(TypeId::kBool) ? input->values<uint64_t>() : nullptr;
  const uint64_t* const valid = words(input->parts().validity);
  for (size_t i = 0; i < words_of(context.length()); ++i) {
    out[i] = function(values == nullptr ? 0 : values[i], word_or_ones(valid, i));
  }
  return column_of(context, BufferRef(), std::move(bits));
}

}  // namespace

Result<Vector> not_kernel(const KernelContext& context, std::span<const Vector> inputs) {
  LEAT_TRY_ASSIGN(BufferRef bits, new_bits(context));
  auto* const out = bits->mutable_as<uint64_t>();
  const uint64_t* const values = inputs[0]->values<uint64_t>();
  for (size_t i = 0; i < words_of(context.length()); ++i) out[i] = ~values[i];
  return column_of(context, inputs[0]->parts().validity, std::move(bits));
}

Result<Vector> is_null_kernel(const KernelContext& context, std::span<const Vector> inputs) {
  return from_words(context, inputs[0], [](uint64_t, uint64_t valid) { return ~valid; });
}

Result<Vector> is_not_null_kernel(const KernelContext& context, std::span<const Vector> inputs) {
  return from_words(context, inputs[0], [](uint64_t, uint64_t valid) { return valid; });
}

Result<Vector> is_true_kernel(const KernelContext& context, std::span<const Vector> inputs) {
  return from_words(context, inputs[0],
                    [](uint64_t value, uint64_t valid) { return value & valid; });
}

Result<Vector> is_false_kernel(const KernelContext& context, std::span<const Vector> inputs) {
  return from_words(context, inputs[0],
                    [](uint64_t value, uint64_t valid) { return ~value & valid; });
}

Result<Vector> field_kernel(const KernelContext& context, std::span<const Vector> inputs) {
  const ColumnRef& child = inputs[0]->parts().children[context.state<size_t>()];
  const BufferRef& outer = inputs[0]->parts().validity;
  if (!outer) return Vector{child, false};
  Column::Parts parts = child->parts();
  if (parts.validity) {
    LEAT_TRY_ASSIGN(BufferRef both, new_bits(context));
    auto* const out = both->mutable_as<uint64_t>();
    for (size_t i = 0; i < words_of(context.length()); ++i)
      out[i] = words(outer)[i] & words(parts.validity)[i];
    parts.validity = std::move(both);
  } else {
    parts.validity = outer;
  }
  return Vector{std::make_shared<Column>(child->type(), child->length(), std::move(parts)), false};
}

}  // namespace leat::expr
