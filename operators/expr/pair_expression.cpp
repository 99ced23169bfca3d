// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/expr/pair_expression.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "engine/codes/expression.h"
#include "operators/expr/binding/binder.h"
#include "operators/expr/kernels/constant.h"
#include "operators/expr/program.h"
#include "operators/expr/syntax/parser.h"

namespace leat::expr {
namespace {

/// The part of `nodes` that `roots` need, as a program with `shift` taken off its columns. Several
/// roots are joined by `and`.
ProgramRef part_of(const Program& program, const std::vector<uint32_t>& roots, size_t shift) {
  const std::vector<Node>& nodes = program.nodes();
  std::vector<uint32_t> uses(nodes.size(), 0);
  for (const uint32_t root : roots) ++uses[root];
  for (size_t i = nodes.size(); i-- > 0;) {
    if (uses[i] == 0) continue;
    for (const uint32_t input : nodes[i].inputs) ++uses[input];
  }
  std::vector<Node> kept;
  std::vector<uint32_t> moved(nodes.size(), 0);
  for (size_t i = 0; i < nodes.size(); ++i) {
    if (uses[i] == 0) continue;
    moved[i] = static_cast<uint32_t>(kept.size());
    Node node = nodes[i];
    for (uint32_t& input : node.inputs) input = moved[input];
    if (node.kind == NodeKind::kColumn) node.column -= shift;
    node.shared = uses[i] > 1 && node.kind != NodeKind::kColumn && node.kind != NodeKind::kConstant;
    kept.push_back(std::move(node));
  }
  uint32_t root = moved[roots.front()];
  if (roots.size() > 1) {
    Node both;
    both.kind = NodeKind::kAnd;
    both.type = kBoolType;
    both.range = program.node(program.root()).range;
    for (const uint32_t part : roots) both.inputs.push_back(moved[part]);
    root = static_cast<uint32_t>(kept.size());
    kept.push_back(std::move(both));
  }
  return std::make_shared<Program>(program.source(), program.name(), std::move(kept), root);
}

/// The operands of the `and`s at the top.
void list_conjuncts(const Program& program, uint32_t index, std::vector<uint32_t>& conjuncts) {
  const Node& node = program.node(index);
  if (node.kind != NodeKind::kAnd) {
    conjuncts.push_back(index);
    return;
  }
  for (const uint32_t input : node.inputs) list_conjuncts(program, input, conjuncts);
}

/// The column that node `index` holds, possibly widened, which cannot fail.
std::optional<size_t> safe_column(const Program& program, uint32_t index) {
  const Node& node = program.node(index);
  if (node.kind == NodeKind::kColumn) return node.column;
  if (node.kind != NodeKind::kCall || node.inputs.size() != 1) return std::nullopt;
  const Node& input = program.node(node.inputs[0]);
  if (input.kind != NodeKind::kColumn) return std::nullopt;
  const TypeId from = input.type.id();
  const TypeId to = node.type.id();
  const bool widens = (from == TypeId::kInt64 && to == TypeId::kFloat64) ||
                      (from == TypeId::kDate && to == TypeId::kTimestamp) ||
                      (from == TypeId::kDecimal && to == TypeId::kFloat64);
  return widens && node.kernel == cast_kernel(input.type, node.type) ? std::optional(input.column)
                                                                     : std::nullopt;
}

Comparison mirrored(Comparison comparison) {
  switch (comparison) {
    case Comparison::kLess: return Comparison::kGreater;
    case Comparison::kLessEqual: return Comparison::kGreaterEqual;
    case Comparison::kGreater: return Comparison::kLess;
    case Comparison::kGreaterEqual: return Comparison::kLessEqual;
    default: return comparison;
  }
}

/// `index` as a comparison of a left with a right column.
std::optional<PairComparison> as_comparison(const Program& program, uint32_t index,
                                            size_t left_columns) {
  const Node& node = program.node(index);
  if (node.kind != NodeKind::kCall || node.inputs.size() != 2) return std::nullopt;
  const Type& type = program.node(node.inputs[0]).type;
  constexpr std::array kOrders{Comparison::kLess, Comparison::kLessEqual, Comparison::kGreater,
                               Comparison::kGreaterEqual};
  const auto* const found = std::find_if(kOrders.begin(), kOrders.end(), [&](Comparison order) {
    return node.kernel == comparison_kernel(order, type);
  });
  if (found == kOrders.end()) return std::nullopt;
  const std::optional<size_t> first = safe_column(program, node.inputs[0]);
  const std::optional<size_t> second = safe_column(program, node.inputs[1]);
  if (!first || !second || (*first < left_columns) == (*second < left_columns)) return std::nullopt;
  const bool in_order = *first < left_columns;
  const uint32_t left = node.inputs[in_order ? 0 : 1];
  const uint32_t right = node.inputs[in_order ? 1 : 0];
  return PairComparison{in_order ? *found : mirrored(*found), part_of(program, {left}, 0),
                        part_of(program, {right}, left_columns)};
}

std::string described(const Bound& key, std::string_view stage, const Mistakes& mistakes) {
  const std::string of = stage.empty() ? std::string() : fmt::format(" of '{}'", stage);
  return fmt::format("'{}'{} is {}", mistakes.quote(key.range), of, to_string(key.type));
}

std::optional<size_t> plain_column(const ProgramBuilder& builder, const Bound& bound) {
  const Node& node = builder[bound.node];
  return node.kind == NodeKind::kColumn ? std::optional(node.column) : std::nullopt;
}

void not_comparable(Mistakes& mistakes, const Bound& left, const Bound& right,
                    const PairColumns& columns) {
  const std::string left_text = mistakes.quote(left.range);
  const std::string right_text = mistakes.quote(right.range);
  std::string hint = left.type == right.type
                         ? fmt::format("values of type {} cannot be keys", to_string(left.type))
                         : fmt::format("{}, {}; cast one side: {} = {}::{}",
                                       described(left, columns.left_name, mistakes),
                                       described(right, columns.right_name, mistakes), left_text,
                                       right_text, to_string(left.type));
  mistakes.add(code::kJoinKeys, join(left.range, right.range),
               fmt::format("cannot match {} with {}", to_string(left.type), to_string(right.type)),
               std::move(hint));
}

}  // namespace

Schema pair_schema(const Schema& left, const Schema& right) {
  std::vector<Field> fields = left.fields();
  fields.insert(fields.end(), right.fields().begin(), right.fields().end());
  return Schema(std::move(fields));
}

std::optional<KeyPair> compile_key_pair(const SourceText& source, const PairColumns& columns,
                                        const Environment& environment, Diagnostics& diagnostics) {
  Mistakes mistakes(source, diagnostics);
  const AstRef ast = parse(mistakes);
  if (!ast) return std::nullopt;
  const bool is_pair = ast->kind == AstKind::kBinary && ast->text == "=";
  if (!is_pair && ast->kind != AstKind::kColumn) {
    mistakes.add(code::kJoinKeys, ast->range, "a key is a column of both sides, or an equation",
                 "write: expression of the left = expression of the right; other conditions stand "
                 "under 'where'");
    return std::nullopt;
  }
  const Schema schema = pair_schema(columns.left, columns.right);
  const PairNames left_names{columns.left.size(), PairSide::kLeft, {}};
  const PairNames right_names{columns.left.size(), PairSide::kRight, {}};
  ProgramBuilder builder(mistakes);
  Binder left_binder(mistakes, {schema, environment, nullptr, nullptr, &left_names}, builder);
  Binder right_binder(mistakes, {schema, environment, nullptr, nullptr, &right_names}, builder);
  Bound left = left_binder.bind(is_pair ? *ast->inputs[0] : *ast);
  Bound right = right_binder.bind(is_pair ? *ast->inputs[1] : *ast);
  if (!left.ok || !right.ok || mistakes.any()) return std::nullopt;
  KeyPair pair;
  pair.left_column = plain_column(builder, left);
  pair.right_column = plain_column(builder, right);
  if (pair.right_column) *pair.right_column -= columns.left.size();
  const Bound written[2] = {left, right};
  if (!left_binder.equate(left, right)) {
    if (!mistakes.any()) not_comparable(mistakes, written[0], written[1], columns);
    return std::nullopt;
  }
  pair.type = left.type;
  const ProgramRef both[2] = {builder.finish(left.node, mistakes.quote(written[0].range)),
                              builder.finish(right.node, mistakes.quote(written[1].range))};
  pair.left = both[0];
  pair.right = part_of(*both[1], {both[1]->root()}, columns.left.size());
  return pair;
}

std::optional<PairCondition> compile_pair_condition(const SourceText& source,
                                                    const PairColumns& columns,
                                                    const Environment& environment,
                                                    Diagnostics& diagnostics) {
  Mistakes mistakes(source, diagnostics);
  const AstRef ast = parse(mistakes);
  if (!ast) return std::nullopt;
  const Schema schema = pair_schema(columns.left, columns.right);
  const PairNames names{columns.left.size(), PairSide::kBoth, columns.shared};
  ProgramBuilder builder(mistakes);
  Binder binder(mistakes, {schema, environment, nullptr, nullptr, &names}, builder);
  Bound result = binder.bind(*ast);
  binder.require_bool(result, "a condition");
  if (!result.ok || mistakes.any()) return std::nullopt;
  PairCondition condition;
  condition.whole = builder.finish(result.node, mistakes.quote(ast->range));
  const Program& program = *condition.whole;
  std::vector<uint32_t> conjuncts;
  list_conjuncts(program, program.root(), conjuncts);
  std::vector<uint32_t> others;
  for (const uint32_t conjunct : conjuncts) {
    if (auto comparison = as_comparison(program, conjunct, columns.left.size())) {
      condition.comparisons.push_back(std::move(*comparison));
    } else {
      others.push_back(conjunct);
    }
  }
  if (!others.empty()) condition.rest = part_of(program, others, 0);
  return condition;
}

ProgramRef compile_tolerance(const SourceText& source, const Type& time,
                             const Environment& environment, Diagnostics& diagnostics) {
  Mistakes mistakes(source, diagnostics);
  const AstRef ast = parse(mistakes);
  if (!ast) return nullptr;
  const Schema schema({{"earlier", time}, {"later", time}});
  ProgramBuilder builder(mistakes);
  const Schema no_columns;
  Binder constants(mistakes, {no_columns, environment, nullptr, nullptr}, builder);
  const Bound tolerance = constants.bind(*ast);
  if (!tolerance.ok) return nullptr;
  Binder binder(mistakes, {schema, environment, nullptr, nullptr}, builder);
  Ast name;
  name.kind = AstKind::kColumn;
  name.range = name.operation = ast->range;
  name.text = "earlier";
  const Bound earlier = binder.bind(name);
  name.text = "later";
  const Bound later = binder.bind(name);
  const Bound bound = binder.binary_of("+", earlier, tolerance, ast->range);
  const Bound within = binder.binary_of("<=", later, bound, ast->range);
  if (!within.ok || mistakes.any()) return nullptr;
  return builder.finish(within.node, mistakes.quote(ast->range));
}

}  // namespace leat::expr
