// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Names in an expression over two rows: `left.x`, `right.x`, and a plain name that one side has.
#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "engine/codes/expression.h"
#include "operators/expr/binding/binder.h"
#include "operators/expr/binding/column_name.h"
#include "operators/text/ascii.h"
#include "operators/text/unsplit_header.h"

namespace leat::expr {
namespace {

std::string_view name_of(PairSide side) { return side == PairSide::kLeft ? "left" : "right"; }

}  // namespace

std::optional<size_t> Binder::find_in_side(const Ast& name, PairSide side) const {
  const size_t begin = side == PairSide::kLeft ? 0 : names_.pair->left_columns;
  const size_t end = side == PairSide::kLeft ? names_.pair->left_columns : names_.columns.size();
  if (!name.quoted) return find_column(names_.columns, name.text, begin, end);
  for (size_t i = begin; i < end; ++i) {
    if (names_.columns[i].name == name.text) return i;
  }
  return std::nullopt;
}

Bound Binder::no_pair_column(const Ast& name, PairSide side) {
  std::vector<std::string> names;
  for (size_t i = 0; i < names_.columns.size(); ++i) {
    const bool is_left = i < names_.pair->left_columns;
    if (side == PairSide::kBoth || is_left == (side == PairSide::kLeft))
      names.push_back(names_.columns[i].name);
  }
  std::string hint = io::unsplit_header_hint(names);
  if (hint.empty()) hint = did_you_mean(name.text, names);
  if (hint.empty() && !names.empty() && names.size() <= kColumnsListed)
    hint = fmt::format("the columns are: {}", fmt::join(names, ", "));
  if (side == PairSide::kBoth)
    return wrong(code::kUnknownColumn, name.range,
                 fmt::format("neither side has a column '{}'", name.text), std::move(hint));
  const PairSide other = side == PairSide::kLeft ? PairSide::kRight : PairSide::kLeft;
  if (find_in_side(name, other))
    hint = fmt::format(
        "the {} side has one: left of = stands what the left side gives, right of "
        "= what the right side gives",
        name_of(other));
  return wrong(code::kUnknownColumn, name.range,
               fmt::format("the {} side has no column '{}'", name_of(side), name.text),
               std::move(hint));
}

Bound Binder::pair_column(const Ast& ast) {
  const PairSide visible = names_.pair->visible;
  std::optional<size_t> left;
  std::optional<size_t> right;
  if (visible != PairSide::kRight) left = find_in_side(ast, PairSide::kLeft);
  if (visible != PairSide::kLeft) right = find_in_side(ast, PairSide::kRight);
  if (!left && !right) return no_pair_column(ast, visible);
  if (left && right) {
    const auto shared = names_.pair->shared;
    if (std::find(shared.begin(), shared.end(), names_.columns[*left].name) == shared.end())
      return wrong(code::kAmbiguousColumn, ast.range,
                   fmt::format("both sides have a column '{}'", ast.text),
                   fmt::format("write left.{0} or right.{0}", mistakes_.quote(ast.range)));
  }
  return column_node(left ? *left : *right, ast.range);
}

std::optional<Bound> Binder::side_column(const Ast& ast) {
  const Ast& outer = *ast.inputs[0];
  if (names_.pair == nullptr || outer.kind != AstKind::kColumn || outer.quoted) return std::nullopt;
  const std::string side_name = ascii_lower_case(outer.text);
  if (side_name != "left" && side_name != "right") return std::nullopt;
  const PairSide side = side_name == "left" ? PairSide::kLeft : PairSide::kRight;
  Ast name;
  name.kind = AstKind::kColumn;
  name.range = ast.range;
  name.text = ast.text;
  const PairSide visible = names_.pair->visible;
  if (visible != PairSide::kBoth && visible != side)
    return wrong(code::kJoinKeys, ast.range,
                 fmt::format("'{}' stands on the wrong side of =", side_name),
                 "left of = stands what the left side gives, right of = what the right side gives");
  const std::optional<size_t> index = find_in_side(name, side);
  return index ? column_node(*index, ast.range) : no_pair_column(name, side);
}

}  // namespace leat::expr
