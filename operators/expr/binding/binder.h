// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Ast -> program: looks up names, finds the function or operator for the operands' types, and
// inserts the casts that happen by themselves: int64 to float64, date to timestamp, NULL to
// anything, and text written in the expression to what the other operand is. Every mistake is
// reported; an operand that is itself a mistake causes no further ones.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "operators/data/type.h"
#include "operators/environment.h"
#include "operators/expr/functions/functions.h"
#include "operators/expr/kernels/kernels.h"
#include "operators/expr/program.h"
#include "operators/expr/syntax/ast.h"
#include "operators/expr/syntax/lambdas.h"

namespace leat::expr {

/// A typed operand. Without `ok` it is a mistake that has been reported.
struct Bound {
  uint32_t node = 0;
  Type type;
  Range range;
  bool ok = false;
  bool is_literal =
      false;  ///< Text written in the expression, which takes the type it is needed in.
};

/// Hints list the columns there are, up to so many.
inline constexpr size_t kColumnsListed = 12;

/// Which columns of two rows may be named.
enum class PairSide : uint8_t { kBoth, kLeft, kRight };

/// In an expression over two rows: `columns` are those of the left row, then those of the right.
struct PairNames {
  size_t left_columns;
  PairSide visible = PairSide::kBoth;
  /// Names that both sides have and that need no side, as their values are equal.
  std::span<const std::string> shared = {};
};

struct LambdaScope;

/// What names stand for.
struct Names {
  const Schema& columns;
  const Environment& environment;
  /// Aggregate calls that were computed before, and the columns that hold their values; null: no
  /// aggregates here.
  const std::map<const Ast*, size_t>* aggregates = nullptr;
  const std::vector<Field>* aggregate_columns = nullptr;  ///< They follow `columns`.
  const PairNames* pair = nullptr;                        ///< Null: of one row.
  /// Do calls have a value for each row, and not for each group?
  bool calls_by_row = false;
  /// In the body of a lambda: its parameters. Then `columns` are none.
  LambdaScope* lambda = nullptr;
};

/// The type that holds the values of both, as the values of `case` are merged; nullopt when there
/// is none.
std::optional<Type> merged_type(const Type& a, const Type& b);

/// Does one element decide, or must all?
enum class Quantifier : uint8_t { kAny, kAll };

class Binder {
 public:
  Binder(Mistakes& mistakes, const Names& names, ProgramBuilder& builder)
      : mistakes_(mistakes), names_(names), builder_(builder) {}

  Bound bind(const Ast& ast);
  /// Makes the operand bool, or reports that `who` needs one.
  bool require_bool(Bound& operand, std::string_view who);
  /// Gives both the type in which `=` compares them; false when there is none, or after reporting.
  bool equate(Bound& left, Bound& right);
  Bound binary_of(std::string_view symbol, Bound left, Bound right, Range range);
  /// As bind, and gives the operand the type `type` or reports that `who` has another.
  Bound bind_as(const Ast& ast, const Type& type, std::string_view who);

 private:
  using Operands = std::vector<Bound>;

  // binder.cpp: names, literals, conditions
  Bound column(const Ast& ast);
  Bound unknown_column(const Ast& ast);
  Bound parameter(const Ast& ast);
  Bound number(const Ast& ast);
  Bound typed_literal(const Ast& ast);
  Bound logical(const Ast& ast);
  Bound negation(const Ast& ast);
  Bound is(const Ast& ast);
  Bound case_form(const Ast& ast);

  // binder_pairs.cpp: names in an expression over two rows
  Bound pair_column(const Ast& ast);
  std::optional<Bound> side_column(const Ast& ast);
  std::optional<size_t> find_in_side(const Ast& name, PairSide side) const;
  Bound no_pair_column(const Ast& name, PairSide side);
  Bound column_node(size_t index, Range range);

  // binder_nested.cpp: parts of json, lists and structs
  Bound field(const Ast& ast);
  Bound field_of(const Ast& ast, const Bound& value, const std::string& name);
  Bound subscript(const Ast& ast);
  Bound json_part(const Ast& ast, Operands operands, const Type& type);

  // binder_json.cpp: values of every type to json
  std::optional<Bound> json_form(const Ast& ast);
  /// `json_from_entries(json_each(value))`: an object of a list of names and values.
  Bound json_from_entries(const Ast& ast);
  Bound json_path(const Ast& ast, Operands operands);

