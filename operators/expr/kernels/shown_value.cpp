// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/expr/kernels/shown_value.h"

#include <fmt/format.h>

#include "engine/codes/data.h"

namespace leat::expr {
namespace {

constexpr size_t kShownMax = 40;

std::string shown(std::string_view text) {
  if (text.size() <= kShownMax) return fmt::format("'{}'", text);
  size_t end = kShownMax;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80)
    --end;  // not inside a character
  return fmt::format("'{}...'", text.substr(0, end));
}

}  // namespace

std::string_view trimmed(std::string_view text) {
  const auto is_blank = [](char c) { return c == ' ' || (c >= '\t' && c <= '\r'); };
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

void not_a(const KernelContext& context, size_t row, std::string_view text, std::string_view type) {
  if (context.is_quiet()) return context.fault(code::kCastFailed, row, "");
  context.fault(code::kCastFailed, row, fmt::format("{} is not {}", shown(text), type),
                "try_cast gives NULL instead of an error");
}

}  // namespace leat::expr
