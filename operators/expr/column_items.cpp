// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Which columns an item stands for is decided here and nowhere else, so that a pattern means the
// same in every operator that takes one.
//
// Invariants:
//  1. A column whose name is the text of the item, letter by letter, is that column, whatever else
//     the text could be read as.
//  2. An item that stands for no column is a mistake: a pattern with a slip would otherwise do
//     nothing, silently.
//
// Rejected: `*` and `columns()` as forms of the expression grammar. They stand for several values,
// which no place inside an expression can take.
#include "operators/expr/column_items.h"

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <re2/re2.h>

#include "engine/codes/expression.h"
#include "engine/codes/option.h"
#include "operators/expr/binding/mistakes.h"
#include "operators/expr/syntax/token_reader.h"
#include "operators/text/ascii.h"
#include "operators/text/unsplit_header.h"

namespace leat::expr {

namespace {

std::vector<std::string> names_of(const Schema& input) {
  std::vector<std::string> names;
  for (const Field& field : input.fields()) names.push_back(field.name);
  return names;
}

/// The tokens of an item that is one; nullopt, without a report, of others.
std::optional<std::vector<Token>> tokens_of(const SourceText& item) {
  Diagnostics ignored;
  Mistakes mistakes(item, ignored);
  return tokenize(mistakes);
}

/// `columns('pattern')`, and nothing else?
bool is_pattern(const std::vector<Token>& tokens) {
  return tokens.size() == 5 && tokens[0].is_word("columns") && tokens[1].is_symbol("(") &&
         tokens[2].kind == TokenKind::kString && tokens[3].is_symbol(")");
}

std::optional<std::vector<MeantColumn>> matching_columns(const SourceText& item,
                                                         const Token& pattern, const Schema& input,
                                                         Diagnostics& diagnostics) {
  const Span where = item.span(pattern.range.begin, pattern.range.end);
  const re2::RE2 expression(pattern.text, re2::RE2::Quiet);
  if (!expression.ok()) {
    diagnostics.error(code::kBadPattern, where,
                      fmt::format("this is no regular expression: {}", expression.error()),
                      "patterns of columns are of RE2: https://github.com/google/re2/wiki/Syntax");
    return std::nullopt;
  }
  std::vector<MeantColumn> columns;
  for (size_t i = 0; i < input.size(); ++i) {
    const std::string& name = input[i].name;
    std::string group = name;
    const bool has_group = expression.NumberOfCapturingGroups() > 0;
    const bool matches = has_group ? re2::RE2::PartialMatch(name, expression, &group)
                                   : re2::RE2::PartialMatch(name, expression);
    if (matches) columns.push_back({i, group.empty() ? name : std::move(group)});
  }
  if (!columns.empty()) return columns;
  diagnostics.error(code::kUnknownColumn, where,
                    fmt::format("no column of the input matches the pattern '{}'", pattern.text),
                    fmt::format("its columns are '{}'", fmt::join(names_of(input), "', '")));
  return std::nullopt;
}

/// The bytes [begin, end) of `source` as a text of their own.
SourceText part_of(const SourceText& source, size_t begin, size_t end) {
  std::vector<SourceText::Piece> pieces;
  for (size_t i = begin; i < end; ++i) {
    const uint32_t place = source.span(i, i).begin;
    const auto at = static_cast<uint32_t>(i - begin);
    if (pieces.empty() || pieces.back().document_offset + (at - pieces.back().text_offset) != place)
      pieces.push_back({at, place});
  }
  return SourceText(source.text().substr(begin, end - begin), source.span(begin, end),
                    std::move(pieces));
}

/// Reads `* [except (...)] [replace (...)]`.
class StarItem {
 public:
  StarItem(const SourceText& item, std::vector<Token> tokens, const Schema& input,
           const Environment& environment, Diagnostics& diagnostics)
      : item_(item),
        input_(input),
        environment_(environment),
        diagnostics_(diagnostics),
        mistakes_(item, diagnostics),
        reader_(mistakes_, std::move(tokens)) {}

  std::optional<std::vector<NamedProgram>> compile() {
    const size_t errors_before = diagnostics_.count();
    reader_.take();
    std::set<std::string_view> seen;
    while (!reader_.at_end() && diagnostics_.count() == errors_before) {
      const Token word = reader_.take();
      const bool known = word.is_word("except") || word.is_word("replace");
      if (!known || !seen.insert(word.is_word("except") ? "except" : "replace").second) {
        mistakes_.add(code::kSyntax, word.range,
                      fmt::format("'{}' cannot stand here", mistakes_.quote(word.range)),
                      "behind '*' stand 'except (a, b)', 'replace (expression as x)' or both");
      } else if (word.is_word("except")) {
        read_list([this](size_t begin, size_t end) { except(part_of(item_, begin, end)); });
      } else {
        read_list([this](size_t begin, size_t end) { replace(part_of(item_, begin, end)); });
      }
    }
    if (diagnostics_.count() != errors_before) return std::nullopt;
    return columns();
  }

 private:
  /// Calls `take` with the bounds of each item of `(item, item)`.
  template <typename Take>
  void read_list(const Take& take) {
    if (!reader_.expect("(")) return;
    int depth = 0;
    uint32_t begin = reader_.previous().range.end;
    while (!reader_.at_end()) {
      const Token token = reader_.take();
      const bool closes = token.is_symbol(")") || token.is_symbol("]");
      if (depth == 0 && (token.is_symbol(",") || token.is_symbol(")"))) {
        take(begin, token.range.begin);
        begin = token.range.end;
        if (token.is_symbol(")")) return;
      }
      if (closes) --depth;
      if (token.is_symbol("(") || token.is_symbol("[")) ++depth;
    }
    reader_.unexpected("')'");
  }

