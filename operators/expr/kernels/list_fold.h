// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Aggregate functions over the elements of lists.
#pragma once

#include <string>

#include "operators/expr/kernels/kernel.h"

namespace leat::expr {

/// The state of kernels of numbers.
struct ListFold {
  std::string call;  ///< For messages: `list_sum(prices)`.
};

/// The sum, and the mean, of int64, float64 or decimal. What does not fit is a fault of its row.
Result<Vector> list_sum_kernel(const KernelContext& context, std::span<const Vector> inputs);
Result<Vector> list_avg_kernel(const KernelContext& context, std::span<const Vector> inputs);
/// The value in the middle of float64.
Result<Vector> list_median_kernel(const KernelContext& context, std::span<const Vector> inputs);
/// The most frequent element, of several the first.
Result<Vector> list_mode_kernel(const KernelContext& context, std::span<const Vector> inputs);
/// `and` and `or` of the elements that are not NULL.
Result<Vector> list_bool_and_kernel(const KernelContext& context, std::span<const Vector> inputs);
Result<Vector> list_bool_or_kernel(const KernelContext& context, std::span<const Vector> inputs);

}  // namespace leat::expr
