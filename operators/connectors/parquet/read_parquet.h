// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// See read_parquet.cpp.
#pragma once

#include <leat/plugin_abi.h>

namespace leat::connectors {

leat_operator read_parquet_table();

}  // namespace leat::connectors
