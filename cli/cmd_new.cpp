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
#include "cli/data_file.h"
#include "cli/exit_code.h"
#include "cli/new_project.h"
#include "cli/output.h"
#include "engine/codes/command.h"
#include "engine/codes/file.h"

namespace leat::cli {
namespace {

namespace fs = std::filesystem;

struct NewArguments {
  std::string what;
  std::string name;
  std::string kind = "rows";
  std::string folder;
  std::string from;  ///< A data file.
};

/// Names that CMake keeps for itself.
constexpr std::string_view kTargets[] = {"all",     "clean",   "depend", "edit_cache",   "help",
                                         "install", "package", "test",   "rebuild_cache"};

int refuse(Code number, const std::string& message, const std::string& hint) {
  return usage_error(number, Answer{.command = "new"}, message, hint);
}

bool is_word(std::string_view text) {
  const auto is_letter = [](char c) { return c >= 'a' && c <= 'z'; };
  return !text.empty() && is_letter(text.front()) &&
         std::all_of(text.begin(), text.end(),
                     [&](char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '_'; });
}

int new_operator(const NewArguments& arguments) {
  if (arguments.name.empty())
    return refuse(code::kProjectName, "the name is missing", "write one such as acme.mask");
  const size_t dot = arguments.name.find('.');
  const std::string vendor = dot == std::string::npos ? "my" : arguments.name.substr(0, dot);
  const std::string name =
      dot == std::string::npos ? arguments.name : arguments.name.substr(dot + 1);
  if (!is_word(vendor) || !is_word(name)) {
    return refuse(code::kProjectName,
                  fmt::format("'{}' cannot be the name of an operator", arguments.name),
                  "write vendor.name in small letters, digits and '_', such as acme.mask");
  }
  if (vendor == "leat") {
    return refuse(code::kProjectName, "'leat' is the vendor of what comes with leat",
                  "choose a vendor of your own, such as acme." + name);
  }
  if (std::find(std::begin(kTargets), std::end(kTargets), name) != std::end(kTargets)) {
    return refuse(code::kProjectName,
                  fmt::format("'{}' cannot be the name of a project, CMake has a target of "
                              "that name",
                              name),
                  "choose another name");
  }
  const fs::path folder = arguments.folder.empty() ? fs::path(name) : fs::path(arguments.folder);
  std::error_code error;
  if (fs::exists(folder, error) && !fs::is_empty(folder, error)) {
    return refuse(code::kExists, fmt::format("'{}' is there already", folder.string()),
                  "choose another folder with --into");
  }
  fs::create_directories(folder, error);
  for (const auto& [file, text] : project_files(vendor, name, arguments.kind)) {
    std::ofstream out(folder / file, std::ios::binary);
    out << text;
    out.close();
    if (!out.fail()) continue;
    return refuse(code::kCannotWrite,
                  fmt::format("'{}' cannot be written", (folder / file).string()),
                  "choose a folder that you may write to, with --into");
  }
  const std::string text = fmt::format(
      "{0}: the project of {1}.{2}. To build it and run its tests:\n"
      "  cd {0} && cmake -B build && cmake --build build && ctest --test-dir build\n",
      folder.string(), vendor, name);
  Log(LogFormat::kText).write({LogLevel::kInfo, "new", text}, text);
  return kDone;
}

/// A pipeline that reads a data file, with the columns that were inferred.
int new_pipeline(const NewArguments& arguments) {
  if (arguments.from.empty())
    return refuse(code::kUsage, "the data file is missing",
                  "write `leat new pipeline --from data.csv`");
  RunArguments reading;
  reading.command = "new";
  reading.is_only = false;  // the new pipeline is written after it
  reading.portion.to = "";
  reading.portion.rows_shown = 0;
  reading.portion.source_limit = 0;
  const auto shown = collect_rows(reading, reader_pipeline(arguments.from));
  if (!shown) return shown.error().exit_code;
  const std::string stem =
      arguments.name.empty() ? fs::path(arguments.from).filename().string() : arguments.name;
  const fs::path file = fs::path(arguments.folder) / (stem.substr(0, stem.find('.')) + ".yaml");
  std::error_code error;
  if (fs::exists(file, error))
    return refuse(code::kExists, fmt::format("'{}' is there already", file.string()),
                  "give the pipeline another name: `leat new pipeline NAME --from ...`");
  std::ofstream out(file, std::ios::binary);
  out << "stages:\n"
      << reader_stage(arguments.from, &shown->schema, shown->found) << "  - show: 10\n";
  out.close();
  if (out.fail())
    return refuse(code::kCannotWrite, fmt::format("'{}' cannot be written", file.string()),
                  "choose a folder that you may write to, with --into");
  const std::string text = fmt::format(
      "{0}: a pipeline that shows the first rows. To run it:\n  leat run {0}\n", file.string());
  Log(LogFormat::kText).write({LogLevel::kInfo, "new", text}, text);
  return kDone;
}

}  // namespace

Action define_new(CLI::App& app) {
  auto arguments = std::make_shared<NewArguments>();
  std::vector<std::string> kinds;
  for (const std::string_view kind : project_kinds()) kinds.emplace_back(kind);
  app.add_option("WHAT", arguments->what, "pipeline, or operator")
      ->required()
      ->check(CLI::IsMember({"pipeline", "operator"}));
  app.add_option(
      "NAME", arguments->name,
      "Its name: of an operator such as acme.mask (without a vendor it is one of `my`), of a "
      "pipeline the name of its file (default: that of the data)");
  app.add_option("--from", arguments->from, "The data file that the pipeline reads");
  app.add_option("--kind", arguments->kind,
                 "What it is: one row at a time, columns, an aggregate, a source, a sink, or a "
                 "function of expressions")
      ->check(CLI::IsMember(kinds))
      ->capture_default_str();
  app.add_option("--into", arguments->folder,
                 "The folder to make (default: the name); of a pipeline, where to write it");
  return [arguments] {
    return arguments->what == "pipeline" ? new_pipeline(*arguments) : new_operator(*arguments);
  };
}

}  // namespace leat::cli
