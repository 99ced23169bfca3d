// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The manual page of a command, made from the definition that parses its arguments: what `--help`
// says, in the form of man(7). Nothing is written twice, so no page can be behind the program.
#pragma once

#include <string>

namespace CLI {
class App;
}

namespace leat::cli {

/// The page leat(1), or of a subcommand leat-NAME(1). `app` has every command defined on it.
/// REQUIRES: `command` is a subcommand of `app`, or empty.
std::string man_page(const CLI::App& app, const std::string& command);

}  // namespace leat::cli
