// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/expr/program.h"

#include <algorithm>
#include <cstring>

#include "operators/expr/expression.h"
#include "operators/expr/kernels/constant.h"

namespace leat::expr {
namespace {

/// Enough for the text functions' largest result; folding is refused, not the expression, when it
/// is not.
constexpr size_t kFoldBytes = size_t{256} << 20;

/// Lists and structs that take more are made anew for each batch, within the run's budget.
constexpr size_t kNestedBytesMax = size_t{1} << 20;

template <typename T>
void append_bytes(std::string& key, const T& value) {
  key.append(reinterpret_cast<const char*>(&value), sizeof(value));
}

bool is_scalar(const Type& type) { return !type.is(TypeId::kList) && !type.is(TypeId::kStruct); }

void append_constant(std::string& key, const Column& constant) {
  if (!constant.is_valid(0)) {
    key += "null";
  } else if (!is_scalar(constant.type())) {
    append_bytes(key, &constant);  // equal to itself alone
  } else if (constant.type().is_view()) {
    key += '=';
    key += constant.view_at(0);
  } else if (constant.type().is(TypeId::kBool)) {
    key += constant.bool_at(0) ? "=1" : "=0";
  } else {
    key += '=';
    key.append(constant.values<char>(), constant.type().width());
  }
}

/// A program of `node` alone, whose inputs are constants.
ProgramRef program_of(const Node& node, const std::vector<Node>& nodes) {
  std::vector<Node> own;
  Node root = node;
  for (uint32_t& input : root.inputs) {
    own.push_back(nodes[input]);
    input = static_cast<uint32_t>(own.size() - 1);
  }
  own.push_back(std::move(root));
  const auto last = static_cast<uint32_t>(own.size() - 1);
  return std::make_shared<Program>(SourceText(), "", std::move(own), last);
}

}  // namespace

Program::Program(SourceText source, std::string name, std::vector<Node> nodes, uint32_t root)
    : source_(std::move(source)), name_(std::move(name)), nodes_(std::move(nodes)), root_(root) {
  for (const Node& node : nodes_) {
    if (node.kind == NodeKind::kColumn) columns_.push_back(node.column);
  }
  std::sort(columns_.begin(), columns_.end());
  columns_.erase(std::unique(columns_.begin(), columns_.end()), columns_.end());
}

std::string ProgramBuilder::key_of(const Node& node) const {
  std::string key;
  append_bytes(key, node.kind);
  append_bytes(key, node.quiet);
  append_bytes(key, node.column);
  append_bytes(key, node.kernel);
  for (uint32_t input : node.inputs) append_bytes(key, input);
  key += to_string(node.type);
  key += '\0';
  key += node.state_key;
  if (node.constant) append_constant(key, *node.constant);
  return key;
}

uint32_t ProgramBuilder::intern(Node node) {
  const auto next = static_cast<uint32_t>(nodes_.size());
  const auto [known, is_new] = known_.try_emplace(key_of(node), next);
  if (is_new) nodes_.push_back(std::move(node));
  return known->second;
}

uint32_t ProgramBuilder::add_constant(ColumnRef value, Range range) {
  Node node;
  node.type = value->type();
  node.range = range;
  node.constant = std::move(value);
  return intern(std::move(node));
}

uint32_t ProgramBuilder::add(Node node, bool is_literal) {
  if (node.kind == NodeKind::kColumn) return intern(std::move(node));
  const auto constant = [&](uint32_t input) { return is_constant(input); };
  const auto null = [&](uint32_t input) {
    return is_constant(input) && !nodes_[input].constant->is_valid(0);
  };
  if (node.kind == NodeKind::kCall && node.strict &&
      std::any_of(node.inputs.begin(), node.inputs.end(), null)) {
    return add_constant(null_constant(node.type), node.range);
  }
  if (std::all_of(node.inputs.begin(), node.inputs.end(), constant)) {
    if (ColumnRef value = fold(node, is_literal)) return add_constant(std::move(value), node.range);
  }
  return intern(std::move(node));
}

ColumnRef ProgramBuilder::fold(const Node& node, bool is_literal) {
  MemoryBudget budget(kFoldBytes);
  Evaluator evaluator(program_of(node, nodes_), budget.open_account("constants"));
  const Batch one_row(std::make_shared<Schema>(), {}, 1, RowPlaces());
  std::vector<RowFault> faults;
  const auto value = evaluator.evaluate(one_row, one_row.selection(), faults);
  if (!value) return nullptr;
  if (faults.empty()) {
    if (!is_scalar(node.type) && (*value)->retained_bytes() > kNestedBytesMax) return nullptr;
    return constant_of(**value, 0);
  }
  if (branches_ > 0 && !is_literal) return nullptr;
  // A wrong literal is to be corrected, not to be worked around.
  mistakes_.add(faults[0].error.number, node.range, std::move(faults[0].error.message),
                is_literal ? "" : std::move(faults[0].error.hint));
  return null_constant(node.type);
}

std::shared_ptr<const Program> ProgramBuilder::finish(uint32_t root, std::string name) const {
  std::vector<uint32_t> uses(nodes_.size(), 0);
  uses[root] = 1;
  for (size_t i = root + size_t{1}; i-- > 0;) {
    if (uses[i] == 0) continue;
    for (uint32_t input : nodes_[i].inputs) ++uses[input];
  }
  std::vector<Node> kept;
  std::vector<uint32_t> moved(nodes_.size(), 0);
  for (size_t i = 0; i <= root; ++i) {
    if (uses[i] == 0) continue;
    moved[i] = static_cast<uint32_t>(kept.size());
    Node node = nodes_[i];
    for (uint32_t& input : node.inputs) input = moved[input];
    node.shared = uses[i] > 1 && node.kind != NodeKind::kColumn && node.kind != NodeKind::kConstant;
    kept.push_back(std::move(node));
  }
  return std::make_shared<Program>(mistakes_.source(), std::move(name), std::move(kept),
                                   moved[root]);
}

}  // namespace leat::expr
