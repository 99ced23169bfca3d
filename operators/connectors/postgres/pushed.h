// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What a filter behind the source asks for, as the server can ask it. See pushed.cpp.
#pragma once

#include <leat/plugin_abi.h>

#include <optional>
#include <string>

#include "operators/connectors/postgres/types.h"

namespace leat::connectors {

/// A condition of SQL that is true of all rows of which `condition` is, and perhaps of others.
/// nullopt: there is none.
std::optional<std::string> sql_condition(const leat_condition& condition,
                                         const ServerColumn& column, const ColumnType& type);

}  // namespace leat::connectors
