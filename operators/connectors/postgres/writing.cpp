// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: a table is read by others while it is written, and must be the old one for them, or the
// new one.
//
// Invariants:
//  1. Rows wait in a temporary table, which nobody else sees, and which the server removes with the
//     connection. One transaction brings them into the table.
//  2. `replace` deletes and inserts in it, so nobody ever sees an empty table, and grants, views and
//     keys stay. `truncate` is faster, but locks out readers, and older snapshots see no rows.
//  3. Of several rows with one key `upsert` takes the last, `insert_missing` the first.
//  4. Nothing is rounded or cut on the way into the table: what a column cannot hold is a mistake
//     before anything is read, where types tell it, else an error of the server.
//
// Rejected: a table that takes the name of the old one (grants, views and keys would be lost).
#include "operators/connectors/postgres/writing.h"

#include <algorithm>
#include <chrono>
#include <thread>

namespace leat::connectors {
namespace {

constexpr const char* kStaging = "leat_staging";
constexpr const char* kOrder = "leat_row";

struct TableColumn {
  std::string name;
  uint32_t oid = 0;
  int32_t modifier = -1;
  std::string type;  ///< Without length or precision.
  char category = 'U';
  bool must_be_given = false;
  bool is_made = false;  ///< By the server alone.
};

constexpr const char* kColumns =
    "select a.attname, a.atttypid, a.atttypmod, pg_catalog.format_type(a.atttypid, null), "
    "t.typcategory, a.attnotnull and not a.atthasdef and a.attidentity = '', a.attgenerated <> '' "
    "or a.attidentity = 'a' from pg_catalog.pg_attribute a join pg_catalog.pg_type t on t.oid = "
    "a.atttypid where a.attrelid = $1::oid and a.attnum > 0 and not a.attisdropped order by "
    "a.attnum";

Outcome<std::vector<TableColumn>> table_columns(Session& session, uint32_t oid) {
  auto answer = session.ask(kColumns, {std::to_string(oid)});
  if (!answer) return std::unexpected(std::move(answer).error());
  std::vector<TableColumn> columns;
  for (int row = 0; row < answer->rows(); ++row) {
    columns.push_back({answer->text(row, 0), static_cast<uint32_t>(answer->number(row, 1)),
                       static_cast<int32_t>(answer->number(row, 2)), answer->text(row, 3),
                       answer->text(row, 4).front(), answer->text(row, 5) == "t",
                       answer->text(row, 6) == "t"});
  }
  return columns;
}

Problem at_option(const char* option, std::string message, std::string hint) {
  return {std::move(message), std::move(hint), LEAT_ERROR, option};
}

bool is_integer(uint32_t oid) { return oid == 20 || oid == 21 || oid == 23 || oid == 26; }

/// What would be lost of values of `from` in `to`; nullptr: nothing.
const char* loss(const ColumnType& from, const TableColumn& to) {
  constexpr uint32_t kNumeric = 1700;
  constexpr uint32_t kDate = 1082;
  constexpr int32_t kHeaderBytes = 4;
  constexpr const char* kRounded = "it would be rounded";
  if (is_integer(to.oid) &&
      (from.wire == Wire::kFloat8 || (from.wire == Wire::kNumeric && from.scale > 0)))
    return kRounded;
  if (to.oid == kNumeric && to.modifier >= kHeaderBytes && from.wire == Wire::kNumeric &&
      from.scale > static_cast<int>((static_cast<uint32_t>(to.modifier - kHeaderBytes) & 0x7FFU)))
    return kRounded;
  if (to.oid == kDate && (from.wire == Wire::kTimestamp || from.wire == Wire::kTimestampTz))
    return "its time of day would be lost";
  return nullptr;
}

/// The cast into a column that does not take the values by itself, or not exactly; nullopt: it is
/// none for texts.
std::optional<std::string> cast_of(const ColumnType& from, const TableColumn& to) {
  constexpr uint32_t kTime = 1083;
  // As an interval it would lose its days.
  if (from.wire == Wire::kInterval && to.oid == kTime) return "text::time";
  const bool is_list = from.wire == Wire::kArray;
  if ((is_list ? from.element->wire : from.wire) != Wire::kText || to.category == 'S')
    return std::string();
  const bool is_value = to.category == 'N' || to.category == 'B' || to.category == 'D';
  if (!is_list && is_value) return std::nullopt;
  return to.type;
}

Outcome<> fit(const TableColumn& column, const ColumnType& type, Writing& writing) {
  const std::string what =
      "the column '" + column.name + "' of type " + type.leat() + " does not fit " + column.type;
  if (column.is_made)
    return std::unexpected(at_option("", "the server itself makes the column '" + column.name + "'",
                                     "leave it out: drop: " + column.name));
  if (const char* const lost = loss(type, column))
    return std::unexpected(
        at_option("", what + ": " + lost, "cast or round it in a stage above, as you want it"));
  auto cast = cast_of(type, column);
  if (!cast) return std::unexpected(at_option("", what, "cast it in a stage above"));
  writing.casts.push_back(std::move(*cast));
  return {};
}

Outcome<> fit_all(const std::vector<TableColumn>& columns, Writing& writing) {
  const std::vector<std::string>& names = writing.writer.names();
  std::vector<std::string> known;
  for (const TableColumn& column : columns) known.push_back(column.name);
  for (size_t i = 0; i < names.size(); ++i) {
    const auto column = std::find_if(columns.begin(), columns.end(),
                                     [&](const TableColumn& one) { return one.name == names[i]; });
    if (column == columns.end())
      return std::unexpected(
          at_option("", "the table '" + writing.shown + "' has no column '" + names[i] + "'",
                    known_names(names[i], known)));
    if (auto fits = fit(*column, writing.writer.types()[i], writing); !fits) return fits;
  }
  for (const TableColumn& column : columns) {
    const bool is_given = std::find(names.begin(), names.end(), column.name) != names.end();
    if (column.must_be_given && !is_given)
      return std::unexpected(at_option("",
                                       "the column '" + column.name + "' of '" + writing.shown +
                                           "' may not be NULL, has no default, and no row has it",
                                       "derive it in a stage above"));
  }
  return {};
}

std::string listed(const std::vector<std::string>& names) {
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "" : ", ") + quoted_name(name);
  return list;
}

}  // namespace

