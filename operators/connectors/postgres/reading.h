// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What read_postgres reads, and in which pieces. See reading.cpp.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "operators/connectors/postgres/relation.h"
#include "operators/connectors/postgres/types.h"

namespace leat::connectors {

/// What all lanes of a stage share.
struct Reading {
  explicit Reading(const leat_connection& connection) : target(connection) {}

  Target target;
  std::string shown;                  ///< What messages call it.
  std::string from;                   ///< What stands behind `from`.
  std::vector<ServerColumn> columns;  ///< Those that are read.
  std::vector<ColumnType> types;
  std::vector<std::string> names;
  std::optional<ServerColumn> key;  ///< Of `partition_on`.
  std::optional<ColumnType> key_type;
  bool has_pages = false;               ///< Ranges of pages can be read for themselves.
  std::vector<std::string> conditions;  ///< Which rows are wanted.

  /// The rows of `where` (empty: all) as binary COPY.
  std::string copy(const std::string& where) const;
};

/// The snapshot that all connections of a run read. It is there as long as this is.
struct Snapshot {
  std::unique_ptr<Session> session;
  std::string name;
};

/// A split of a reading.
struct Piece {
  std::string where;
  std::string shown;  ///< Which rows it has, for messages.
};

/// Begins to read.
Outcome<std::shared_ptr<Snapshot>> take_snapshot(const Reading& reading);
/// A connection on that snapshot.
Outcome<std::unique_ptr<Session>> join_snapshot(const Reading& reading, const Snapshot& snapshot);
/// The pieces, in the order of their rows. Empty: it can only be read as a whole.
Outcome<std::vector<Piece>> pieces_of(const Reading& reading, Session& session);

}  // namespace leat::connectors
