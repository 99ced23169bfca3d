// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/command.h"
#include "cli/exit_code.h"
#include "cli/load.h"
#include "cli/output.h"
#include "cli/reference/describe.h"
#include "engine/codes/graph.h"
#include "operators/diagnostic.h"
#include "operators/operator.h"
#include "operators/plugin/connectors.h"

namespace leat::cli {
namespace {

using Operators = std::vector<const OperatorDef*>;

int unknown(const std::string& name, const Operators& operators, const Answer& answer) {
  std::vector<std::string> names;
  for (const OperatorDef* const definition : operators) names.emplace_back(definition->name);
  const plugin::Connector* const connector = plugin::connector_of(name);
  const std::string hint =
      connector != nullptr
          ? fmt::format("it comes with the package {}, which is not installed beside this leat",
                        connector->package)
          : did_you_mean(name, names);
  return usage_error(code::kUnknownOperator, answer, fmt::format("there is no operator '{}'", name),
                     hint.empty() ? "`leat operators` lists them" : hint);
}

/// Loads the connector that has the operator `name`, if it is installed.
Status load_connector(const std::string& name, plugin::PluginSet& plugins) {
  const plugin::Connector* const connector = plugin::connector_of(name);
  const auto file = connector == nullptr ? std::nullopt : plugin::find_connector(*connector);
  return file ? plugins.load(*file) : Status();
}

int list(const Answer& answer, const Operators& operators) {
  if (!answer.json) {
    print(list_operators(operators));
    return kDone;
  }
  auto all = nlohmann::ordered_json::array();
  for (const OperatorDef* const definition : operators)
    all.push_back(nlohmann::ordered_json(describe_json(*definition)));
  print_envelope(answer, {.ok = true, .result = std::move(all), .errors = {}, .warnings = {}});
  return kDone;
}

struct OperatorsArguments {
  std::string name;
  std::vector<std::string> plugins;
  bool json = false;
};

int run(const OperatorsArguments& arguments) {
  const Answer answer{.command = "operators", .json = arguments.json};
  const auto plugins = load_plugins(arguments.plugins, answer);
  if (!plugins) return print_mistakes(answer, plugins.error());
  if (const Status loaded = load_connector(arguments.name, **plugins); !loaded)
    return usage_error(loaded.error().number, answer, loaded.error().message, loaded.error().hint);
  const Operators operators = all_operators(**plugins);
  if (arguments.name.empty()) return list(answer, operators);
  for (const OperatorDef* const definition : operators) {
    if (definition->name != arguments.name) continue;
    if (arguments.json) {
      print_envelope(
          answer, {.ok = true, .result = describe_json(*definition), .errors = {}, .warnings = {}});
    } else {
      print(describe(*definition));
    }
    return kDone;
  }
  return unknown(arguments.name, operators, answer);
}

}  // namespace

Action define_operators(CLI::App& app) {
  auto arguments = std::make_shared<OperatorsArguments>();
  app.add_option("NAME", arguments->name, "Describe this operator");
  add_plugin_argument(app, arguments->plugins);
  app.add_flag("--json", arguments->json, "Print JSON");
  return [arguments] { return run(*arguments); };
}

}  // namespace leat::cli
