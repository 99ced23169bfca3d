// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: SQL folds names that have no quotes, and people copy names from anywhere. Names match
// here as everywhere in leat: exactly, else the only one that differs in case.
//
// Rejected: the name as text in a statement (`orders; drop table orders` would be two statements).
#include "operators/connectors/postgres/relation.h"

#include <algorithm>
#include <cctype>
#include <utility>

namespace leat::connectors {
namespace {

struct Name {
  std::string schema;
  std::string name;
};

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

/// `a.b`, `"a.b"`, `a."B"`.
Name split_name(const std::string& text) {
  std::vector<std::string> parts(1);
  bool is_quoted = false;
  for (const char c : text) {
    if (c == '"') {
      is_quoted = !is_quoted;
    } else if (c == '.' && !is_quoted && parts.size() == 1) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts.size() == 1 ? Name{"", parts[0]} : Name{parts[0], parts[1]};
}

constexpr const char* kFind =
    "select c.oid, n.nspname, c.relname, c.relkind, exists (select from pg_catalog.pg_inherits i "
    "where i.inhparent = c.oid) from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid "
    "= c.relnamespace where c.relkind in ('r', 'p', 'v', 'm', 'f') and lower(c.relname) = "
    "lower($1) "
    "and case when $2 = '' then pg_catalog.pg_table_is_visible(c.oid) else lower(n.nspname) = "
    "lower($2) end order by c.relname = $1 desc, n.nspname = $2 desc, c.oid";

constexpr const char* kList =
    "select case when pg_catalog.pg_table_is_visible(c.oid) then c.relname else n.nspname || '.' "
    "|| "
    "c.relname end from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = "
    "c.relnamespace where c.relkind in ('r', 'p', 'v', 'm', 'f') and n.nspname !~ '^pg_' and "
    "n.nspname <> 'information_schema' order by 1 limit 9";

}  // namespace

std::string known_names(const std::string& name, const std::vector<std::string>& names) {
  for (const std::string& known : names) {
    if (lower(known) == lower(name)) return "did you mean '" + known + "'?";
  }
  constexpr size_t kShown = 8;
  std::string list;
  for (size_t i = 0; i < std::min(names.size(), kShown); ++i)
    list += (list.empty() ? "there are: " : ", ") + names[i];
  if (names.size() > kShown) list += " and others";
  return list;
}

Outcome<Relation> find_relation(Session& session, const std::string& table) {
  const Name name = split_name(table);
  auto found = session.ask(kFind, {name.name, name.schema});
  if (!found) return std::unexpected(std::move(found).error());
  const bool is_exact = found->rows() > 0 && found->text(0, 2) == name.name;
  if (found->rows() == 1 || is_exact) {
    return Relation{static_cast<uint32_t>(found->number(0, 0)), found->text(0, 1),
                    found->text(0, 2), found->text(0, 3).front(), found->text(0, 4) == "t"};
  }
  auto listed = session.ask(kList);
  if (!listed) return std::unexpected(std::move(listed).error());
  std::vector<std::string> names;
  for (int row = 0; row < listed->rows(); ++row) names.push_back(listed->text(row, 0));
  return std::unexpected(
      Problem{"there is no table '" + table + "'", known_names(table, names), LEAT_ERROR, "table"});
}

}  // namespace leat::connectors
