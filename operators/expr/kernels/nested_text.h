// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Casts of text and json to lists and structs: the text of such a value is JSON.
#pragma once

#include "operators/expr/kernels/kernel.h"

namespace leat::expr {

/// The list or struct of type context.type() that a text or json says. Of a struct, fields that the
/// type has not are left out.
Result<Vector> text_to_nested_kernel(const KernelContext& context, std::span<const Vector> inputs);

}  // namespace leat::expr
