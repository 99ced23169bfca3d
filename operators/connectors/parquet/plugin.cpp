// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What the connector exports.
#include <leat/plugin_abi.h>

#include <iterator>

#include "operators/connectors/parquet/host_pool.h"
#include "operators/connectors/parquet/read_parquet.h"
#include "operators/connectors/parquet/write_parquet.h"

extern "C" __attribute__((visibility("default"))) const leat_plugin* leat_plugin_v1(
    const leat_host* given) {
  static const leat_operator kOperators[] = {leat::connectors::read_parquet_table(),
                                             leat::connectors::write_parquet_table()};
  static const leat_plugin kPlugin = {
      sizeof(leat_plugin),   1,       0, "leat",  LEAT_VERSION, kOperators,
      std::size(kOperators), nullptr, 0, nullptr, nullptr};
  leat::connectors::host = given;
  return &kPlugin;
}
