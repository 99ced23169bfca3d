// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: rows that a filter drops need not cross the network, but the server's idea of an order
// of texts is not leat's.
//
// Invariants: a row of which the condition is true is never left out; leat looks at each row again.
//  1. Numbers, dates and times are compared as what they are; both sides agree that NaN is greater
//     than all numbers, and nothing is true of NULL.
//  2. Texts are asked for equality alone, which no collation makes narrower than equal bytes.
//  3. What was cast, or has a form of its own (uuid, enums, arrays, json), is only asked whether it
//     is NULL.
#include "operators/connectors/postgres/pushed.h"

#include <string_view>

namespace leat::connectors {
namespace {

const char* operator_of(uint32_t comparison) {
  switch (comparison) {
    case LEAT_EQUAL: return "=";
    case LEAT_LESS: return "<";
    case LEAT_LESS_OR_EQUAL: return "<=";
    case LEAT_GREATER: return ">";
    case LEAT_GREATER_OR_EQUAL: return ">=";
    default: return nullptr;
  }
}

/// The type of a literal that is compared with the column; null: it is not compared.
const char* literal_type(const ColumnType& type, const ServerColumn& column, bool is_equality) {
  constexpr uint32_t kText = 25;
  constexpr uint32_t kVarchar = 1043;
  switch (type.wire) {
    case Wire::kInt2:
    case Wire::kInt4:
    case Wire::kInt8: return "int8";
    case Wire::kFloat4:
    case Wire::kFloat8: return "float8";
    case Wire::kNumeric: return "numeric";
    case Wire::kDate: return "date";
    case Wire::kTimestamp: return "timestamp";
    case Wire::kTimestampTz: return "timestamptz";
    case Wire::kText:
      return is_equality && (column.oid == kText || column.oid == kVarchar) ? "text" : nullptr;
    default: return nullptr;
  }
}

}  // namespace

std::optional<std::string> sql_condition(const leat_condition& condition,
                                         const ServerColumn& column, const ColumnType& type) {
  const std::string name = quoted_name(column.name);
  if (condition.comparison == LEAT_IS_NULL) return name + " is null";
  if (condition.comparison == LEAT_IS_NOT_NULL) return name + " is not null";
  const char* const compared = operator_of(condition.comparison);
  if (compared == nullptr || !type.cast.empty()) return std::nullopt;
  const char* const literal = literal_type(type, column, condition.comparison == LEAT_EQUAL);
  const std::string_view value(condition.value, condition.value_bytes);
  // The server knows no text with a zero byte: nothing equals it.
  if (literal == nullptr || value.find('\0') != std::string_view::npos) return std::nullopt;
  return name + " " + compared + " " + quoted_text(value) + "::" + literal;
}

}  // namespace leat::connectors
