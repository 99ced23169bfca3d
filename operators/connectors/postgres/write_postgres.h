// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <leat/plugin_abi.h>

namespace leat::connectors {

leat_operator write_postgres_table();

}  // namespace leat::connectors