std::string Writing::create_staging() const {
  std::string columns = std::string(kOrder) + " bigint generated always as identity";
  for (size_t i = 0; i < writer.names().size(); ++i)
    columns += ", " + quoted_name(writer.names()[i]) + " " + server_type(writer.types()[i]);
  return std::string("create temporary table ") + kStaging + " (" + columns + ")";
}

std::string Writing::copy_staging() const {
  return std::string("copy pg_temp.") + kStaging + " (" + listed(writer.names()) +
         ") from stdin (format binary)";
}

std::string Writing::clear() const {
  if (mode != Mode::kReplace) return {};
  return (truncates ? "truncate " : "delete from ") + table;
}

std::string Writing::merge(const std::string& from) const {
  std::string select;
  for (size_t i = 0; i < casts.size(); ++i) {
    select += (i == 0 ? "" : ", ") + quoted_name(writer.names()[i]);
    if (!casts[i].empty()) select += "::" + casts[i];
  }
  const std::string into = "insert into " + table + " (" + listed(writer.names()) + ") ";
  if (mode == Mode::kAppend || mode == Mode::kReplace)
    return into + "select " + select + " from " + from;
  const std::string key = listed(keys);
  const bool is_upsert = mode == Mode::kUpsert;
  std::string sql = into + "select " + select + " from (select distinct on (" + key + ") * from " +
                    from + " order by " + key + ", " + kOrder + (is_upsert ? " desc" : "") +
                    ") as last order by " + kOrder + " on conflict (" + key + ") do ";
  std::string changes;
  for (const std::string& name : writer.names()) {
    if (std::find(keys.begin(), keys.end(), name) != keys.end()) continue;
    changes +=
        (changes.empty() ? "" : ", ") + quoted_name(name) + " = excluded." + quoted_name(name);
  }
  return sql + (is_upsert && !changes.empty() ? "update set " + changes : "nothing");
}

Outcome<> find_target(Session& session, const std::string& table, Writing& writing) {
  auto relation = find_relation(session, table);
  if (!relation) return std::unexpected(std::move(relation).error());
  writing.shown = relation->name;
  writing.table = relation->sql();
  auto columns = table_columns(session, relation->oid);
  if (!columns) return std::unexpected(std::move(columns).error());
  if (auto fits = fit_all(*columns, writing); !fits) return fits;
  // The server plans it, and so finds what is wrong with it: keys that are not unique, rights.
  std::string nothing = std::string("(select null::bigint as ") + kOrder;
  for (size_t i = 0; i < writing.writer.names().size(); ++i)
    nothing += ", null::" + server_type(writing.writer.types()[i]) + " as " +
               quoted_name(writing.writer.names()[i]);
  auto planned = session.run("explain " + writing.merge(nothing + ") as staging"));
  if (planned && writing.mode == Mode::kReplace && !writing.truncates)
    planned = session.run("explain " + writing.clear());
  if (!planned && planned.error().state == "42P10")
    return std::unexpected(at_option(
        "on", "no unique index of '" + writing.shown + "' has just " + listed(writing.keys),
        "name the columns of its primary key, or of a unique index"));
  return planned;
}

Outcome<bool> was_committed(const Target& target, const std::string& id) {
  constexpr int kTries = 60;
  Problem last;
  for (int i = 0; i < kTries; ++i) {
    if (i > 0) std::this_thread::sleep_for(std::chrono::milliseconds(500));
    auto session = Session::open(target);
    auto status = session ? (*session)->ask("select coalesce(pg_catalog.pg_xact_status('" + id +
                                            "'::xid8), 'unknown')")
                          : Outcome<Answer>(std::unexpected(std::move(session).error()));
    if (!status) {
      last = std::move(status).error();
      continue;
    }
    const std::string text = status->text(0, 0);
    if (text == "committed") return true;
    if (text == "aborted") return false;
    last.message = "the transaction is " + text;
  }
  return std::unexpected(std::move(last));
}

}  // namespace leat::connectors
