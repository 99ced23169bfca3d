// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What write_postgres does to a table. See writing.cpp.
#pragma once

#include <string>
#include <vector>

#include "operators/connectors/postgres/relation.h"
#include "operators/connectors/postgres/row_writer.h"

namespace leat::connectors {

enum class Mode : uint8_t { kAppend, kReplace, kUpsert, kInsertMissing };

/// What all lanes of a stage share.
struct Writing {
  Writing(const leat_connection& connection, RowWriter rows)
      : target(connection), writer(std::move(rows)) {}

  Target target;
  RowWriter writer;
  Mode mode = Mode::kAppend;
  bool truncates = false;
  std::vector<std::string> keys;
  std::string shown;
  std::string table;               ///< As it stands in a statement.
  std::vector<std::string> casts;  ///< Of each column on its way into the table; or empty.

  /// Makes the table in which rows wait.
  std::string create_staging() const;
  std::string copy_staging() const;
  /// Empties the table, if the mode does; else empty.
  std::string clear() const;
  /// Brings the rows of `from` into the table.
  std::string merge(const std::string& from) const;
};

/// Finds the table, and whether the rows can go into it. ERRORS: with the option as the field.
Outcome<> find_target(Session& session, const std::string& table, Writing& writing);

/// What became of the transaction `id`, whose COMMIT was lost: true, it is committed. ERRORS: it
/// cannot be told.
Outcome<bool> was_committed(const Target& target, const std::string& id);

}  // namespace leat::connectors
