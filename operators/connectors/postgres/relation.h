// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// A table as a stage names it. See relation.cpp.
#pragma once

#include <string>
#include <vector>

#include "operators/connectors/postgres/session.h"

namespace leat::connectors {

struct Relation {
  uint32_t oid = 0;
  std::string schema;
  std::string name;
  char kind = 'r';            ///< As pg_class has it.
  bool has_children = false;  ///< Other tables hold rows of it.

  /// As it stands in a statement.
  std::string sql() const { return quoted_name(schema) + "." + quoted_name(name); }
};

/// The table, view or foreign table `table`: `name`, or `schema.name`, an odd part of it in double
/// quotes. ERRORS: there is none, at the option `table`.
Outcome<Relation> find_relation(Session& session, const std::string& table);

/// `; did you mean 'x'?` and the like: the one of `names` that differs in case from `name`, or
/// those that there are.
std::string known_names(const std::string& name, const std::vector<std::string>& names);

}  // namespace leat::connectors
