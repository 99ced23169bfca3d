// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <leat/plugin_abi.h>

namespace leat::connectors {

/// leat_plugin.try_connection of servers of type `postgres`.
int try_connection(leat_call* call, const leat_connection* connection);

}  // namespace leat::connectors