  void except(const SourceText& name) {
    const auto columns = meant_columns(name, input_, diagnostics_);
    if (!columns) return;
    for (const MeantColumn& column : *columns) left_out_.insert(column.column);
  }

  void replace(const SourceText& source) {
    auto item = compile_item(source, input_, environment_, diagnostics_);
    if (!item) return;
    if (!item->is_named) {
      diagnostics_.error(code::kSyntax, source.span(),
                         "'replace' needs the name of the column that it replaces",
                         fmt::format("write {} as name", item->text));
      return;
    }
    const SourceText name(item->name, source.span(), {});
    const auto column = require_column(name, input_, diagnostics_);
    if (!column) return;
    item->name = input_[*column].name;
    if (!replaced_.emplace(*column, std::move(*item)).second) {
      diagnostics_.error(code::kNamedTwice, source.span(),
                         fmt::format("column '{}' is replaced twice", input_[*column].name),
                         "remove one of them");
    }
  }

  std::optional<std::vector<NamedProgram>> columns() {
    std::vector<NamedProgram> programs;
    for (size_t i = 0; i < input_.size(); ++i) {
      const auto replaced = replaced_.find(i);
      const bool out = left_out_.contains(i);
      if (replaced != replaced_.end() && out) {
        diagnostics_.error(code::kNamedTwice, item_.span(),
                           fmt::format("column '{}' is left out and replaced", input_[i].name),
                           "remove it from 'except' or from 'replace'");
        return std::nullopt;
      }
      if (out) continue;
      programs.push_back(
          replaced != replaced_.end()
              ? std::move(replaced->second)
              : NamedProgram{column_program(input_, i), input_[i].name, input_[i].name, false});
    }
    return programs;
  }

  const SourceText& item_;
  const Schema& input_;
  const Environment& environment_;
  Diagnostics& diagnostics_;
  Mistakes mistakes_;
  TokenReader reader_;
  std::set<size_t> left_out_;
  std::map<size_t, NamedProgram> replaced_;
};

}  // namespace

std::optional<size_t> require_column(const SourceText& name, const Schema& input,
                                     Diagnostics& diagnostics) {
  const auto column = find_column(input, name.text());
  if (!column) {
    std::string hint = io::unsplit_header_hint(names_of(input));
    if (hint.empty()) hint = did_you_mean(name.text(), names_of(input));
    diagnostics.error(code::kUnknownColumn, name.span(),
                      fmt::format("the input has no column '{}'", name.text()), std::move(hint));
  }
  return column;
}

std::string quoted_name(std::string_view name) {
  std::string quoted = "\"";
  for (const char c : name) quoted.append(c == '"' ? 2 : 1, c);
  return quoted + '"';
}

bool is_column_pattern(const SourceText& item) {
  const auto tokens = tokens_of(item);
  return tokens && is_pattern(*tokens);
}

std::optional<std::vector<MeantColumn>> meant_columns(const SourceText& item, const Schema& input,
                                                      Diagnostics& diagnostics) {
  std::optional<size_t> column = input.find(item.text());
  if (!column) {
    const auto tokens = tokens_of(item);
    if (tokens && is_pattern(*tokens))
      return matching_columns(item, (*tokens)[2], input, diagnostics);
    const bool one_name = tokens && tokens->size() == 2 &&
                          (tokens->front().kind == TokenKind::kQuotedName ||
                           tokens->front().kind == TokenKind::kName);
    if (one_name) {
      const Token& name = tokens->front();
      const SourceText text(name.text, item.span(name.range.begin, name.range.end), {});
      column = require_column(text, input, diagnostics);
    } else {
      column = require_column(item, input, diagnostics);
    }
  }
  if (!column) return std::nullopt;
  return std::vector<MeantColumn>{{*column, input[*column].name}};
}

std::vector<size_t> meant_columns(const std::vector<SourceText>& items, const Schema& input,
                                  Diagnostics& diagnostics) {
  std::vector<size_t> columns;
  for (const SourceText& item : items) {
    const auto meant = meant_columns(item, input, diagnostics);
    if (!meant) continue;
    for (const MeantColumn& column : *meant) {
      if (std::find(columns.begin(), columns.end(), column.column) == columns.end()) {
        columns.push_back(column.column);
      } else {
        diagnostics.error(code::kNamedTwice, item.span(),
                          fmt::format("column '{}' is named twice", input[column.column].name),
                          "remove one of them");
      }
    }
  }
  return columns;
}

std::optional<std::vector<NamedProgram>> compile_items(const SourceText& item, const Schema& input,
                                                       const Environment& environment,
                                                       Diagnostics& diagnostics) {
  auto tokens = tokens_of(item);
  if (tokens && tokens->front().is_symbol("*"))
    return StarItem(item, std::move(*tokens), input, environment, diagnostics).compile();
  std::vector<NamedProgram> programs;
  if (tokens && is_pattern(*tokens)) {
    const auto columns = matching_columns(item, (*tokens)[2], input, diagnostics);
    if (!columns) return std::nullopt;
    for (const MeantColumn& column : *columns) {
      const std::string& name = input[column.column].name;
      programs.push_back({column_program(input, column.column), name, name, false});
    }
    return programs;
  }
  auto program = compile_item(item, input, environment, diagnostics);
  if (!program) return std::nullopt;
  programs.push_back(std::move(*program));
  return programs;
}

}  // namespace leat::expr
