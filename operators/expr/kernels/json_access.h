// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Takes JSON values apart, without building them: one pass over the text of the value.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "operators/expr/kernels/kernels.h"
#include "operators/json/json_scanner.h"

namespace leat::expr {

/// Calls `visit(value)` for the elements of an array until it returns false; not at all for other
/// values. REQUIRES: `json` is one valid JSON value in a buffer.
template <typename Visit>
void for_each_json_element(std::string_view json, Visit&& visit) {
  io::JsonScanner scanner(json, io::LineFeeds::kAreSpace);
  const char* at = scanner.skip_space(json.data());
  if (scanner.peek(at) != '[') return;
  at = scanner.skip_space(at + 1);
  while (at != nullptr && at < scanner.end() && *at != ']') {
    const char* const end = scanner.skip_value(at);
    if (end == nullptr || !visit(std::string_view(at, static_cast<size_t>(end - at)))) return;
    at = scanner.skip_space(end);
    if (scanner.peek(at) == ',') at = scanner.skip_space(at + 1);
  }
}

/// Calls `visit(name, escaped, value)` for the members of an object likewise; `name` is the inside
/// of its string, with backslashes if `escaped`.
template <typename Visit>
void for_each_json_member(std::string_view json, Visit&& visit) {
  io::JsonScanner scanner(json, io::LineFeeds::kAreSpace);
  const char* at = scanner.skip_space(json.data());
  if (scanner.peek(at) != '{') return;
  at = scanner.skip_space(at + 1);
  while (scanner.peek(at) == '"') {
    bool escaped = false;
    const char* const quote = scanner.string(at + 1, escaped);
    if (quote == nullptr) return;
    const std::string_view name(at + 1, static_cast<size_t>(quote - at - 1));
    at = scanner.skip_space(scanner.skip_space(quote + 1) + 1);  // past the colon
    const char* const end = scanner.skip_value(at);
    if (end == nullptr) return;
    if (!visit(name, escaped, std::string_view(at, static_cast<size_t>(end - at)))) return;
    at = scanner.skip_space(end);
    if (scanner.peek(at) == ',') at = scanner.skip_space(at + 1);
  }
}

/// The text of the member `key` of an object (the last of that name), or of the element `index` of
/// an array (from 0; negative ones count from the end); nullopt when `json` has none. REQUIRES:
/// `json` is one valid JSON value in a buffer.
std::optional<std::string_view> json_member(std::string_view json, std::string_view key);
std::optional<std::string_view> json_element(std::string_view json, int64_t index);

/// The keys of a path `{a,"b c",0}`; nullopt when it is none.
std::optional<std::vector<std::string>> read_json_path(std::string_view text);
/// The number of an element that `key` is; nullopt when it is none.
std::optional<int64_t> json_index(std::string_view key);

/// `json -> key`, `json ->> key`: the second operand is utf8 or int64, the result json or utf8.
Result<Vector> json_get_kernel(const KernelContext& context, std::span<const Vector> inputs);
Result<Vector> json_get_text_kernel(const KernelContext& context, std::span<const Vector> inputs);

/// The part at the end of a path: the other operands are its steps, utf8.
Result<Vector> json_extract_path_kernel(const KernelContext& context,
                                        std::span<const Vector> inputs);
Result<Vector> json_extract_path_text_kernel(const KernelContext& context,
                                             std::span<const Vector> inputs);
/// `json #> '{a,0}'`, `json #>> '{a,0}'`: the second operand is the whole path.
Result<Vector> json_path_kernel(const KernelContext& context, std::span<const Vector> inputs);
Result<Vector> json_path_text_kernel(const KernelContext& context, std::span<const Vector> inputs);

/// The text of a number, true or false, for a cast; NULL of null. Others are faults.
Result<Vector> json_scalar_kernel(const KernelContext& context, std::span<const Vector> inputs);

/// The cast of text to json.
Result<Vector> text_to_json(const KernelContext& context, std::span<const Vector> inputs);

}  // namespace leat::expr
