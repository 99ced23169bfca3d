// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Which scalars of a stage are expressions: interpolation and the traps treat these differently
// from plain text.
//
// Invariants:
//  1. The walk follows the same rule as read_options for what fills the main option: any scalar or
//     list does, and a mapping does when the operator has that one option and it takes a
//     mapping.
//  2. Named values count as expressions. Where they are names of types, neither `$` nor `${` has a
//     meaning in them either.
//  3. Values under unknown options are not visited; read_options reports those.
//
// Rejected: a flag in OptionNode (the tree is made before operators are known).
#include "pipelines/load/scalars.h"

#include <string_view>

namespace leat::pipelines {
namespace {

const OptionDef* find_option(const OperatorDef& definition, std::string_view name) {
  for (const OptionDef& option : definition.options) {
    if (option.name == name) return &option;
  }
  return nullptr;
}

template <typename Node, typename Visit>
void visit_tree(Node& value, ScalarUse use, const Visit& visit) {
  if (value.kind == OptionNode::Kind::kScalar) visit(value, use);
  for (auto& item : value.items) visit_tree(item, use, visit);
  for (auto& [name, entry] : value.entries) visit_tree(entry, use, visit);
}

template <typename Node, typename Visit>
void visit_option(const OptionDef& option, Node& value, const Visit& visit) {
  const bool expression =
      option.type == OptionType::kExpression || option.type == OptionType::kExpressions ||
      option.type == OptionType::kNamed || option.type == OptionType::kNamedLists ||
      option.type == OptionType::kExpressionTree;
  const ScalarUse use = expression ? ScalarUse::kExpression : ScalarUse::kText;
  const bool many = option.type == OptionType::kExpressions || option.type == OptionType::kTextList;
  const bool is_mapping =
      option.type == OptionType::kNamed || option.type == OptionType::kReferences;
  const bool tree = option.type == OptionType::kTree || option.type == OptionType::kExpressionTree;
  if (tree) {
    visit_tree(value, use, visit);
  } else if (many && value.kind == OptionNode::Kind::kList) {
    for (auto& item : value.items) visit(item, use);
  } else if (is_mapping && value.kind == OptionNode::Kind::kMap) {
    for (auto& [name, named] : value.entries) visit(named, use);
  } else if (option.type == OptionType::kNamedLists && value.kind == OptionNode::Kind::kMap) {
    // The items of a list are values as they stand; a single one may be a call.
    for (auto& [name, named] : value.entries) {
      if (named.kind != OptionNode::Kind::kList) visit(named, use);
      for (auto& item : named.items) visit(item, ScalarUse::kText);
    }
  } else {
    visit(value, use);
  }
}

template <typename Node, typename Visit>
void walk(const OperatorDef& definition, Node& options, const Visit& visit) {
  const OptionDef* const main = find_option(definition, definition.main_option);
  const bool mapping_is_main = takes_whole_mapping(definition.options, definition.main_option);
  if (options.kind == OptionNode::Kind::kMap && !mapping_is_main) {
    for (auto& [name, value] : options.entries) {
      if (const OptionDef* const option = find_option(definition, name.text()))
        visit_option(*option, value, visit);
    }
  } else if (main != nullptr) {
    visit_option(*main, options, visit);
  }
}

}  // namespace

void visit_values(const OperatorDef& definition, OptionNode& options,
                  const std::function<void(OptionNode&, ScalarUse)>& visit) {
  walk(definition, options, visit);
}

void visit_values(const OperatorDef& definition, const OptionNode& options,
                  const std::function<void(const OptionNode&, ScalarUse)>& visit) {
  walk(definition, options, visit);
}

}  // namespace leat::pipelines
