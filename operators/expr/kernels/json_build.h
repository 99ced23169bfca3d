// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Makes JSON values of others.
#pragma once

#include "operators/expr/kernels/kernels.h"

namespace leat::expr {

/// The JSON text of a value of any type; NULL of NULL.
Result<Vector> to_json_kernel(const KernelContext& context, std::span<const Vector> inputs);
/// An object of keys (utf8) and values, one after the other. NULLs are visible.
Result<Vector> json_object_kernel(const KernelContext& context, std::span<const Vector> inputs);
/// An object of a list of structs of a key (utf8) and a value (json).
Result<Vector> json_entries_kernel(const KernelContext& context, std::span<const Vector> inputs);
/// An array of the values. NULLs are visible.
Result<Vector> json_array_kernel(const KernelContext& context, std::span<const Vector> inputs);

}  // namespace leat::expr
