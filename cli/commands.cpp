// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <array>

#include "cli/command.h"

namespace leat::cli {

std::span<const Command> commands() {
  static constexpr std::array kCommands{
      Command{"run", "Run pipelines", define_run},
      Command{"do", "Run stages written on the command line", define_do},
      Command{"check", "Check a pipeline without reading its data", define_check},
      Command{"test", "Run the tests of pipelines", define_test},
      Command{"explain", "Show how a pipeline would be run", define_explain},
      Command{"graph", "Draw the stages of a pipeline", define_graph},
      Command{"peek", "Show the first rows of a stage or of a data file", define_peek},
      Command{"schema", "Show the columns of a data file, and how to write them down",
              define_schema},
      Command{"summarize", "Describe each column of a data file", define_summarize},
      Command{"diff", "Compare two data files, or what two pipelines give, by key", define_diff},
      Command{"why", "Show what became of rows at each stage", define_why},
      Command{"eval", "Compute an expression", define_eval},
      Command{"operators", "List the operators, or describe one", define_operators},
      Command{"functions", "List the functions of expressions, or describe one", define_functions},
      Command{"new", "Begin a pipeline, or the project of an operator of your own", define_new},
      Command{"fmt", "Lay out pipelines in one way", define_fmt},
      Command{"plugin", "Verify a plugin", define_plugin},
      Command{"doctor", "Show what this machine gives to a run", define_doctor},
      Command{"lsp", "Serve editors: mistakes, explanations and proposals", define_lsp},
      Command{"completion", "Print the completions of a shell", define_completion},
      Command{"man", "Print the manual page of a command", define_man},
      Command{"version", "Show the version", define_version},
      Command{"help", "Show the help of leat, or of a command", define_help},
  };
  return kCommands;
}

}  // namespace leat::cli
