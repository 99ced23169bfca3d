// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// See write_parquet.cpp.
#pragma once

#include <leat/plugin_abi.h>

namespace leat::connectors {

leat_operator write_parquet_table();

}  // namespace leat::connectors
