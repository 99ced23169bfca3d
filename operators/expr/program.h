// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// A compiled expression: nodes in an order in which inputs come before those who use them. Equal
// subexpressions are one node.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "operators/diagnostic.h"
#include "operators/expr/binding/mistakes.h"
#include "operators/expr/kernels/kernel.h"

namespace leat::expr {

enum class NodeKind : uint8_t {
  kColumn,
  kConstant,
  kCall,  ///< `kernel` of the inputs.
  kAnd,   ///< Inputs are computed for rows that are not decided yet.
  kOr,
  kCase,      ///< condition, value, condition, value, ..., value otherwise
  kCoalesce,  ///< An input is computed for rows in which all before it are NULL.
};

struct Node {
  NodeKind kind = NodeKind::kConstant;
  Type type;
  Range range;  ///< Where a fault points.
  std::vector<uint32_t> inputs;
  size_t column = 0;                  ///< Of kColumn.
  ColumnRef constant;                 ///< Of kConstant: one value.
  Kernel kernel = nullptr;            ///< Of kCall.
  std::shared_ptr<const void> state;  ///< Of kCall: what the kernel finds in KernelContext::state.
  std::string state_key;  ///< Equal for equal states that do not follow from the inputs.
  bool strict = true;     ///< Of kCall: NULL when any input is.
  bool quiet = false;     ///< Of kCall: faults are NULL and nothing more.
  bool shared = false;    ///< Several nodes read it: its value is kept while a batch is evaluated.
};

/// THREADS: immutable, any.
class Program {
 public:
  Program(SourceText source, std::string name, std::vector<Node> nodes, uint32_t root);

  const SourceText& source() const { return source_; }
  const std::vector<Node>& nodes() const { return nodes_; }
  const Node& node(uint32_t index) const { return nodes_[index]; }
  uint32_t root() const { return root_; }
  const Type& type() const { return nodes_[root_].type; }
  const std::vector<size_t>& columns() const { return columns_; }
  /// What its value is called when nobody names it.
  const std::string& name() const { return name_; }

 private:
  SourceText source_;
  std::string name_;
  std::vector<Node> nodes_;
  uint32_t root_;
  std::vector<size_t> columns_;
};

/// Takes nodes as the binder makes them; finds equal ones, and computes those whose inputs are
/// constant.
class ProgramBuilder {
 public:
  explicit ProgramBuilder(Mistakes& mistakes) : mistakes_(mistakes) {}

  /// Adds a node, or finds what it equals. A constant node that cannot be computed (1 / 0) is a
  /// mistake, unless it stands in a branch that may never be taken; `is_literal` says that this
  /// does not matter: the constant was written wrong.
  uint32_t add(Node node, bool is_literal = false);
  uint32_t add_constant(ColumnRef value, Range range);
  const Node& operator[](uint32_t index) const { return nodes_[index]; }
  bool is_constant(uint32_t index) const { return nodes_[index].kind == NodeKind::kConstant; }

  /// Between these calls nodes belong to a branch that may never be taken.
  void enter_branch() { ++branches_; }
  void leave_branch() { --branches_; }

  std::shared_ptr<const Program> finish(uint32_t root, std::string name) const;

 private:
  uint32_t intern(Node node);
  std::string key_of(const Node& node) const;
  /// The value of a node whose inputs are constants; null after reporting, or when it stays as it
  /// is.
  ColumnRef fold(const Node& node, bool is_literal);

  Mistakes& mistakes_;
  std::vector<Node> nodes_;
  std::map<std::string, uint32_t> known_;
  int branches_ = 0;
};

}  // namespace leat::expr
