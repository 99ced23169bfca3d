// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Keeps rows until they are asked for, in their order: what the planner puts in front of an input
// that has to wait for another one of the same rows. No operator of the language.
#pragma once

#include "operators/operator.h"

namespace leat::state {

const OperatorDef& spool_definition();
BoundOperator bind_spool(SchemaRef schema);

}  // namespace leat::state
