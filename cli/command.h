// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// One subcommand: a row of the table in commands.cpp, defined in a file of its own.
#pragma once

#include <functional>
#include <span>
#include <string_view>

namespace CLI {
class App;
}

namespace leat::cli {

/// What a subcommand does once its arguments are read; returns the exit code.
using Action = std::function<int()>;

struct Command {
  std::string_view name;
  std::string_view summary;  ///< One line, starts with a verb.
  /// Declares the arguments on `app` and returns what to do with them.
  Action (*define)(CLI::App& app);
};

/// In the order of `leat --help`.
std::span<const Command> commands();

Action define_run(CLI::App& app);
Action define_check(CLI::App& app);
Action define_test(CLI::App& app);
Action define_explain(CLI::App& app);
Action define_operators(CLI::App& app);
Action define_functions(CLI::App& app);
Action define_plugin(CLI::App& app);
Action define_new(CLI::App& app);
Action define_fmt(CLI::App& app);
Action define_diff(CLI::App& app);
Action define_why(CLI::App& app);
Action define_lsp(CLI::App& app);
Action define_man(CLI::App& app);
Action define_version(CLI::App& app);
Action define_help(CLI::App& app);
Action define_do(CLI::App& app);
Action define_peek(CLI::App& app);
Action define_schema(CLI::App& app);
Action define_summarize(CLI::App& app);
Action define_eval(CLI::App& app);
Action define_graph(CLI::App& app);
Action define_doctor(CLI::App& app);
Action define_completion(CLI::App& app);

}  // namespace leat::cli
