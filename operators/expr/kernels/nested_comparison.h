// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Comparisons of lists and structs.
#pragma once

#include "operators/expr/kernels/kernels.h"

namespace leat::expr {

/// Can values of the type be compared: is there no json in it?
bool can_compare_nested(const Type& type);

/// `a = b`, `a < b` ...: the state is a Comparison. Types of both operands are equal.
Result<Vector> nested_comparison_kernel(const KernelContext& context,
                                        std::span<const Vector> inputs);
/// `a is distinct from b`: never NULL.
Result<Vector> nested_distinct_kernel(const KernelContext& context, std::span<const Vector> inputs);

}  // namespace leat::expr
