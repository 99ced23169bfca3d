// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Values of parameters.
//
// The problem: a list is written as YAML, in the pipeline and on the command line, and expressions
// take parameters as text that is cast to their type.
//
// Invariants:
//  1. Every element is checked here, so that what an expression casts can be cast.
//  2. The text of a list is JSON, which the cast reads: no element can end its list.
//  3. A list on the command line is a document of its own; whatever it holds, it is values.
//
// Rejected: a separator on the command line (`DE,FR`), as values may hold every separator; values
// of lists as columns in the table of parameters, as everything else there is text.
#include "pipelines/load/param_values.h"

#include <array>
#include <cmath>

#include <fmt/format.h>

#include "engine/codes/graph.h"
#include "operators/json/json_encoder.h"
#include "operators/text/decimal_parser.h"
#include "operators/text/stored_value.h"
#include "operators/text/value_format.h"
#include "operators/text/value_parser.h"
#include "pipelines/text/document.h"
#include "pipelines/text/yaml_tree.h"

namespace leat::pipelines {
namespace {

/// A scalar as JSON that a cast to a list of `type` reads. REQUIRES: is_value_of(type, text).
std::optional<std::string> json_of(const Type& type, const std::string& text) {
  bool flag = false;
  int64_t number = 0;
  double real = 0;
  std::array<char, io::kScalarTextBytes> shortest;
  switch (type.id()) {
    case TypeId::kBool: io::parse_bool(text, flag); return flag ? "true" : "false";
    case TypeId::kInt64: io::parse_int64(text, number); return fmt::format("{}", number);
    case TypeId::kFloat64:
      io::parse_float64(text, real);
      if (!std::isfinite(real)) return std::nullopt;
      return std::string(shortest.data(), io::format_float64(real, shortest.data()));
    default: return io::json_quote(text);
  }
}

class ListReader {
 public:
  explicit ListReader(Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

  std::optional<std::string> read(const OptionNode& node, const Type& type) {
    if (node.kind != OptionNode::Kind::kList) {
      if (node.kind == OptionNode::Kind::kScalar) {
        // One value is a list of one, wherever a list is taken.
        const auto only = scalar(node.scalar, type.element());
        return only ? std::optional(fmt::format("[{}]", *only)) : std::nullopt;
      }
      return refuse(code::kParameterType, node.span,
                    fmt::format("a value of type {} is a list", to_string(type)));
    }
    std::string text = "[";
    bool ok = true;
    for (const OptionNode& item : node.items) {
      const auto value = element(item, type.element());
      ok = ok && value.has_value();
      if (text.size() > 1) text += ',';
      text += value.value_or("");
    }
    return ok ? std::optional(text + "]") : std::nullopt;
  }

 private:
  std::optional<std::string> element(const OptionNode& node, const Type& type) {
    if (node.kind == OptionNode::Kind::kNull) return "null";
    if (type.is(TypeId::kList)) return read(node, type);
    if (node.kind == OptionNode::Kind::kScalar) return scalar(node.scalar, type);
    return refuse(code::kParameterType, node.span,
                  fmt::format("an element of type {} is a single value", to_string(type)));
  }

  std::optional<std::string> scalar(const SourceText& text, const Type& type) {
    std::optional<std::string> json;
    if (is_value_of(type, text.text())) json = json_of(type, text.text());
    if (json) return json;
    return refuse(code::kParameterType, text.span(),
                  fmt::format("the element '{}' is not of type {}", text.text(), to_string(type)));
  }

  std::nullopt_t refuse(Code number, Span where, std::string message) {
    diagnostics_.error(number, where, std::move(message));
    return std::nullopt;
  }

  Diagnostics& diagnostics_;
};

}  // namespace

bool is_param_type(const Type& type) {
  return type.is(TypeId::kList) ? is_param_type(type.element()) : io::is_parsed_type(type);
}

bool is_value_of(const Type& type, std::string_view text) {
  if (io::is_converted(type)) {
    std::string stored;
    return io::stored_text(type, text, stored).has_value();
  }
  const bool is_limited = type.limit() != nullptr;
  bool flag = false;
  int64_t number = 0;
  int32_t days = 0;
  double real = 0;
  Int128 decimal = 0;
  switch (type.id()) {
    case TypeId::kBool: return io::parse_bool(text, flag);
    case TypeId::kInt64:
      return io::parse_int64(text, number) && (!is_limited || io::is_in_limit(type, number));
    case TypeId::kFloat64:
      return io::parse_float64(text, real) && io::stored_float(type, real).has_value();
    case TypeId::kDate: return io::parse_date(text, days);
    case TypeId::kTimestamp:
      if (type.is_time_of_day()) return io::parse_time_of_day(text, number);
      return io::parse_timestamp(text, number) && io::has_zone(text) == type.is_zoned();
    case TypeId::kDecimal:
      return io::parse_decimal(text, type.precision(), type.scale(), decimal) ==
                 io::DecimalResult::kExact &&
             (!is_limited || io::is_in_limit(type, decimal));
    default: return true;
  }
}

std::optional<std::string> list_of_node(const OptionNode& node, const Type& type,
                                        Diagnostics& diagnostics) {
  return ListReader(diagnostics).read(node, type);
}

std::optional<std::string> list_of_text(const std::string& text, const Type& type, Span where,
                                        Diagnostics& diagnostics) {
  Diagnostics found;
  std::optional<std::string> list;
  const size_t first = text.find_first_not_of(" \t\n");
  if (first != std::string::npos && text[first] == '[' && text.size() <= Document::kBytesMax) {
    const auto node = parse_tree(Document("", text), found);
    if (node) list = list_of_node(*node, type, found);
  } else {
    OptionNode node;
    node.kind = OptionNode::Kind::kScalar;
    node.scalar = SourceText(text, where, {});
    list = list_of_node(node, type, found);
  }
  for (const Diagnostic& mistake : found.errors())
    diagnostics.error(mistake.number, where,
                      fmt::format("the value '{}': {}", text, mistake.message), mistake.hint);
  return found.errors().empty() ? list : std::nullopt;
}

}  // namespace leat::pipelines