  // binder_lists.cpp: lists and structs
  Bound list_literal(const Ast& ast);
  Bound structure(const Ast& ast);
  Bound slice(const Ast& ast);
  std::optional<Bound> nested_form(const Ast& ast);
  /// array_to_string, which takes lists of every type.
  Bound joined_texts(const Ast& ast);
  Bound zip(const Ast& ast);
  /// Makes NULL a list; false after reporting that `function` needs one.
  bool as_list(Bound& operand, std::string_view function);
  static bool can_cast(const Type& from, const Type& to);
  Bound nested_cast(const Bound& operand, const Type& type, Range range, bool quiet);
  Bound struct_cast(const Bound& operand, const Type& type, Range range, bool quiet);
  /// nullopt when values of `type`, the common one, are no lists or structs that can be compared.
  std::optional<Bound> nested_comparison(Comparison comparison, Bound left, Bound right,
                                         const Type& type);
  Bound quantified(const Ast& ast);
  /// operands[0] with all others.
  Bound compare_values(const Ast& ast, Comparison comparison, Quantifier quantifier,
                       Operands operands);
  Bound compare_elements(const Ast& ast, Comparison comparison, Quantifier quantifier,
                         const Bound& value, Bound list);
  /// nullopt when neither side is a list.
  std::optional<Bound> list_concatenation(const Ast& ast, Operands operands);
  static std::optional<int> shape_cost(const Type& type, Shape shape);
  static Type shaped(const Type& element, Shape shape);
  /// Finds what T is, and gives the operands its type. False after reporting.
  bool settle_elements(const Ast& ast, const Overload& overload, Operands& operands, Type& element);

  // binder_lambdas.cpp: programs over elements
  struct ElementBody;
  Bound own_column(size_t index, Range range);
  std::optional<size_t> lambda_parameter(const Ast& ast) const;
  /// What is bound outside of this body, as a value in it.
  Bound captured(const Bound& outer);
  Bound capture(const Ast& ast);
  Bound lambda_column(const Ast& ast);
  /// Is it a column or a field of one, and not of a parameter of this lambda?
  bool is_of_row(const Ast& ast) const;
  /// Is it the call of an aggregate that was computed before?
  bool is_computed_call(const Ast& ast) const;
  /// `node` as a call of `kernel` with the program `value` of `body`.
  Bound elements_node(ElementBody& body, const Bound& value, Kernel kernel, const Operands& inputs,
                      Node node);
  const Ast* lambda_of(const Ast& ast, LambdaUse use);
  Bound lambda_call(const Ast& ast, LambdaUse use);
  Bound reduction(const Ast& ast, const Ast& lambda, Bound list);
  std::optional<Bound> list_fold(const Ast& ast);
  /// The exact sum or mean of a list.
  Bound list_sum(const Ast& ast, const std::string& name);

  // binder_operators.cpp: operators and comparisons
  Bound unary(const Ast& ast);
  Bound binary(const Ast& ast);
  /// `list && list`
  Bound overlap(const Ast& ast, Operands operands);
  Bound arithmetic(const Ast& ast, Operands operands);
  /// Of times and addresses; nullopt: there is none.
  std::optional<Bound> marked_arithmetic(const Ast& ast, Operands operands);
  /// Whether a network holds an address; between two sides of a join with the first and last that
  /// it can hold, so that pairs are found by their range.
  Bound network_condition(const Ast& ast, std::string_view name, Operands operands);
  /// REQUIRES: one of them is an instant, the other what a clock shows.
  std::string instant_hint(const Bound& left, const Bound& right) const;
  std::string text_operand_hint(const Ast& ast, const Operands& operands) const;
  Bound concatenation(const Ast& ast, Operands operands);
  Bound regular_expression(const Ast& ast, Operands operands);
  Bound comparison(Comparison comparison, Bound left, Bound right, Range range);
  Bound distinct(const Ast& ast);
  /// `value between from and to`.
  Bound within(const Ast& ast, const Bound& value, const Bound& from, const Bound& to);
  Bound between(const Ast& ast);
  Bound in(const Ast& ast);
  /// operands[0] in all others.
  Bound in_values(const Ast& ast, Operands operands);
  static std::optional<Comparison> comparison_of(std::string_view symbol);
  Bound in_constants(const Ast& ast, const Operands& operands);
  Bound like(const Ast& ast);
  /// Somebody may think that NULL equals NULL.
  void warn_of_null(const Ast& ast);
  void cannot_compare(const Bound& left, const Bound& right, Range range);

