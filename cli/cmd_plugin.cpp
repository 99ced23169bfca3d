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
#include "pipelines/verify_plugin.h"

namespace leat::cli {
namespace {

using Outcome = pipelines::PluginCheck::Outcome;

struct PluginArguments {
  std::string action;
  std::vector<std::string> files;
  bool json = false;
};

std::string_view word_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::kOk: return "ok";
    case Outcome::kFailed: return "FAILED";
    case Outcome::kSkipped: return "skipped";
  }
  return "";
}

void print_json(const std::vector<pipelines::PluginCheck>& checks, bool ok) {
  nlohmann::ordered_json json{{"ok", ok}, {"checks", nlohmann::ordered_json::array()}};
  for (const pipelines::PluginCheck& check : checks) {
    json["checks"].push_back(
        {{"check", check.what}, {"outcome", word_of(check.outcome)}, {"detail", check.detail}});
  }
  fmt::print("{}\n", json.dump(2));
}

int run(const PluginArguments& arguments) {
  const auto plugins = load_plugins(arguments.files, arguments.json);
  if (plugins == nullptr) return kUsage;
  const std::vector<pipelines::PluginCheck> checks = pipelines::verify_plugins(*plugins);
  size_t counts[3] = {0, 0, 0};
  for (const pipelines::PluginCheck& check : checks) ++counts[static_cast<size_t>(check.outcome)];
  const bool ok = counts[1] == 0;
  if (arguments.json) {
    print_json(checks, ok);
  } else {
    for (const pipelines::PluginCheck& check : checks) {
      fmt::print("{:<8} {}\n", word_of(check.outcome), check.what);
      if (!check.detail.empty()) fmt::print("         {}\n", check.detail);
    }
    fmt::print("{} ok, {} failed, {} skipped\n", counts[0], counts[1], counts[2]);
  }
  return ok ? kDone : kFailed;
}

}  // namespace

Action define_plugin(CLI::App& app) {
  auto arguments = std::make_shared<PluginArguments>();
  app.add_option("ACTION", arguments->action, "verify: try whether plugins keep the contract")
      ->required()
      ->check(CLI::IsMember({"verify"}));
  app.add_option("FILE", arguments->files, "Shared objects")->required();
  app.add_flag("--json", arguments->json, "Print JSON");
  return [arguments] { return run(*arguments); };
}

}  // namespace leat::cli
