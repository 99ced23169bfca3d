// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Whoever mistypes a type means one that is spelt nearly so, or a decimal with wrong numbers, or
// one that another tool has.
//
// Rejected: only the names we print ourselves (who writes `integr` means `integer`, which is
// understood).
#include "operators/type_hint.h"

#include <array>
#include <vector>

#include "operators/diagnostic.h"

namespace leat {

std::string type_hint(std::string_view text) {
  const std::string_view word = text.substr(0, text.find_first_of("( "));
  if (word == "decimal" || word == "numeric" || word == "dec") {
    return "write decimal(p,s): p digits, at most 38, of which s stand behind the point, e.g. "
           "decimal(18,2)";
  }
  struct OtherName {
    std::string_view name;
    std::string_view hint;
  };
  static constexpr std::array<OtherName, 12> kOthers{{
      {"datetime", "write timestamp, or timestamptz for an instant"},
      {"datetime2", "write timestamp"},
      {"number", "write int64, float64 or decimal(p,s)"},
      {"long", "write int64"},
      {"float128", "write decimal(p,s)"},
      {"str", "write utf8"},
      {"object", "write json, or struct<...>"},
      {"array", "write list<...>, such as list<utf8>"},
      {"bytes", "write binary"},
      {"blob", "write binary"},
      {"money", "write decimal(18,2)"},
      {"duration", "write interval"},
  }};
  for (const OtherName& other : kOthers) {
    if (text == other.name) return std::string(other.hint);
  }
  static const std::vector<std::string> names = {
      "bool",       "int64",     "float64",       "utf8",
      "date",       "timestamp", "json",          "decimal(18,2)",
      "list<utf8>", "binary",    "interval",      "struct<a int64, b utf8>",
      "bigint",     "integer",   "int",           "double",
      "float",      "real",      "text",          "string",
      "varchar",    "boolean",   "numeric(18,2)", "timestamptz",
      "time",       "uuid",      "inet",          "int32",
      "float32",    "uint64",    "varchar(20)",   "char(2)"};
  std::string near = did_you_mean(text, names);
  if (!near.empty()) return near;
  return "the types are bool, int64, float64, decimal(p,s), utf8, binary, date, time, timestamp, "
         "timestamptz, interval, uuid, inet, json, list<...>, struct<...>; and, checked and kept "
         "as "
         "one of these, int16, int32, uint8, uint16, uint32, uint64, float32, varchar(n), char(n), "
         "enum('a', 'b')";
}

}  // namespace leat
