// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Reference text, listings and the JSON Schema, all from the tables in the operators' files, so
// they cannot disagree with what the operators accept.
//
// Invariants:
//  1. Every option of an operator appears in each of the three forms, in the order of its table.
//  2. Output is a function of the definitions alone and stable, so that a generated page can be
//     compared with a committed one.
//  3. The schema accepts every pipeline that `load` accepts; it may accept more, since expressions
//     are opaque to it.
//
// Rejected: a template language for the pages (three functions need none).
#include "cli/reference/describe.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

namespace leat::cli {
namespace {

using nlohmann::json;

std::string range_of(const OptionDef& option) {
  if (option.minimum && option.maximum)
    return fmt::format(" from {} to {}", *option.minimum, *option.maximum);
  if (option.minimum) return fmt::format(" from {}", *option.minimum);
  if (option.maximum) return fmt::format(" up to {}", *option.maximum);
  return {};
}

/// `text` with each line after the first indented by `spaces`.
std::string indented(std::string_view text, size_t spaces) {
  std::string out;
  for (const char c : text) {
    out.push_back(c);
    if (c == '\n') out.append(spaces, ' ');
  }
  return out;
}

json scalar_schema() { return {{"type", json::array({"string", "number", "boolean"})}}; }

json option_schema(const OptionDef& option) {
  json schema = scalar_schema();
  const bool list = option.type == OptionType::kTextList || option.type == OptionType::kExpressions;
  if (list) {
    schema = {
        {"anyOf", json::array({scalar_schema(), {{"type", "array"}, {"items", scalar_schema()}}})}};
  } else if (option.type == OptionType::kNamed || option.type == OptionType::kReferences) {
    schema = {
        {"type", "object"},
        {"additionalProperties", {{"type", json::array({"string", "number", "boolean", "null"})}}}};
  } else if (option.type == OptionType::kNamedLists) {
    const json list_schema = {{"type", "array"}, {"items", scalar_schema()}};
    schema = {{"type", "object"},
              {"additionalProperties", {{"anyOf", json::array({scalar_schema(), list_schema})}}}};
  } else if (option.type == OptionType::kTree || option.type == OptionType::kExpressionTree) {
    schema = json::object();
  } else if (option.type == OptionType::kExpression) {
    schema["type"].push_back("null");
  }
  schema["description"] = option.doc;
  if (option.type == OptionType::kChoice) {
    // A choice may also come from a parameter.
    schema["anyOf"] = json::array({{{"enum", option.choices}}, {{"pattern", "\\$\\{"}}});
  }
  if (!option.default_text.empty()) schema["default"] = option.default_text;
  return schema;
}

json options_schema(const OperatorDef& definition) {
  const auto main =
      std::find_if(definition.options.begin(), definition.options.end(),
                   [&](const OptionDef& option) { return option.name == definition.main_option; });
  const bool has_main = main != definition.options.end();
  if (takes_whole_mapping(definition.options, definition.main_option)) return option_schema(*main);

  json properties = json::object();
  json required = json::array();
  for (const OptionDef& option : definition.options) {
    properties[std::string(option.name)] = option_schema(option);
    if (option.required) required.push_back(option.name);
  }
  json object{{"type", "object"}, {"properties", properties}, {"additionalProperties", false}};
  if (!required.empty()) object["required"] = required;
  json forms = json::array({object});
  if (required.empty()) forms.push_back({{"type", "null"}});
  if (has_main) forms.push_back(option_schema(*main));
  return {{"description", definition.summary}, {"anyOf", forms}};
}

/// The keys of a stage beside its operator.
json engine_properties() {
  json source{{"type", json::array({"string", "number"})},
              {"description", "The stage to read, or its rejects: NAME, NAME.rejects."}};
  json count{{"type", json::array({"integer", "string"})}};
  json properties;
  properties["name"] = scalar_schema();
  properties["name"].update(
      {{"pattern", "^[A-Za-z0-9_-]+$"}, {"description", "The name of the stage."}});
  properties["from"] = source;
  properties["lanes"] = count;
  properties["lanes"]["description"] = "In how many lanes the stage may run.";
  properties["capacity"] = count;
  properties["capacity"]["description"] = "How many messages the edge into the stage may hold.";
  properties["on_error"] = {
      {"type", "string"},
      {"description", "What to do with bad rows: fail, skip or reject; of expect also warn."}};
  properties["doc"] = scalar_schema();
  return properties;
}

/// `tests:`, as pipelines/testing/test_cases.cpp reads it.
json tests_schema() {
  const json rows{{"type", "array"}, {"items", {{"type", "object"}}}};
  const json count{{"type", "object"},
                   {"properties", {{"rows", {{"type", json::array({"integer", "string"})}}}}},
                   {"required", json::array({"rows"})},
                   {"additionalProperties", false}};
  const auto stages = [](json value) {
    return json{{"type", "object"}, {"additionalProperties", std::move(value)}};
  };
  json properties;
  properties["name"] = scalar_schema();
  properties["params"] = stages(scalar_schema());
  properties["now"] = scalar_schema();
  properties["given"] = stages({{"anyOf", json::array({rows, scalar_schema()})}});
  properties["expect"] = stages({{"anyOf", json::array({rows, count})}});
  properties["fails"] = scalar_schema();
  properties["unordered"] = {{"type", "boolean"}};
  return {{"type", "array"},
          {"items",
           {{"type", "object"},
            {"properties", properties},
            {"required", json::array({"name"})},
            {"additionalProperties", false}}}};
}

}  // namespace

std::string_view kind_name(OperatorKind kind) {
  switch (kind) {
    case OperatorKind::kSource: return "source";
    case OperatorKind::kTransform: return "transform";
    case OperatorKind::kSink: return "sink";
  }
  return "";
}

std::string value_name(const OptionDef& option) {
  switch (option.type) {
    case OptionType::kText: return "text";
    case OptionType::kCharacter: return "one character";
    case OptionType::kInteger: return "whole number" + range_of(option);
    case OptionType::kNumber: return "number" + range_of(option);
    case OptionType::kBoolean: return "true | false";
    case OptionType::kChoice: return fmt::format("{}", fmt::join(option.choices, " | "));
    case OptionType::kExpression: return "expression";
    case OptionType::kTextList: return "text, or a list of texts";
    case OptionType::kExpressions: return "expression, or a list of expressions";
    case OptionType::kNamed: return "mapping of names to values";
    case OptionType::kStage: return "name of a stage";
    case OptionType::kNamedLists: return "mapping of names to values, or to lists of values";
    case OptionType::kReferences: return "mapping of columns to columns of stages";
    case OptionType::kTree: return "value, list or mapping";
    case OptionType::kExpressionTree: return "expression, or a list or mapping of expressions";
  }
  return "";
}

std::string describe(const OperatorDef& definition) {
  std::string out = fmt::format("{} ({})\n  {}\n", definition.name, kind_name(definition.kind),
                                definition.summary);
  if (!definition.doc.empty()) out += fmt::format("\n  {}\n", indented(definition.doc, 2));
  if (!definition.options.empty()) out += "\nOptions:\n";
  for (const OptionDef& option : definition.options) {
    std::string marks;
    if (option.required) marks += ", required";
    if (!option.default_text.empty()) marks += fmt::format(", default {}", option.default_text);
    if (option.name == definition.main_option)
      marks += ", may be written directly after the operator";
    out += fmt::format("  {}: {}{}\n      {}\n", option.name, value_name(option), marks,
                       indented(option.doc, 6));
  }
  if (!definition.example.empty())
    out += fmt::format("\nExample:\n  {}\n", indented(definition.example, 2));
  return out;
}

json describe_json(const OperatorDef& definition) {
  json options = json::array();
  for (const OptionDef& option : definition.options) {
    json entry{{"name", option.name},
               {"value", value_name(option)},
               {"doc", option.doc},
               {"required", option.required}};
    if (!option.default_text.empty()) entry["default"] = option.default_text;
    if (!option.choices.empty()) entry["choices"] = option.choices;
    if (option.minimum) entry["minimum"] = *option.minimum;
    if (option.maximum) entry["maximum"] = *option.maximum;
    options.push_back(std::move(entry));
  }
  json out{{"name", definition.name},       {"kind", kind_name(definition.kind)},
           {"summary", definition.summary}, {"doc", definition.doc},
           {"example", definition.example}, {"options", options}};
  if (!definition.main_option.empty()) out["main_option"] = definition.main_option;
  return out;
}

std::string list_operators(std::span<const OperatorDef* const> operators) {
  std::vector<const OperatorDef*> sorted(operators.begin(), operators.end());
  std::sort(sorted.begin(), sorted.end(),
            [](const OperatorDef* a, const OperatorDef* b) { return a->name < b->name; });
  size_t width = 0;
  for (const OperatorDef* definition : sorted) width = std::max(width, definition->name.size());
  std::string out;
  for (const OperatorKind kind :
       {OperatorKind::kSource, OperatorKind::kTransform, OperatorKind::kSink}) {
    out += fmt::format("{}s:\n", kind_name(kind));
    for (const OperatorDef* definition : sorted) {
      if (definition->kind == kind)
        out += fmt::format("  {:{}}  {}\n", definition->name, width, definition->summary);
    }
  }
  return out;
}

json pipeline_schema(std::span<const OperatorDef* const> operators) {
  json stages = json::array();
  for (const OperatorDef* definition : operators) {
    json properties = engine_properties();
    if (definition->kind == OperatorKind::kSource) properties.erase("from");
    properties[std::string(definition->name)] = options_schema(*definition);
    stages.push_back({{"type", "object"},
                      {"properties", properties},
                      {"required", json::array({definition->name})},
                      {"additionalProperties", false}});
  }
  const json scalar = scalar_schema();
  json param{{"type", json::array({"object", "null"})}, {"additionalProperties", false}};
  param["properties"] = {
      {"type", scalar}, {"default", json::object()}, {"doc", scalar}, {"secret", scalar}};
  json spill{{"type", json::array({"object", "null"})}, {"additionalProperties", false}};
  spill["properties"] = {{"dir", scalar}, {"max", scalar}, {"compress", scalar}};
  json settings{{"type", json::array({"object", "null"})}, {"additionalProperties", false}};
  settings["properties"] = {{"memory", scalar},
                            {"procs", scalar},
                            {"fuse", scalar},
                            {"spill", spill},
                            {"sandbox", scalar}};
  json properties;
  properties["name"] = scalar;
  properties["doc"] = scalar;
  properties["requires"] = {{"type", "string"}, {"pattern", "^leat >= "}};
  properties["plugins"] = {{"anyOf", json::array({scalar, {{"type", "array"}, {"items", scalar}}})},
                           {"description", "Shared objects with further operators and functions."}};
  properties["params"] = {{"type", json::array({"object", "null"})},
                          {"additionalProperties", param}};
  properties["connections"] = {
      {"type", json::array({"object", "null"})},
      {"additionalProperties", {{"type", "object"}, {"additionalProperties", scalar}}}};
  properties["settings"] = settings;
  properties["on_error"] = scalar;
  properties["max_rejects"] = scalar;
  properties["tests"] = tests_schema();
  properties["stages"] = {{"type", "array"}, {"minItems", 1}, {"items", {{"anyOf", stages}}}};
  return {{"$schema", "https://json-schema.org/draft/2020-12/schema"},
          {"title", "leat pipeline"},
          {"type", "object"},
          {"properties", properties},
          {"patternProperties", {{"^x-", json::object()}}},
          {"required", json::array({"stages"})},
          {"additionalProperties", false}};
}

}  // namespace leat::cli
