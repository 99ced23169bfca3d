// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "cli/lsp/explain_words.h"

#include <array>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/reference/describe.h"
#include "cli/reference/describe_functions.h"

namespace leat::cli {
namespace {

using Json = nlohmann::json;

// Of the protocol's CompletionItemKind.
constexpr int kFunction = 3;
constexpr int kField = 5;
constexpr int kModule = 9;
constexpr int kProperty = 10;
constexpr int kValueKind = 12;
constexpr int kKeyword = 14;

Json item(std::string_view label, int kind, std::string_view detail, std::string_view insert = {}) {
  Json made{{"label", label}, {"kind", kind}};
  if (!detail.empty()) made["detail"] = detail;
  if (!insert.empty()) made["insertText"] = insert;
  return made;
}

/// The first sentence or line.
std::string_view first_sentence(std::string_view text) {
  return text.substr(0, std::min(text.find(". "), text.find('\n')));
}

using Pairs = std::initializer_list<std::pair<std::string_view, std::string_view>>;

Json keys(const Pairs& pairs) {
  Json items = Json::array();
  for (const auto& [name, detail] : pairs)
    items.push_back(item(name, kKeyword, detail, fmt::format("{}: ", name)));
  return items;
}

}  // namespace

std::string operator_page(const OperatorDef& definition) {
  std::string page =
      fmt::format("**{}** \u2014 {}\n\n{}\n", definition.name, definition.summary, definition.doc);
  if (!definition.example.empty()) page += fmt::format("\n```yaml\n{}```\n", definition.example);
  return page;
}

std::string option_page(const OptionDef& option) {
  std::string page = fmt::format("**{}**: {}", option.name, value_name(option));
  if (option.required) page += ", required";
  if (!option.default_text.empty()) page += fmt::format(", default `{}`", option.default_text);
  return page + fmt::format("\n\n{}\n", option.doc);
}

std::string function_page(std::string_view name) {
  const std::string page = describe_function(name);
  return page.empty() ? page : fmt::format("```\n{}```\n", page);
}

std::string columns_page(const nlohmann::json& columns) {
  std::string page = "| column | type |\n|---|---|\n";
  for (const Json& column : columns)
    page += fmt::format("| {} | {} |\n", column["name"].get<std::string>(),
                        column["type"].get<std::string>());
  return page;
}

nlohmann::json propose_top_keys() {
  return keys({{"name", "what the pipeline is called"},
               {"doc", "what it is for"},
               {"params", "values that are given to a run"},
               {"settings", "memory, processors, spill folder"},
               {"connections", "databases that stages read and write"},
               {"max_rejects", "how many rows may be rejected"},
               {"plugins", "shared objects with operators"},
               {"include", "files with params and groups"},
               {"groups", "stages that are used several times"},
               {"tests", "rows in, rows expected"},
               {"stages", "the list of stages"}});
}

nlohmann::json propose_stage_keys() {
  Json items = Json::array();
  for (const OperatorDef* const definition : builtin_operators())
    items.push_back(item(definition->name, kModule, definition->summary,
                         fmt::format("{}: ", definition->name)));
  for (Json& key : keys({{"use", "a group of stages"},
                         {"name", "what the stage is called"},
                         {"from", "the stage whose rows it gets"},
                         {"on_error", "what becomes of bad rows"},
                         {"lanes", "how many run side by side"},
                         {"capacity", "messages that may wait for it"},
                         {"doc", "what it is for"}}))
    items.push_back(std::move(key));
  return items;
}

nlohmann::json propose_options(const OutlineStage& stage) {
  Json items = Json::array();
  const OperatorDef* const definition = find_operator(stage.operator_name);
  if (definition == nullptr) return items;
  for (const OptionDef& option : definition->options) {
    Json made = item(option.name, kProperty, value_name(option), fmt::format("{}: ", option.name));
    made["documentation"] = option.doc;
    items.push_back(std::move(made));
  }
  return items;
}

nlohmann::json propose_stages(const Outline& outline) {
  Json items = Json::array();
  for (const OutlineStage& stage : outline.stages())
    if (!stage.name.empty()) items.push_back(item(stage.name, kModule, stage.operator_name));
  return items;
}

nlohmann::json propose_severities() {
  Json items = Json::array();
  for (const std::string_view word : {"fail", "skip", "reject", "warn"})
    items.push_back(item(word, kValueKind, {}));
  return items;
}

bool takes_columns(const OptionDef* option) {
  if (option == nullptr) return true;
  switch (option->type) {
    case OptionType::kExpression:
    case OptionType::kExpressions:
    case OptionType::kExpressionTree:
    case OptionType::kNamed:
    case OptionType::kNamedLists:
    case OptionType::kTextList:
    case OptionType::kTree: return true;
    default: return false;
  }
}

nlohmann::json propose_values(const OptionDef* option, const Outline& outline,
                              const nlohmann::json& columns) {
  Json items = Json::array();
  if (option != nullptr && option->type == OptionType::kStage) return propose_stages(outline);
  if (option != nullptr && option->type == OptionType::kBoolean) {
    for (const std::string_view word : {"true", "false"})
      items.push_back(item(word, kValueKind, {}));
    return items;
  }
  if (option != nullptr) {
    for (const std::string_view choice : option->choices)
      items.push_back(item(choice, kValueKind, {}));
  }
  if (!takes_columns(option)) return items;
  for (const Json& column : columns)
    items.push_back(
        item(column["name"].get<std::string>(), kField, column["type"].get<std::string>()));
  std::string last;
  for (const Json& function : functions_json("")) {
    const auto name = function["name"].get<std::string>();
    if (name == std::exchange(last, name)) continue;
    items.push_back(
        item(name, kFunction, first_sentence(function["doc"].get<std::string>()), name + "("));
  }
  return items;
}

}  // namespace leat::cli
