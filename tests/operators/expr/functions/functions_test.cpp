// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/expr/functions/functions.h"

#include <algorithm>
#include <string>

#include <gtest/gtest.h>

#include "operators/expr/kernels/decimal_math.h"
#include "operators/expr/syntax/lexer.h"
#include "tests/operators/expr/expression_tester.h"

namespace leat::expr {
namespace {

TEST(Functions, EveryExampleGivesWhatItSays) {
  for (const Function& function : functions()) {
    ExpressionTester tester;
    EXPECT_EQ(tester.value(std::string(function.example)), function.result) << function.example;
  }
}

TEST(Functions, EveryDocumentedErrorHappens) {
  for (const Function& function : functions()) {
    const std::string errors(function.doc.errors);
    if (errors.empty()) continue;
    ASSERT_TRUE(errors.ends_with("`.")) << function.signature << ": " << errors;
    const size_t begin = errors.rfind('`', errors.size() - 3) + 1;
    const std::string example = errors.substr(begin, errors.size() - 2 - begin);
    ExpressionTester tester;
    EXPECT_TRUE(tester.value(example).starts_with("error: ")) << example;
  }
}

/// Literals at the edges of a type.
std::vector<std::string> edges_of(const Type& type) {
  if (type.is_time_of_day()) return {"time '00:00'", "time '23:59:59.999999'", "time '24:00'"};
  if (type.is_uuid()) return {"uuid '00000000-0000-0000-0000-000000000000'"};
  if (type.is_inet())
    return {"inet '0.0.0.0/0'", "inet '255.255.255.255'", "inet '::/0'", "inet '::1'"};
  switch (type.id()) {
    case TypeId::kBool: return {"true", "false"};
    case TypeId::kInt64:
      return {"0", "1", "-1", "7", "-9223372036854775808", "9223372036854775807"};
    case TypeId::kFloat64:
      return {"0.0",   "-0.5", "2.5", "1e300", "-1e300", "'nan'::float64", "'infinity'::float64",
              "5e-324"};
    case TypeId::kUtf8: return {"''", "'a'", "'a b'", "'%_\\'", "'\u00e9\u20ac\U0001f600'"};
    case TypeId::kDate: return {"date '0001-01-01'", "date '2024-02-29'"};
    case TypeId::kTimestamp:
      return {"timestamp '0001-01-01 00:00:00'", "timestamp '1969-12-31 23:59:59.999999'",
              "timestamp '+294246-12-31 23:59:59.999999'"};
    case TypeId::kInterval:
      return {"interval '-1 month 3 days 04:05:06.7'", "interval '2147483647 months'"};
    case TypeId::kDecimal:
      return {"'0.00'::decimal(38,2)", "'-0.05'::decimal(3,2)",
              "'99999999999999999999999999999999999999'::decimal(38,0)"};
    default: return {"null"};
  }
}

TEST(Functions, WhatHasNoDocumentedErrorNeverFails) {
  for (const Function& function : functions()) {
    if (!function.doc.errors.empty() || function.kernel == nullptr) continue;
    const auto all = overloads(function.name);
    const auto overload = std::find_if(all.begin(), all.end(), [&](const Overload& candidate) {
      return candidate.function->signature == function.signature;
    });
    ASSERT_NE(overload, all.end());
    const size_t count = overload->parameters.size();
    size_t combinations = 1;
    std::vector<std::vector<std::string>> edges;
    for (size_t i = 0; i < count; ++i) {
      edges.push_back(edges_of(overload->takes_any[i] ? kInt64Type : overload->parameters[i]));
      combinations *= edges.back().size();
    }
    for (size_t at = 0; at < combinations; ++at) {
      std::string text = std::string(function.name) + "(";
      for (size_t i = 0, rest = at; i < count; rest /= edges[i++].size())
        text += (i == 0 ? "" : ", ") + edges[i][rest % edges[i].size()];
      ExpressionTester tester;
      const std::string value = tester.value(text + ")");
      EXPECT_FALSE(value.starts_with("error: ")) << text << "): " << value;
    }
  }
}

/// The example with each literal replaced by a column that holds it in `rows` rows.
std::string with_columns(const Function& function, size_t rows, ExpressionTester& tester) {
  const std::string text(function.example);
  Diagnostics diagnostics;
  const SourceText source = source_of(text);
  Mistakes mistakes(source, diagnostics);
  const auto tokens = tokenize(mistakes);
  std::string result;
  size_t copied = 0;
  for (size_t i = 0; i < tokens->size(); ++i) {
    const Token& token = (*tokens)[i];
    const bool typed =
        token.kind == TokenKind::kString && i > 0 &&
        ((*tokens)[i - 1].is_word("date") || (*tokens)[i - 1].is_word("timestamp") ||
         (*tokens)[i - 1].is_word("timestamptz") || (*tokens)[i - 1].is_word("interval") ||
         (*tokens)[i - 1].is_word("decimal") || (*tokens)[i - 1].is_word("time") ||
         (*tokens)[i - 1].is_word("uuid") || (*tokens)[i - 1].is_word("inet"));
    const Type type = typed && (*tokens)[i - 1].is_word("decimal") ? read_decimal(token.text)->type
                      : typed                             ? *parse_type((*tokens)[i - 1].lower)
                      : token.kind == TokenKind::kInteger ? kInt64Type
                      : token.kind == TokenKind::kFloat   ? kFloat64Type
                      : token.kind == TokenKind::kString  ? kUtf8Type
                                                          : kNullType;
    if (type.is(TypeId::kNull)) continue;
    const std::string name = "c" + std::to_string(i);
    tester.add({name, type, std::vector<std::optional<std::string>>(rows, token.text)});
    const size_t begin = typed ? (*tokens)[i - 1].range.begin : token.range.begin;
    result += text.substr(copied, begin - copied) + name;
    copied = token.range.end;
  }
  return result + text.substr(copied);
}

TEST(Functions, ExamplesGiveTheSameOverColumns) {
  constexpr size_t kRows = 70;
  for (const Function& function : functions()) {
    ExpressionTester tester;
    const std::string text = with_columns(function, kRows, tester);
    if (tester.schema().size() == 0 || function.name == "typeof") continue;
    if (function.name == "list_aggregate" || function.name == "struct_extract" ||
        function.name == "from_json")
      continue;  // these need names
    if (function.decimal != nullptr && text.find(',') != std::string::npos)
      continue;  // digits that are not constant give another scale
    const std::vector<uint32_t> some = {0, 3, 64, 69};
    const Outcome all = tester.evaluate(text);
    const Outcome part = tester.evaluate(text, &some);
    EXPECT_TRUE(all.faults.empty()) << text << ": " << all.faults.begin()->second;
    EXPECT_EQ(all.values, std::vector<std::string>(kRows, std::string(function.result))) << text;
    EXPECT_EQ(part.values, std::vector<std::string>(some.size(), std::string(function.result)))
        << text;
  }
}

TEST(Functions, AreDescribed) {
  for (const Function& function : functions()) {
    EXPECT_TRUE(function.signature.starts_with(function.name)) << function.signature;
    EXPECT_NE(function.signature.find(" -> "), std::string_view::npos) << function.signature;
    const std::string_view doc = function.doc.text;
    EXPECT_TRUE(doc.ends_with('.') || doc.ends_with('?')) << function.name;
    EXPECT_FALSE(function.section.empty()) << function.name;
    EXPECT_TRUE(std::none_of(function.name.begin(), function.name.end(),
                             [](char c) { return c >= 'A' && c <= 'Z'; }));
  }
}

TEST(Functions, SignaturesGiveTypes) {
  const auto found = overloads("substr");
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[1].parameters, (std::vector<Type>{kUtf8Type, kInt64Type, kInt64Type}));
  EXPECT_EQ(found[1].required, 3u);
  EXPECT_EQ(found[1].result, kUtf8Type);
  const auto concat = overloads("concat_ws");
  ASSERT_EQ(concat.size(), 1u);
  EXPECT_TRUE(concat[0].repeats);
  EXPECT_TRUE(concat[0].takes_any[1]);
  EXPECT_FALSE(concat[0].takes_any[0]);
  EXPECT_TRUE(overloads("no_such_function").empty());
}

TEST(Functions, AreListedOncePerSignature) {
  std::vector<std::string> signatures;
  for (const Function& function : functions()) signatures.emplace_back(function.signature);
  std::sort(signatures.begin(), signatures.end());
  EXPECT_EQ(std::unique(signatures.begin(), signatures.end()), signatures.end());
  EXPECT_TRUE(std::is_sorted(functions().begin(), functions().end(),
                             [](const Function& a, const Function& b) { return a.name < b.name; }));
}

}  // namespace
}  // namespace leat::expr
