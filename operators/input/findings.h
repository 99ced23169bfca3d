// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What a source found out about its files while binding, besides columns and types. A source that
// finds out such things is a Findings as well.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "operators/operator.h"

namespace leat::io {

class Findings {
 public:
  virtual ~Findings() = default;
  /// Options that say the same, with their values.
  virtual const std::vector<std::pair<std::string, std::string>>& found() const = 0;
};

/// Those of `bound`, if it is a source that has some; else null. They live as long as it does.
inline const Findings* findings_of(const BoundOperator& bound) {
  const auto* const source = std::get_if<std::unique_ptr<Source>>(&bound.species);
  const auto* const findings =
      source == nullptr ? nullptr : dynamic_cast<const Findings*>(source->get());
  return findings != nullptr && !findings->found().empty() ? findings : nullptr;
}

}  // namespace leat::io
