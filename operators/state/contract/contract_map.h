// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The map that holds its rows to a contract. See contract_map.cpp.
#pragma once

#include <memory>

#include "operators/operator.h"
#include "operators/state/contract/contract_plan.h"

namespace leat::state {

/// Counts kPassed; rows that are held kFolded and kMade as well.
std::unique_ptr<Map> make_contract_map(std::unique_ptr<const ContractPlan> plan);

}  // namespace leat::state
