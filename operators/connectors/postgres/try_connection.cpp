// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/connectors/postgres/try_connection.h"

#include "operators/connectors/postgres/session.h"

namespace leat::connectors {

int try_connection(leat_call* call, const leat_connection* connection) {
  const auto session = Session::open(Target(*connection));
  if (session) return LEAT_OK;
  const Problem& problem = session.error();
  host->mistake(call, problem.field.empty() ? nullptr : problem.field.c_str(),
                problem.message.c_str(), problem.hint.empty() ? nullptr : problem.hint.c_str());
  return LEAT_ERROR;
}

}  // namespace leat::connectors
