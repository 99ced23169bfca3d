// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/command.h"
#include "cli/exit_code.h"
#include "cli/output.h"
#include "engine/codes/command.h"
#include "operators/diagnostic.h"

namespace leat::cli {
namespace {

int show_help(const CLI::App& all, const std::string& name) {
  if (name.empty()) {
    // App::help() would be that of the subcommand that was parsed, which is `help`.
    print(all.get_formatter()->make_help(&all, all.get_name(), CLI::AppFormatMode::Normal));
    return kDone;
  }
  std::vector<std::string> names;
  for (const Command& command : commands()) {
    if (command.name == name) {
      print(all.get_subcommand(name)->help("leat"));
      return kDone;
    }
    names.emplace_back(command.name);
  }
  const std::string near = did_you_mean(name, names);
  return usage_error(code::kUnknownCommand, Answer{.command = "help"},
                     fmt::format("there is no command '{}'", name),
                     near.empty() ? "`leat help` lists them" : near);
}

}  // namespace

Action define_help(CLI::App& app) {
  auto name = std::make_shared<std::string>();
  app.add_option("COMMAND", *name, "Show the help of this command");
  return [&app, name] { return show_help(*app.get_parent(), *name); };
}

}  // namespace leat::cli
