// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/command.h"
#include "cli/exit_code.h"
#include "cli/output.h"

namespace leat::cli {
namespace {

/// `--name` and `-n` of each option of a command.
std::vector<std::string> option_names(const CLI::App& command) {
  std::vector<std::string> names;
  for (const CLI::Option* const option : command.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
    for (const std::string& name : option->get_snames()) names.push_back("-" + name);
  }
  return names;
}

/// A text between single quotes of a shell.
std::string shell_text(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'') {
      out += "'\\''";
    } else {
      out += c;
    }
  }
  return out + "'";
}

std::vector<std::string> command_names() {
  std::vector<std::string> names;
  for (const Command& command : commands()) names.emplace_back(command.name);
  return names;
}

std::string bash(const CLI::App& leat) {
  std::string out =
      "_leat() {\n"
      "  local word=${COMP_WORDS[COMP_CWORD]} options=\n"
      "  if ((COMP_CWORD == 1)); then\n";
  out += fmt::format("    COMPREPLY=($(compgen -W {} -- \"$word\"))\n    return\n  fi\n",
                     shell_text(fmt::format("{}", fmt::join(command_names(), " "))));
  out += "  case ${COMP_WORDS[1]} in\n";
  for (const std::string& name : command_names())
    out += fmt::format(
        "    {}) options={} ;;\n", name,
        shell_text(fmt::format("{}", fmt::join(option_names(*leat.get_subcommand(name)), " "))));
  return out +
         "  esac\n"
         "  if [[ $word == -* ]]; then\n"
         "    COMPREPLY=($(compgen -W \"$options\" -- \"$word\"))\n"
         "  else\n"
         "    COMPREPLY=($(compgen -f -- \"$word\"))\n"
         "  fi\n"
         "}\n"
         "complete -o filenames -F _leat leat\n";
}

std::string zsh(const CLI::App& leat) {
  std::string out = "#compdef leat\n_leat() {\n  if ((CURRENT == 2)); then\n    local -a all=(\n";
  for (const Command& command : commands())
    out +=
        fmt::format("      {}\n", shell_text(fmt::format("{}:{}", command.name, command.summary)));
  out +=
      "    )\n    _describe command all\n    return\n  fi\n  local -a options=()\n  case $words[2] "
      "in\n";
  for (const std::string& name : command_names())
    out += fmt::format("    {}) options=({}) ;;\n", name,
                       fmt::join(option_names(*leat.get_subcommand(name)), " "));
  return out +
         "  esac\n"
         "  if [[ $words[CURRENT] == -* ]]; then\n"
         "    compadd -- $options\n"
         "  else\n"
         "    _files\n"
         "  fi\n"
         "}\n"
         "compdef _leat leat\n";
}

std::string fish(const CLI::App& leat) {
  std::string out;
  for (const Command& command : commands()) {
    out += fmt::format("complete -c leat -n __fish_use_subcommand -f -a {} -d {}\n", command.name,
                       shell_text(command.summary));
  }
  for (const std::string& name : command_names()) {
    for (const CLI::Option* const option : leat.get_subcommand(name)->get_options()) {
      std::string names;
      for (const std::string& one : option->get_lnames()) names += " -l " + one;
      for (const std::string& one : option->get_snames()) names += " -s " + one;
      if (names.empty()) continue;
      out += fmt::format("complete -c leat -n '__fish_seen_subcommand_from {}'{} -d {}\n", name,
                         names, shell_text(option->get_description()));
    }
  }
  return out;
}

}  // namespace

Action define_completion(CLI::App& app) {
  auto shell = std::make_shared<std::string>();
  app.add_option("SHELL", *shell, "bash, zsh or fish")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
  return [&app, shell]() -> int {
    const CLI::App& leat = *app.get_parent();
    print(*shell == "bash" ? bash(leat) : *shell == "zsh" ? zsh(leat) : fish(leat));
    return kDone;
  };
}

}  // namespace leat::cli
