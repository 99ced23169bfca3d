// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <memory>
#include <string>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/command.h"
#include "cli/exit_code.h"
#include "cli/output.h"
#include "cli/reference/man_page.h"
#include "engine/codes/command.h"
#include "operators/diagnostic.h"

namespace leat::cli {

Action define_man(CLI::App& app) {
  auto command = std::make_shared<std::string>();
  app.add_option("COMMAND", *command, "The command; without one, the page of leat itself");
  return [&app, command]() -> int {
    const auto all = commands();
    const bool known = std::any_of(all.begin(), all.end(), [&](const Command& candidate) {
      return candidate.name == *command;
    });
    if (!command->empty() && !known) {
      std::vector<std::string> names;
      for (const Command& candidate : all) names.emplace_back(candidate.name);
      return usage_error(code::kUnknownCommand, {.command = "man"},
                         fmt::format("there is no command '{}'", *command),
                         did_you_mean(*command, names));
    }
    print(man_page(*app.get_parent(), *command));
    return kDone;
  };
}

}  // namespace leat::cli
