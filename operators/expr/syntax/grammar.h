// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The parser's grammar, for the files that hold its parts: parser.cpp, parser_operands.cpp,
// parser_lists.cpp and parser_windows.cpp.
//
// A Pratt parser: prefix() reads what can begin an expression, infix() what can follow one, and
// binding powers decide who gets the operand in between. Powers are PostgreSQL's table of
// precedences.
#pragma once

#include <string_view>
#include <utility>
#include <vector>

#include "operators/expr/syntax/parser.h"
#include "operators/expr/syntax/token_reader.h"

namespace leat::expr {

enum Power : int {
  kLowest = 0,
  kOr,
  kAnd,
  kNot,
  kIs,
  kCompare,
  kRange,  // between in like
  kOther,  // || ~ ->
  kSum,
  kProduct,
  kPower,
  kZone,  // at time zone
  kCollate,
  kSign,
  kSubscript,
  kCast,
  kDot,
};

/// THREADS: one. A function that returns a null expression has reported why.
class Parser : private TokenReader {
 public:
  using TokenReader::TokenReader;

  AstRef whole();
  ParsedSortKey sort_key();
  ParsedItem item();

 private:
  static AstRef make(AstKind kind, Range range, Range operation);
  static AstRef combine(AstKind kind, AstRef left, AstRef right, Range operation);
  AstRef leaf(AstKind kind);

  AstRef expression(int power);

  // In parser_operands.cpp: what begins an expression.
  AstRef prefix();
  AstRef parenthesis();
  AstRef word();
  AstRef negation();
  AstRef typed_literal();
  /// `interval '1' day` and `interval '1-2' year to month`: what may stand behind the text.
  void interval_unit(Ast& literal);
  AstRef case_expression();
  AstRef cast_call();
  AstRef extract();
  /// `position(a in b)` becomes the call position(a, b).
  AstRef position();
  /// `substring(text from start for count)` becomes a call with commas.
  AstRef substring();
  /// `overlay(text placing part from start for count)` becomes a call with commas.
  AstRef overlay();
  /// `trim([leading | trailing | both] [characters] from text)` becomes ltrim, rtrim or trim.
  AstRef trim();
  AstRef open_call();
  AstRef close_call(AstRef node);
  AstRef call();
  /// The arguments after the first, and the closing parenthesis.
  AstRef arguments(AstRef node);
  /// `order by key, ...` inside a call, or in the parentheses behind `within group`.
  bool order_clause(Ast& call);
  AstRef within_group_clause(AstRef node);
  AstRef filter_clause(AstRef node);

  // In parser_lists.cpp: lists, structs and lambdas.
  AstRef list_literal();
  AstRef struct_literal();
  /// `list[index]` or `list[from:to]`.
  AstRef subscript(AstRef left);
  AstRef slice(AstRef left, AstRef from, Range open);
  bool at_quantifier() const;
  /// What stands behind `left =`: `any(list)`.
  AstRef quantified(AstRef left, const Token& operation);
  bool at_lambda() const;
  AstRef lambda();
  /// An argument of `call`: where one is expected, a lambda; `name := value`.
  AstRef argument(Ast& call);

  // In parser_windows.cpp: what makes a call one over a window.
  AstRef window_clause(AstRef node);
  bool window(AstWindow& window);
  bool frame(AstFrame& frame);
  bool frame_bound(AstFrame::Bound& bound);
  bool frame_exclusion(AstFrame& frame);
  bool check_order(const AstFrame& frame);
  /// False after reporting what should stand here.
  bool missing(std::string_view wanted);

  // In parser.cpp: what follows one.
  /// A sort key without what may stand behind it.
  ParsedSortKey sort_term();
  int infix_power() const;
  static bool is_range_word(const Token& token);
  static int symbol_power(std::string_view symbol);
  AstRef infix(AstRef left, int power);
  AstRef logical(AstRef left, int power);
  AstRef binary(AstRef left, int power);
  AstRef is(AstRef left);
  AstRef range(AstRef left);
  /// `time at time zone zone` becomes the call timezone(zone, time).
  AstRef at_time_zone(AstRef time);
  /// `text collate "C"`, which is the order that texts have.
  AstRef collate(AstRef text);
  AstRef in_list(AstRef node);
  AstRef like(AstRef node, bool insensitive);
  /// `text similar to pattern escape character` becomes the call similar_to(text, pattern,
  /// character).
  AstRef similar_to(AstRef node);
  AstRef field(AstRef left);
  /// `vendor.name(...)`: a function of a plugin.
  AstRef qualified_call(const Ast& vendor);
  AstRef cast_operator(AstRef left);

  size_t depth_ = 0;
};

}  // namespace leat::expr
