// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Everything is put together from what was parsed, so aggregate, pivot and window take these calls
// alike, over frames, spilled and with all clauses, and no accumulator knows of them.
//
// Invariants:
//  1. What is made stands where the call stood: messages point to what was written.
//  2. The clauses of the call (filter, order, over, distinct) go to the aggregate inside.
//
// Rejected: accumulators of their own, which would differ from the others by a function of their
// result.
#include "operators/expr/aggregate_forms.h"

#include <string_view>
#include <utility>

#include "engine/mutant.h"

namespace leat::expr {
namespace {

AstRef copy_of(const Ast& ast) {
  auto copy = std::make_unique<Ast>();
  copy->kind = ast.kind;
  copy->range = ast.range;
  copy->operation = ast.operation;
  copy->text = ast.text;
  copy->type_name = ast.type_name;
  for (const AstRef& input : ast.inputs) copy->inputs.push_back(copy_of(*input));
  copy->names = ast.names;
  if (ast.extra) copy->extra = copy_of(*ast.extra);
  for (const ParsedSortKey& key : ast.order)
    copy->order.push_back({copy_of(*key.key), key.descending, key.nulls_first});
  copy->over = ast.over;
  copy->type_range = ast.type_range;
  copy->negated = ast.negated;
  copy->quoted = ast.quoted;
  copy->insensitive = ast.insensitive;
  copy->quiet = ast.quiet;
  copy->distinct = ast.distinct;
  copy->star = ast.star;
  copy->within_group = ast.within_group;
  copy->ignore_nulls = ast.ignore_nulls;
  copy->parenthesised = ast.parenthesised;
  return copy;
}

AstRef make(AstKind kind, const Ast& where, std::string_view text = {}) {
  auto node = std::make_unique<Ast>();
  node->kind = kind;
  node->range = where.range;
  node->operation = where.operation;
  node->text = text;
  return node;
}

AstRef call_of(std::string_view function, const Ast& where, AstRef argument) {
  AstRef node = make(AstKind::kCall, where, function);
  node->inputs.push_back(std::move(argument));
  return node;
}

AstRef is_not_null(AstRef value, const Ast& where) {
  AstRef node = make(AstKind::kIs, where, "null");
  node->negated = true;
  node->inputs.push_back(std::move(value));
  return node;
}

void add_filter(Ast& call, AstRef condition) {
  if (!call.extra) {
    call.extra = std::move(condition);
    return;
  }
  AstRef both = make(AstKind::kAnd, *call.extra);
  both->inputs.push_back(std::move(call.extra));
  both->inputs.push_back(std::move(condition));
  call.extra = std::move(both);
}

bool is_plain(const Ast& ast, size_t inputs) {
  return ast.inputs.size() == inputs && !ast.star && !ast.within_group;
}

/// What stands in the place of the call is made around it: `outer(call)`.
void wrap(Ast& ast, std::string_view outer) {
  auto inner = std::make_unique<Ast>(std::move(ast));
  ast = std::move(*call_of(outer, *inner, nullptr));
  ast.inputs[0] = std::move(inner);
}

void expand_any_value(Ast& ast) {
  if (!is_plain(ast, 1) || ast.distinct) return;
  if (!LEAT_MUTANT("any_value_takes_null"))
    add_filter(ast, is_not_null(copy_of(*ast.inputs[0]), *ast.inputs[0]));
  ast.text = "first";
}

void expand_count_if(Ast& ast) {
  if (!is_plain(ast, 1) || ast.distinct || !ast.order.empty()) return;
  add_filter(ast, std::move(ast.inputs[0]));
  ast.inputs.clear();
  ast.star = true;
  ast.text = "count";
}

/// exp(avg(ln(x)))
void expand_geomean(Ast& ast) {
  if (!is_plain(ast, 1) || !ast.order.empty()) return;
  AstRef& value = ast.inputs[0];
  const Ast where{.range = value->range, .operation = value->operation};
  value = call_of("ln", where, std::move(value));
  ast.text = "avg";
  wrap(ast, "exp");
}

void expand_json_agg(Ast& ast) {
  if (!is_plain(ast, 1)) return;
  ast.text = "array_agg";
  wrap(ast, "to_json");
}

/// json_from_entries(array_agg(struct_pack(key := k::utf8, value := to_json(v))))
void expand_json_object_agg(Ast& ast) {
  if (!is_plain(ast, 2) || ast.distinct) return;
  AstRef entry = make(AstKind::kStructure, ast);
  AstRef key = make(AstKind::kCast, *ast.inputs[0]);
  key->type_name = "utf8";
  key->type_range = key->range;
  key->inputs.push_back(std::move(ast.inputs[0]));
  const Ast where{.range = ast.inputs[1]->range, .operation = ast.inputs[1]->operation};
  entry->names = {{"key", ast.operation}, {"value", ast.operation}};
  entry->inputs.push_back(std::move(key));
  entry->inputs.push_back(call_of("to_json", where, std::move(ast.inputs[1])));
  ast.inputs.clear();
  ast.inputs.push_back(std::move(entry));
  ast.text = "array_agg";
  wrap(ast, "json_from_entries");
}

bool is_quantile(std::string_view name) {
  return name == "quantile" || name == "quantile_cont" || name == "quantile_disc" ||
         name == "percentile_cont" || name == "percentile_disc" || name == "approx_quantile";
}

/// `quantile_cont(x, [0.1, 0.9])`: the list of both, NULL where there are no values.
void expand_fractions(Ast& ast) {
  const size_t arguments = ast.within_group ? 1 : 2;
  if (ast.inputs.size() != arguments || ast.inputs.back()->kind != AstKind::kList ||
      ast.inputs.back()->inputs.empty())
    return;
  AstRef list = std::move(ast.inputs.back());
  ast.inputs.pop_back();
  std::vector<AstRef> calls;
  for (AstRef& fraction : list->inputs) {
    AstRef call = copy_of(ast);
    call->inputs.push_back(std::move(fraction));
    calls.push_back(std::move(call));
  }
  list->inputs.clear();
  AstRef first = copy_of(*calls.front());
  for (AstRef& call : calls) list->inputs.push_back(std::move(call));
  list->range = ast.range;
  list->operation = ast.operation;
  AstRef node = make(AstKind::kCase, ast);
  node->inputs.push_back(is_not_null(std::move(first), ast));
  node->inputs.push_back(std::move(list));
  ast = std::move(*node);
}

}  // namespace

void expand_aggregates(Ast& ast) {
  for (AstRef& input : ast.inputs) expand_aggregates(*input);
  for (ParsedSortKey& key : ast.order) expand_aggregates(*key.key);
  if (ast.extra) expand_aggregates(*ast.extra);
  if (ast.kind != AstKind::kCall) return;
  const std::string name = ast.text;
  if (name == "any_value") return expand_any_value(ast);
  if (name == "count_if" || name == "countif") return expand_count_if(ast);
  if (name == "geomean" || name == "geometric_mean") return expand_geomean(ast);
  if (name == "json_agg" || name == "jsonb_agg") return expand_json_agg(ast);
  if (name == "json_object_agg" || name == "jsonb_object_agg") return expand_json_object_agg(ast);
  if (is_quantile(name)) expand_fractions(ast);
}

}  // namespace leat::expr
