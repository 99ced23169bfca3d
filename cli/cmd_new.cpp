// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <system_error>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/command.h"
#include "cli/exit_code.h"
#include "cli/new_project.h"
#include "cli/output.h"

namespace leat::cli {
namespace {

namespace fs = std::filesystem;

struct NewArguments {
  std::string what;
  std::string name;
  std::string kind = "rows";
  std::string folder;
};

/// Names that CMake keeps for itself.
constexpr std::string_view kTargets[] = {"all",     "clean",   "depend", "edit_cache",   "help",
                                         "install", "package", "test",   "rebuild_cache"};

int refuse(const std::string& message, const std::string& hint) {
  return usage_error(false, Log(LogFormat::kText), message, hint);
}

bool is_word(std::string_view text) {
  const auto is_letter = [](char c) { return c >= 'a' && c <= 'z'; };
  return !text.empty() && is_letter(text.front()) &&
         std::all_of(text.begin(), text.end(),
                     [&](char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '_'; });
}

int run(const NewArguments& arguments) {
  const size_t dot = arguments.name.find('.');
  const std::string vendor = dot == std::string::npos ? "my" : arguments.name.substr(0, dot);
  const std::string name =
      dot == std::string::npos ? arguments.name : arguments.name.substr(dot + 1);
  if (!is_word(vendor) || !is_word(name)) {
    return refuse(fmt::format("'{}' cannot be the name of an operator", arguments.name),
                  "write vendor.name in small letters, digits and '_', such as acme.mask");
  }
  if (vendor == "leat") {
    return refuse("'leat' is the vendor of what comes with leat",
                  "choose a vendor of your own, such as acme." + name);
  }
  if (std::find(std::begin(kTargets), std::end(kTargets), name) != std::end(kTargets)) {
    return refuse(fmt::format("'{}' cannot be the name of a project, CMake has a target of "
                              "that name",
                              name),
                  "choose another name");
  }
  const fs::path folder = arguments.folder.empty() ? fs::path(name) : fs::path(arguments.folder);
  std::error_code error;
  if (fs::exists(folder, error) && !fs::is_empty(folder, error)) {
    return refuse(fmt::format("'{}' is there already", folder.string()),
                  "choose another folder with --into");
  }
  fs::create_directories(folder, error);
  for (const auto& [file, text] : project_files(vendor, name, arguments.kind)) {
    std::ofstream out(folder / file, std::ios::binary);
    out << text;
    out.close();
    if (!out.fail()) continue;
    return refuse(fmt::format("'{}' cannot be written", (folder / file).string()),
                  "choose a folder that you may write to, with --into");
  }
  fmt::print(stderr,
             "{0}: the project of {1}.{2}. To build it and run its tests:\n"
             "  cd {0} && cmake -B build && cmake --build build && ctest --test-dir build\n",
             folder.string(), vendor, name);
  return kDone;
}

}  // namespace

Action define_new(CLI::App& app) {
  auto arguments = std::make_shared<NewArguments>();
  std::vector<std::string> kinds;
  for (const std::string_view kind : project_kinds()) kinds.emplace_back(kind);
  app.add_option("WHAT", arguments->what, "operator")
      ->required()
      ->check(CLI::IsMember({"operator"}));
  app.add_option("NAME", arguments->name,
                 "Its name, such as acme.mask; without a vendor it is one of `my`")
      ->required();
  app.add_option("--kind", arguments->kind,
                 "What it is: one row at a time, columns, an aggregate, a source, a sink, or a "
                 "function of expressions")
      ->check(CLI::IsMember(kinds))
      ->capture_default_str();
  app.add_option("--into", arguments->folder, "The folder to make (default: the name)");
  return [arguments] { return run(*arguments); };
}

}  // namespace leat::cli
