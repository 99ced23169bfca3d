// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Takes JSON values apart, without building them: one pass over the text of the value.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "operators/expr/kernels/kernels.h"

namespace leat::expr {

/// The text of the member `key` of an object (the last of that name), or of the element `index` of
/// an array (from 0; negative ones count from the end); nullopt when `json` has none. REQUIRES:
/// `json` is one valid JSON value in a buffer.
std::optional<std::string_view> json_member(std::string_view json, std::string_view key);
std::optional<std::string_view> json_element(std::string_view json, int64_t index);

/// `json -> key`, `json ->> key`: the second operand is utf8 or int64, the result json or utf8.
Result<Vector> json_get_kernel(const KernelContext& context, std::span<const Vector> inputs);
Result<Vector> json_get_text_kernel(const KernelContext& context, std::span<const Vector> inputs);

/// The cast of text to json.
Result<Vector> text_to_json(const KernelContext& context, std::span<const Vector> inputs);

}  // namespace leat::expr
