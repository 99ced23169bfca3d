// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// From the options of a join to its plan. All mistakes are reported.
#pragma once

#include <optional>

#include "operators/operator.h"
#include "operators/state/join/join_plan.h"

namespace leat::state {

/// Binds `join`. REQUIRES: two inputs. Returns nullopt after reporting.
std::optional<BoundOperator> bind_join(const OptionValues& options, const BindContext& context);

/// Binds an operator that lets left rows through which have, or have not, a partner: by the keys of
/// the option `on`, without it by all columns. NULL equals NULL. Returns nullopt after reporting.
std::optional<BoundOperator> bind_row_filter(const OptionValues& options,
                                             const BindContext& context, JoinHow how);

/// The keys of the option `on`. Returns nullopt after reporting.
std::optional<std::vector<expr::KeyPair>> bind_keys(const OptionValues& options,
                                                    const BindContext& context);

/// Fills the keys of `plan` from `pairs`.
void use_keys(const std::vector<expr::KeyPair>& pairs, JoinPlan& plan);

}  // namespace leat::state
