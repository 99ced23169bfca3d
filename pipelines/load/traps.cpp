// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Traps that leave a valid document behind: YAML read a comment, a mapping or a bare word where an
// expression was meant.
//
// Invariants:
//  1. A trap is reported only where the expression cannot be right: a quote stays open, a comment
//     is one of PostgreSQL's operators with its operand, or a mapping stands where a scalar is
//     wanted. Any other comment behind a complete expression is a comment.
//  2. What a trap reports is not reported again: the caller does not bind the stage.
//  3. Collections in braces and brackets are the business of cut_values.cpp.
//
// Rejected: warnings ("did you mean a text?") for quoted words which are columns: most are right,
// and a check that cries wolf is switched off. The hint is added to errors only.
#include "pipelines/load/traps.h"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>

#include "engine/codes/form.h"
#include "pipelines/load/scalars.h"
#include "pipelines/text/correction.h"

namespace leat::pipelines {
namespace {

bool is_word(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

/// Does the SQL text or name that `expression` opened stay open?
bool ends_inside_quotes(std::string_view expression) {
  char open = 0;
  for (const char c : expression) {
    if (open == 0 && (c == '\'' || c == '"')) {
      open = c;
    } else if (c == open) {
      open = 0;
    }
  }
  return open != 0;
}

char first_character(const Document& document, Span span) {
  return span.begin < document.text().size() ? document.text()[span.begin] : '\0';
}

/// Is the comment `text` an operator of PostgreSQL with its operand, `#>> '{a,b}'`?
bool is_operator(std::string_view text) {
  for (const std::string_view symbol : {"#>>", "#>", "#-"}) {
    if (!text.starts_with(symbol)) continue;
    const size_t operand = text.find_first_not_of(" \t", symbol.size());
    return operand != std::string_view::npos && std::string_view("'$(").contains(text[operand]);
  }
  return false;
}

/// `filter: name = 'a #1'`, or `select: [o #>> '{a,b}']`
bool report_comment(const Document& document, const OptionNode& node, Diagnostics& diagnostics) {
  const bool plain = !node.scalar.quoted() &&
                     !std::string_view("|>").contains(first_character(document, node.span));
  if (!plain) return false;
  const std::string_view text = document.text();
  size_t at = node.span.end;
  while (at < text.size() && (text[at] == ' ' || text[at] == '\t')) ++at;
  if (at == node.span.end || at >= text.size() || text[at] != '#') return false;
  if (!ends_inside_quotes(node.scalar.text()) && !is_operator(text.substr(at))) return false;
  const auto hash = static_cast<uint32_t>(at);
  std::string hint = "write the expression as a block that begins with '|'";
  if (is_operator(text.substr(at))) {
    hint = "follow the path of a json value with -> and ->>: x -> 'a' ->> 'b'";
  } else if (document.line_number(node.span.begin) == document.line_number(hash)) {
    hint = fmt::format("quote the expression:\n{}",
                       quoted_line(document, rest_of_value(document, node.span.begin)));
  }
  diagnostics.error(code::kCommentCuts, {hash, hash + 1},
                    "' #' begins a comment, which cuts the expression off", std::move(hint));
  return true;
}

/// `columns: [..]` or a list item `case when a then 'x: y' end`, which YAML reads as a mapping.
bool report_mapping(const Document& document, const OptionNode& node, Diagnostics& diagnostics) {
  if (node.entries.empty() || first_character(document, node.span) == '{') return false;
  const SourceText& key = node.entries.front().name;
  if (is_word(key.text()) || key.quoted()) return false;
  const uint32_t begin = key.span().begin;
  const auto colon = static_cast<uint32_t>(document.text().find(':', key.span().end));
  diagnostics.error(code::kNeedsQuotes, {colon, colon + 1},
                    "': ' makes a mapping of this expression",
                    fmt::format("quote the expression:\n{}",
                                quoted_line(document, rest_of_value(document, begin))));
  return true;
}

/// Is the main option of `definition` an expression or a list of them?
bool main_is_expression(const OperatorDef& definition) {
  for (const OptionDef& option : definition.options) {
    if (option.name != definition.main_option) continue;
    return option.type == OptionType::kExpression || option.type == OptionType::kExpressions;
  }
  return false;
}

bool has_option(const OperatorDef& definition, std::string_view name) {
  return std::any_of(definition.options.begin(), definition.options.end(),
                     [name](const OptionDef& option) { return option.name == name; });
}

}  // namespace

bool report_option_traps(const Document& document, const StageSpec& stage,
                         Diagnostics& diagnostics) {
  const OperatorDef& definition = *stage.definition;
  const bool mapping = stage.options.kind == OptionNode::Kind::kMap;
  if (mapping && main_is_expression(definition) && !stage.options.entries.empty() &&
      !has_option(definition, stage.options.entries.front().name.text()) &&
      report_mapping(document, stage.options, diagnostics)) {
    return true;
  }
  bool reported = false;
  visit_values(definition, stage.options, [&](const OptionNode& node, ScalarUse use) {
    if (use != ScalarUse::kExpression) return;
    if (node.kind == OptionNode::Kind::kScalar)
      reported |= report_comment(document, node, diagnostics);
    if (node.kind == OptionNode::Kind::kMap)
      reported |= report_mapping(document, node, diagnostics);
  });
  return reported;
}

namespace {

/// Has `text`, which is made of words, one that stands between others in conditions, or a cast?
bool is_surely_expression(std::string_view text) {
  constexpr std::array<std::string_view, 8> kBetween{"::",     " and ", " or ", " between ",
                                                     " like ", " in ",  " is ", " not "};
  return std::any_of(kBetween.begin(), kBetween.end(),
                     [&](std::string_view word) { return text.contains(word); });
}

}  // namespace

std::string removed_quotes_hint(const Document& document, const SourceText& expression) {
  const std::string& content = expression.text();
  const bool words = std::all_of(content.begin(), content.end(), [](char c) {
    return is_word(std::string_view(&c, 1)) || std::string_view(" .-/:@").contains(c);
  });
  if (!expression.quoted() || content.empty() || !words || is_surely_expression(content)) return {};
  const std::string text = fmt::format("'{}'", content);
  return fmt::format("YAML removed the quotes; for the text {} write:\n{}", text,
                     corrected_line(document, {{expression.span(), yaml_quoted(text)}}));
}

}  // namespace leat::pipelines
