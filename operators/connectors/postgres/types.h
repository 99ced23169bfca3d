// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Types of the server and of leat. See types.cpp.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "operators/connectors/postgres/session.h"

namespace leat::connectors {

__extension__ using Int128 = __int128;

/// How a value crosses in binary COPY.
enum class Wire : uint8_t {
  kBool,
  kInt2,
  kInt4,
  kInt8,
  kOid,
  kFloat4,
  kFloat8,
  kNumeric,
  kText,
  kBytes,
  kUuid,
  kJson,
  kJsonb,
  kDate,
  kTimestamp,
  kTimestampTz,
  kTime,
  kInterval,
  kArray,
};

/// What a column of the server is to leat.
struct ColumnType {
  Wire wire = Wire::kText;
  int precision = 0;  ///< Of decimals.
  int scale = 0;
  std::shared_ptr<const ColumnType> element = nullptr;  ///< Of kArray.
  /// What the column is cast to in the statement that reads it; empty: nothing.
  std::string cast = {};
  bool is_inet = false;  ///< Its cast to text would not be what the server shows.

  /// As pipelines write it: `decimal(10,2)`.
  std::string leat() const;
  /// The column `name` in that statement.
  std::string expression(const std::string& name) const;
};

/// A column of a table, of a query, or of the rows that are written.
struct ServerColumn {
  std::string name;
  uint32_t oid = 0;
  int32_t modifier = -1;
};

/// The columns of what `select` gives.
Outcome<std::vector<ServerColumn>> columns_of(Session& session, const std::string& select);

/// The type of each column. `declared` are types by the names of columns, as pipelines write them,
/// which count in place of the server's. ERRORS: a type that leat has not, named with its column;
/// the field of the problem is `columns`.
Outcome<std::vector<ColumnType>> types_of(
    Session& session, const std::vector<ServerColumn>& columns,
    const std::vector<std::pair<std::string, std::string>>& declared);

/// The type that pipelines write as `text`; nullopt: none that the server has.
std::optional<ColumnType> declared_type(std::string_view text);

/// The type that the server has for values of `type`, for columns that are made: `numeric(10,2)`.
std::string server_type(const ColumnType& type);

}  // namespace leat::connectors
