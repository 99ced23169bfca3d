// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "cli/reference/man_page.h"

#include <string_view>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/command.h"

namespace leat::cli {
namespace {

/// Text as troff takes it: no escape, no request at the start of a line, hyphens that can be
/// copied.
std::string escaped(std::string_view text) {
  std::string out;
  bool at_line_start = true;
  for (const char c : text) {
    if (at_line_start && (c == '.' || c == '\'')) out += "\\&";
    at_line_start = c == '\n';
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else {
      out += c;
    }
  }
  return out;
}

/// `-q, --quiet`, or `--procs N`; of a positional argument its name.
std::string spelling(const CLI::Option& option) {
  if (option.nonpositional()) {
    std::string names;
    for (const std::string& name : option.get_snames()) names += "-" + name + ", ";
    for (const std::string& name : option.get_lnames()) names += "--" + name + ", ";
    names.resize(names.size() - 2);
    const std::string value = option.get_type_size() == 0 ? "" : option.get_type_name();
    return value.empty() ? names : names + " " + value;
  }
  return option.get_name(true);
}

std::string options_of(const CLI::App& app) {
  std::string text;
  for (const CLI::Option* const option : app.get_options()) {
    if (option->get_group().empty()) continue;
    text += fmt::format(".TP\n\\fB{}\\fR\n{}\n", escaped(spelling(*option)),
                        escaped(option->get_description()));
  }
  return text;
}

std::string header(const std::string& title, const std::string& name, std::string_view summary) {
  return fmt::format(".TH {} 1 \"\" \"leat {}\" \"User Commands\"\n.SH NAME\n{} \\- {}\n", title,
                     LEAT_VERSION, escaped(name), escaped(summary));
}

std::string synopsis(const CLI::App& app, const std::string& name) {
  std::string line = fmt::format(".SH SYNOPSIS\n\\fB{}\\fR", name);
  for (const CLI::Option* const option : app.get_options()) {
    if (option->nonpositional()) continue;
    const std::string argument = "\\fI" + escaped(option->get_name(true)) + "\\fR";
    line += option->get_required() ? " " + argument : " [" + argument + "]";
  }
  return line + " [\\fIOPTION\\fR]...\n";
}

std::string page_of_all(const CLI::App& app) {
  std::string text = header("LEAT", "leat", "run data pipelines declared in YAML");
  text += ".SH SYNOPSIS\n\\fBleat\\fR \\fICOMMAND\\fR [\\fIARGUMENT\\fR]...\n";
  text +=
      ".SH DESCRIPTION\nA pipeline is a YAML file: a list of stages that read, transform and "
      "write rows. Outputs appear together when the run has succeeded, or not at all. Each "
      "command has a manual page of its own.\n.SH COMMANDS\n";
  for (const Command& command : commands()) {
    text += fmt::format(".TP\n\\fB{}\\fR\n{}. See \\fBleat\\-{}\\fR(1).\n", command.name,
                        escaped(command.summary), command.name);
  }
  return text + ".SH OPTIONS\n" + options_of(app);
}

std::string page_of(const CLI::App& command) {
  const std::string name = command.get_name();
  std::string text = header("LEAT\\-" + name, "leat-" + name, command.get_description());
  text += synopsis(command, "leat " + name);
  text += ".SH OPTIONS\n" + options_of(command);
  return text + ".SH SEE ALSO\n\\fBleat\\fR(1)\n";
}

}  // namespace

std::string man_page(const CLI::App& app, const std::string& command) {
  return command.empty() ? page_of_all(app) : page_of(*app.get_subcommand(command));
}

}  // namespace leat::cli
