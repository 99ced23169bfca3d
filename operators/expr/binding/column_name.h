// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Which column a name means.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "operators/data/type.h"
#include "operators/text/ascii.h"

namespace leat::expr {

/// The column of that name among those from `begin` to `end`; if there is none, the only one whose
/// name differs in case. nullopt when there is none, or several.
inline std::optional<size_t> find_column(const Schema& input, std::string_view name, size_t begin,
                                         size_t end) {
  const std::string wanted = ascii_lower_case(name);
  std::optional<size_t> found;
  bool is_only = true;
  for (size_t i = begin; i < end; ++i) {
    if (input[i].name == name) return i;
    if (ascii_lower_case(input[i].name) != wanted) continue;
    is_only = !found;
    found = i;
  }
  return is_only ? found : std::nullopt;
}

inline std::optional<size_t> find_column(const Schema& input, std::string_view name) {
  return find_column(input, name, 0, input.size());
}

}  // namespace leat::expr
