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
#include "cli/reference/describe_functions.h"
#include "engine/codes/expression.h"

namespace leat::cli {
namespace {

struct FunctionsArguments {
  std::string name;
  std::vector<std::string> plugins;
  bool json = false;
};

int run(const FunctionsArguments& arguments) {
  const Answer answer{.command = "functions", .json = arguments.json, .log = Log(LogFormat::kText)};
  const auto plugins = load_plugins(arguments.plugins, answer);
  if (!plugins) return print_mistakes(answer, plugins.error());
  const std::shared_ptr<const expr::FunctionSet> more = (*plugins)->functions();
  const std::string& name = arguments.name;
  if (!name.empty() && describe_function(name, more.get()).empty()) {
    return usage_error(code::kUnknownFunction, answer,
                       fmt::format("there is no function '{}'", name),
                       similar_function(name, more.get()));
  }
  if (arguments.json) {
    print_envelope(
        answer,
        {.ok = true, .result = functions_json(name, more.get()), .errors = {}, .warnings = {}});
  } else {
    print(name.empty() ? list_functions(more.get()) : describe_function(name, more.get()));
  }
  return kDone;
}

}  // namespace

Action define_functions(CLI::App& app) {
  auto arguments = std::make_shared<FunctionsArguments>();
  app.add_option("NAME", arguments->name, "Describe this function");
  add_plugin_argument(app, arguments->plugins);
  app.add_flag("--json", arguments->json, "Print JSON");
  return [arguments] { return run(*arguments); };
}

}  // namespace leat::cli
