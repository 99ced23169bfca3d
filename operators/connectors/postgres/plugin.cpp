// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What the connector exports.
#include <leat/plugin_abi.h>

#include <iterator>

#include "operators/connectors/postgres/host.h"
#include "operators/connectors/postgres/read_postgres.h"
#include "operators/connectors/postgres/try_connection.h"
#include "operators/connectors/postgres/write_postgres.h"

extern "C" __attribute__((visibility("default"))) const leat_plugin* leat_plugin_v1(
    const leat_host* given) {
  static const leat_operator kOperators[] = {leat::connectors::read_postgres_table(),
                                             leat::connectors::write_postgres_table()};
  static const leat_plugin kPlugin = {sizeof(leat_plugin),
                                      2,
                                      0,
                                      "leat",
                                      LEAT_VERSION,
                                      kOperators,
                                      std::size(kOperators),
                                      nullptr,
                                      0,
                                      "postgres",
                                      leat::connectors::try_connection};
  leat::connectors::host = given;
  return &kPlugin;
}