  // binder_decimals.cpp: what decimals do to what stands beside them
  /// With a decimal and no float64 among the operands, whole numbers and text written in the
  /// expression become decimals with the digits that were written; whole numbers only if asked for.
  enum class WholeNumbers : uint8_t { kKeep, kConvert };
  void settle_decimals(std::span<Bound> operands, WholeNumbers whole = WholeNumbers::kConvert);
  /// The digits of a constant number or text as a decimal constant; nullopt when it has none.
  std::optional<Bound> exact_decimal(const Bound& operand);
  std::optional<Bound> decimal_arithmetic(const Ast& ast, Operands operands);
  /// When the operands are decimals that no one decimal type can hold.
  std::optional<Bound> decimal_comparison(Comparison comparison, const Bound& left,
                                          const Bound& right);
  Bound to_decimal(const Bound& operand);
  static bool is_bare_decimal(std::string_view type_name);

  // binder_calls.cpp: functions and casts
  Bound call(const Ast& ast);
  std::optional<Bound> form(const Ast& ast);
  /// `from_json(value, 'list<int64>')`: a cast.
  Bound from_json(const Ast& ast);
  /// `make_interval(days => 3)`
  Bound named_interval(const Ast& ast);
  /// What a clock in UTC shows when the run began.
  Bound local_clock(const Ast& ast);
  /// random() and others without arguments, which draw by the number of the row.
  Bound drawn(const Ast& ast);
  /// `date_trunc(unit, time, zone)`: what a clock in the zone shows is truncated.
  Bound trunc_in_zone(const Ast& ast);
  Bound conditional_form(const Ast& ast);
  Bound extreme(const Ast& ast);
  Bound nullif(const Ast& ast);
  Bound extract(const Ast& ast);
  Bound function(const Ast& ast, std::string_view name, Operands operands);
  void settle_arguments(Operands& operands, std::span<const Overload> candidates);
  Bound apply(const Ast& ast, const Overload& overload, Operands operands);
  Bound cast(const Ast& ast);
  Bound bare_decimal_cast(const Ast& ast, const Bound& operand);
  std::span<const Overload> candidates_for(std::string_view name) const;
  Bound no_function(const Ast& ast, std::string_view name, std::span<const Overload> candidates,
                    const Operands& operands);

  // Shared.
  Operands bind_all(std::span<const AstRef> asts);
  static bool all_ok(const Operands& operands);
  /// What it costs to use `operand` where `type` is wanted; nullopt when that needs a cast.
  std::optional<int> cost(const Bound& operand, const Type& type) const;
  /// Inserts the casts that happen by themselves. REQUIRES: cost() has a value. False after
  /// reporting a literal that is no value of the type.
  bool coerce(Bound& operand, const Type& type);
  /// The type that all operands can have; nullopt when there is none.
  std::optional<Type> common_type(std::span<const Bound> operands) const;
  /// Gives all operands their common type; false after reporting, with `what` naming where they
  /// stand.
  bool unify(std::span<Bound> operands, std::string_view what);
  Bound cast_to(const Bound& operand, const Type& type, Range range, bool quiet);
  Bound limited_cast(const Bound& operand, const Type& type, Range range, bool quiet);
  Bound cast_node(const Bound& operand, Kernel kernel, const Type& type, Range range, bool quiet);
  Bound call_kernel(Kernel kernel, const Type& type, const Operands& operands, Range range,
                    bool strict = true);
  Bound constant(ColumnRef value, Range range);
  Bound add(Node node);
  Bound wrong(Code number, Range range, std::string message, std::string hint = {});

  Mistakes& mistakes_;
  Names names_;
  ProgramBuilder& builder_;
};

/// What the parameters of a lambda are, and what its body uses of the row around it.
struct LambdaScope {
  Binder* outer;
  std::vector<Field> own;          ///< The first columns of the body; a name may be empty.
  std::vector<uint32_t> captures;  ///< Nodes of `outer`, the columns behind those.
};

/// The body of a lambda, being bound.
struct Binder::ElementBody {
  ElementBody(Binder& outer, std::vector<Field> own);

  LambdaScope scope;
  ProgramBuilder builder;
  Binder binder;
};

}  // namespace leat::expr
