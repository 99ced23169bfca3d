// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Kernels of decimals. They read the scales of their operands from the operands' types and the
// scale of the result from the type they are asked for, which decimal_result() gave.
#pragma once

#include "operators/expr/kernels/kernels.h"

namespace leat::expr {

/// `left symbol right` for + - * / %, operands decimal or int64. Null for other symbols.
Kernel decimal_kernel(char symbol);
Result<Vector> decimal_negate_kernel(const KernelContext& context, std::span<const Vector> inputs);
/// Compares decimals of any two types, or one with int64; the state is a Comparison.
Result<Vector> decimal_compare_kernel(const KernelContext& context, std::span<const Vector> inputs);

}  // namespace leat::expr
