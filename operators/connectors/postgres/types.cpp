// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: the server has types without number, of which leat has a dozen; and what is exact there
// must be exact here.
//
// Invariants:
//  1. Numbers stay exact: a numeric becomes a decimal of its own precision and scale, and one that
//     has none, or more than 38 digits, is a mistake that says how to give it some.
//  2. What is text in all but name (enums, uuid, inet, ranges, composite types) is read as the
//     server writes it. Domains are what they are made of.
//  3. A column that is declared otherwise is cast by the server, but numbers to decimals: those are
//     compared here, for the server would round.
//
// Rejected: float64 for a numeric without precision (it would lose digits and say nothing).
#include "operators/connectors/postgres/types.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <utility>

namespace leat::connectors {
namespace {

constexpr int kDigitsMax = 38;
constexpr uint32_t kNumericOid = 1700;

struct Known {
  uint32_t oid;
  Wire wire;
};

/// Types of the server that have a number of their own in every database.
constexpr Known kKnown[] = {
    {16, Wire::kBool},        {17, Wire::kBytes},         {18, Wire::kText},
    {19, Wire::kText},        {20, Wire::kInt8},          {21, Wire::kInt2},
    {23, Wire::kInt4},        {25, Wire::kText},          {26, Wire::kOid},
    {114, Wire::kJson},       {142, Wire::kText},         {700, Wire::kFloat4},
    {701, Wire::kFloat8},     {705, Wire::kText},         {1042, Wire::kText},
    {1043, Wire::kText},      {1082, Wire::kDate},        {1083, Wire::kTime},
    {1114, Wire::kTimestamp}, {1184, Wire::kTimestampTz}, {1186, Wire::kInterval},
    {2950, Wire::kUuid},      {3802, Wire::kJsonb},
};

std::optional<Wire> known_wire(uint32_t oid) {
  for (const Known& one : kKnown) {
    if (one.oid == oid) return one.wire;
  }
  return std::nullopt;
}

/// What pg_type says of a type that is none of those.
struct Described {
  std::string kind;  ///< `b` base, `e` enum, `c` composite, and so on.
  uint32_t element = 0;
  std::string name;
};

using DescribedTypes = std::map<uint32_t, Described>;

Outcome<> describe_types(Session& session, std::vector<uint32_t> oids, DescribedTypes& types) {
  while (!oids.empty()) {
    std::string list;
    for (const uint32_t oid : oids) list += (list.empty() ? "" : ",") + std::to_string(oid);
    auto answer = session.ask(
        "select t.oid, t.typtype, case when t.typcategory = 'A' then t.typelem else 0 end, "
        "format_type(t.oid, null), case when e.typtype = 'd' then e.typbasetype else 0 end from "
        "pg_catalog.pg_type t left join pg_catalog.pg_type e on e.oid = t.typelem where t.oid in "
        "(" +
        list + ")");
    if (!answer) return std::unexpected(std::move(answer).error());
    oids.clear();
    for (int row = 0; row < answer->rows(); ++row) {
      const auto element = static_cast<uint32_t>(answer->number(row, 2));
      types[static_cast<uint32_t>(answer->number(row, 0))] = {answer->text(row, 1), element,
                                                              answer->text(row, 3)};
      if (element != 0 && element != kNumericOid && !known_wire(element) &&
          !types.contains(element))
        oids.push_back(element);
    }
  }
  return {};
}

Problem unfit(const std::string& column, const std::string& what, const std::string& hint) {
  return {"the column '" + column + "' " + what, hint, LEAT_ERROR, "columns"};
}

Outcome<ColumnType> numeric_type(const ServerColumn& column) {
  const std::string hint =
      "declare it, columns: { " + column.name + ": decimal(18,2) }, or cast it in a query";
  if (column.modifier < 0)
    return std::unexpected(unfit(
        column.name, "is of type numeric without a precision, so its digits are not known", hint));
  constexpr int32_t kHeaderBytes = 4;
  constexpr uint32_t kScaleBits = 0x7FF;
  const auto packed = static_cast<uint32_t>(column.modifier - kHeaderBytes);
  int precision = static_cast<int>(packed >> 16U);
  // The scale has eleven bits, the first of which is its sign.
  int scale = static_cast<int>((packed & kScaleBits) ^ 1024U) - 1024;
  if (scale < 0) {
    precision -= scale;
    scale = 0;
  }
  precision = std::max(precision, scale);
  if (precision > kDigitsMax)
    return std::unexpected(unfit(column.name,
                                 "is of type numeric with " + std::to_string(precision) +
                                     " digits, and a decimal has 38 at most",
                                 hint));
  return ColumnType{.wire = Wire::kNumeric, .precision = precision, .scale = scale};
}

/// The type of the server's own. `is_element`: of an array.
Outcome<ColumnType> own_type(const ServerColumn& column, const DescribedTypes& types,
                             bool is_element) {
  if (column.oid == kNumericOid) return numeric_type(column);
  if (const auto wire = known_wire(column.oid)) return ColumnType{.wire = *wire};
  const auto described = types.find(column.oid);
  const bool is_known = described != types.end();
  if (is_known && described->second.element != 0 && !is_element) {
    auto element = own_type({column.name, described->second.element, column.modifier}, types, true);
    if (!element) return element;
    ColumnType list{.wire = Wire::kArray};
    if (!element->cast.empty()) list.cast = element->cast + "[]";
    element->cast.clear();
    list.element = std::make_shared<const ColumnType>(std::move(*element));
    return list;
  }
  // The label of an enum is what crosses.
  if (is_known && described->second.kind == "e") return ColumnType{.wire = Wire::kText};
  constexpr uint32_t kInet = 869;
  return ColumnType{.wire = Wire::kText, .cast = "text", .is_inet = column.oid == kInet};
}

struct Word {
  std::string_view text;
  Wire wire;
};

constexpr Word kWords[] = {
    {"bool", Wire::kBool},
    {"boolean", Wire::kBool},
    {"int64", Wire::kInt8},
    {"bigint", Wire::kInt8},
    {"int8", Wire::kInt8},
    {"int", Wire::kInt8},
    {"integer", Wire::kInt8},
    {"smallint", Wire::kInt8},
    {"float64", Wire::kFloat8},
    {"float8", Wire::kFloat8},
    {"double precision", Wire::kFloat8},
    {"double", Wire::kFloat8},
    {"float", Wire::kFloat8},
    {"real", Wire::kFloat8},
    {"utf8", Wire::kText},
    {"text", Wire::kText},
    {"varchar", Wire::kText},
    {"string", Wire::kText},
    {"binary", Wire::kBytes},
    {"bytea", Wire::kBytes},
    {"date", Wire::kDate},
    {"timestamp", Wire::kTimestamp},
    {"timestamptz", Wire::kTimestampTz},
    {"timestamp with time zone", Wire::kTimestampTz},
    {"interval", Wire::kInterval},
    {"json", Wire::kJson},
};

std::optional<ColumnType> declared_decimal(std::string_view text) {
  const size_t open = text.find('(');
  if (open == std::string_view::npos || !text.ends_with(')')) return std::nullopt;
  ColumnType type{.wire = Wire::kNumeric};
  const char* at = text.data() + open + 1;
  const char* const end = text.data() + text.size() - 1;
  auto parsed = std::from_chars(at, end, type.precision);
  if (parsed.ec != std::errc()) return std::nullopt;
  at = parsed.ptr;
  if (at != end && *at == ',') {
    while (++at != end && *at == ' ') {
    }
    parsed = std::from_chars(at, end, type.scale);
    if (parsed.ec != std::errc()) return std::nullopt;
    at = parsed.ptr;
  }
  const bool fits = at == end && type.precision >= 1 && type.precision <= kDigitsMax &&
                    type.scale >= 0 && type.scale <= type.precision;
  return fits ? std::optional(type) : std::nullopt;
}

/// A column of the server read as what was declared.
Outcome<ColumnType> as_declared(const ServerColumn& column, ColumnType type) {
  const bool is_numeric = type.wire == Wire::kNumeric;
  const auto own = known_wire(column.oid);
  if (is_numeric && column.oid == kNumericOid) return type;
  if (own && *own == type.wire && !is_numeric) return type;
  type.cast = is_numeric ? "numeric" : server_type(type);
  return type;
}

}  // namespace

std::string ColumnType::leat() const {
  switch (wire) {
    case Wire::kBool: return "bool";
    case Wire::kInt2:
    case Wire::kInt4:
    case Wire::kInt8:
    case Wire::kOid: return "int64";
    case Wire::kFloat4:
    case Wire::kFloat8: return "float64";
    case Wire::kNumeric:
      return "decimal(" + std::to_string(precision) + "," + std::to_string(scale) + ")";
    case Wire::kText:
    case Wire::kUuid: return "utf8";
    case Wire::kBytes: return "binary";
    case Wire::kJson:
    case Wire::kJsonb: return "json";
    case Wire::kDate: return "date";
    case Wire::kTimestamp: return "timestamp";
    case Wire::kTimestampTz: return "timestamptz";
    case Wire::kTime:
    case Wire::kInterval: return "interval";
    case Wire::kArray: return "list<" + element->leat() + ">";
  }
  return {};
}

std::string ColumnType::expression(const std::string& name) const {
  const std::string column = quoted_name(name);
  // `::text` would put the mask behind each address.
  if (is_inet) return "pg_catalog.textin(pg_catalog.inet_out(" + column + "))";
  return cast.empty() ? column : column + "::" + cast;
}

Outcome<std::vector<ServerColumn>> columns_of(Session& session, const std::string& select) {
  auto described = session.describe(select);
  if (!described) return std::unexpected(std::move(described).error());
  std::vector<ServerColumn> columns;
  for (int i = 0; i < described->columns(); ++i) {
    columns.push_back(
        {PQfname(described->get(), i), PQftype(described->get(), i), PQfmod(described->get(), i)});
  }
  return columns;
}

Outcome<std::vector<ColumnType>> types_of(
    Session& session, const std::vector<ServerColumn>& columns,
    const std::vector<std::pair<std::string, std::string>>& declared) {
  std::vector<uint32_t> unknown;
  for (const ServerColumn& column : columns) {
    if (column.oid != kNumericOid && !known_wire(column.oid)) unknown.push_back(column.oid);
  }
  DescribedTypes described;
  if (auto done = describe_types(session, std::move(unknown), described); !done)
    return std::unexpected(std::move(done).error());
  std::vector<ColumnType> types;
  for (const ServerColumn& column : columns) {
    const auto written = std::find_if(declared.begin(), declared.end(),
                                      [&](const auto& one) { return one.first == column.name; });
    const auto wanted = written == declared.end() ? std::nullopt : declared_type(written->second);
    if (written != declared.end() && !wanted)
      return std::unexpected(unfit(column.name,
                                   "is declared with the type '" + written->second +
                                       "', which cannot be read from PostgreSQL",
                                   "write a type such as int64, decimal(12,2), utf8, timestamptz"));
    auto type = wanted ? as_declared(column, *wanted) : own_type(column, described, false);
    if (!type) return std::unexpected(std::move(type).error());
    types.push_back(std::move(*type));
  }
  return types;
}

std::optional<ColumnType> declared_type(std::string_view text) {
  std::string word(text);
  std::transform(word.begin(), word.end(), word.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  for (const Word& one : kWords) {
    if (one.text == word) return ColumnType{.wire = one.wire};
  }
  if (word.starts_with("decimal(") || word.starts_with("numeric(")) return declared_decimal(word);
  constexpr std::string_view kList = "list<";
  if (!word.starts_with(kList) || !word.ends_with('>')) return std::nullopt;
  auto element =
      declared_type(std::string_view(word).substr(kList.size(), word.size() - kList.size() - 1));
  if (!element || element->wire == Wire::kArray) return std::nullopt;
  ColumnType list{.wire = Wire::kArray};
  list.element = std::make_shared<const ColumnType>(std::move(*element));
  return list;
}

std::string server_type(const ColumnType& type) {
  switch (type.wire) {
    case Wire::kBool: return "boolean";
    case Wire::kInt2:
    case Wire::kInt4:
    case Wire::kInt8:
    case Wire::kOid: return "bigint";
    case Wire::kFloat4:
    case Wire::kFloat8: return "double precision";
    case Wire::kNumeric:
      return "numeric(" + std::to_string(type.precision) + "," + std::to_string(type.scale) + ")";
    case Wire::kText:
    case Wire::kUuid: return "text";
    case Wire::kBytes: return "bytea";
    case Wire::kJson:
    case Wire::kJsonb: return "json";
    case Wire::kDate: return "date";
    case Wire::kTimestamp: return "timestamp";
    case Wire::kTimestampTz: return "timestamptz";
    case Wire::kTime:
    case Wire::kInterval: return "interval";
    case Wire::kArray: return server_type(*type.element) + "[]";
  }
  return {};
}

}  // namespace leat::connectors
