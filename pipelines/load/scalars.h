// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Tells the expressions among the scalars of a stage's options from the rest.
#pragma once

#include <functional>

#include "operators/operator.h"
#include "operators/options.h"

namespace leat::pipelines {

enum class ScalarUse : uint8_t {
  kText,        ///< Text, number, choice: `${param}` is replaced in it.
  kExpression,  ///< In the expression language: `$param` is part of it.
};

/// Calls `visit` for each value that stands where one scalar is wanted, whatever was written there,
/// in the order of the text. Values of unknown options are left out. `options` is what stands under
/// the key of `definition`.
void visit_values(const OperatorDef& definition, OptionNode& options,
                  const std::function<void(OptionNode&, ScalarUse)>& visit);
void visit_values(const OperatorDef& definition, const OptionNode& options,
                  const std::function<void(const OptionNode&, ScalarUse)>& visit);

}  // namespace leat::pipelines
