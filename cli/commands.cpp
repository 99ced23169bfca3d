// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <array>

#include "cli/command.h"

namespace leat::cli {

std::span<const Command> commands() {
  static constexpr std::array kCommands{
      Command{"run", "Run a pipeline", define_run},
      Command{"check", "Check a pipeline without reading its data", define_check},
      Command{"explain", "Show how a pipeline would be run", define_explain},
      Command{"operators", "List the operators, or describe one", define_operators},
      Command{"functions", "List the functions of expressions, or describe one", define_functions},
      Command{"new", "Begin the project of an operator of your own", define_new},
      Command{"plugin", "Verify a plugin", define_plugin},
      Command{"man", "Print the manual page of a command", define_man},
      Command{"version", "Show the version", define_version},
  };
  return kCommands;
}

}  // namespace leat::cli
