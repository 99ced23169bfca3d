// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/command.h"
#include "cli/exit_code.h"
#include "cli/load.h"
#include "cli/output.h"
#include "cli/side_file.h"
#include "pipelines/text/layout.h"
#include "pipelines/text/yaml_tree.h"

namespace leat::cli {
namespace {

using Json = nlohmann::ordered_json;

struct FmtArguments : PipelineArguments {
  std::vector<std::string> files;
  bool only_checks = false;
};

/// What became of one file.
struct LaidOut {
  int exit_code = kDone;
  bool is_changed = false;
  std::string text;  ///< The new one.
  Json errors;
};

LaidOut wrong(Mistakes mistakes) {
  return {.exit_code = mistakes.exit_code, .text = {}, .errors = std::move(mistakes.errors)};
}

/// In place, unless it is standard input or only looked at.
LaidOut lay_out(const FmtArguments& arguments, const std::string& file) {
  const Result<pipelines::Document> document = pipelines::Document::read(file);
  const auto refused = [&](const Error& error, const std::string& message) {
    return wrong(usage_mistake(error.number, arguments.answer(), message, error.hint));
  };
  if (!document) return refused(document.error(), document.error().message);
  Diagnostics diagnostics;
  if (!pipelines::parse_tree(*document, diagnostics) || !diagnostics.ok())
    return wrong(mistakes_in(arguments, *document, diagnostics));
  Result<std::string> text = pipelines::laid_out(*document);
  if (!text) {
    return refused(text.error(), fmt::format("{}: {}", document->file(), text.error().message));
  }
  LaidOut done{.is_changed = *text != document->text(), .text = std::move(*text), .errors = {}};
  if (!done.is_changed || file == "-") return done;
  if (arguments.only_checks) {
    done.exit_code = kFailed;
    return done;
  }
  Result<SideFile> target = SideFile::open(file);
  if (!target) return refused(target.error(), target.error().message);
  if (const Status written = target->write(done.text); !written)
    return refused(written.error(), written.error().message);
  return done;
}

void tell(const FmtArguments& arguments, const std::string& file, const LaidOut& done) {
  if (file == "-" && !arguments.only_checks) {
    if (done.errors.is_null() && done.exit_code == kDone) print(done.text);
    return;
  }
  if (!done.is_changed) return;
  const std::string_view what =
      arguments.only_checks ? "is not laid out as `leat fmt` would" : "laid out";
  arguments.logger().write({LogLevel::kInfo, "laid_out", what}, fmt::format("{}: {}\n", file, what),
                           {{"file", file}, {"written", !arguments.only_checks}});
}

int run(const FmtArguments& arguments) {
  int code = kDone;
  Json files = Json::array();
  Json errors = Json::array();
  for (const std::string& file : arguments.files) {
    LaidOut done = lay_out(arguments, file);
    if (file == "-" && arguments.only_checks && done.is_changed) done.exit_code = kFailed;
    code = std::max(code, done.exit_code);
    for (Json& error : done.errors) errors.push_back(std::move(error));
    if (!arguments.json) {
      tell(arguments, file, done);
      continue;
    }
    Json entry{{"file", file}, {"changed", done.is_changed}};
    if (file == "-") entry["text"] = done.text;
    files.push_back(std::move(entry));
  }
  if (arguments.json) {
    print_envelope(arguments.answer(), {.ok = code == kDone,
                                        .result = {{"files", std::move(files)}},
                                        .errors = std::move(errors),
                                        .warnings = {}});
  }
  return code;
}

}  // namespace

Action define_fmt(CLI::App& app) {
  auto arguments = std::make_shared<FmtArguments>();
  arguments->command = app.get_name();
  app.add_option("FILE", arguments->files,
                 "Pipelines, changed in place; - reads standard input and prints the result")
      ->required();
  app.add_flag("--check", arguments->only_checks,
               "Change nothing: name the files that would be changed (exit code 1)");
  app.add_flag("--json", arguments->json, "Print the result as JSON on standard output");
  add_color_argument(app, arguments->color);
  return [arguments] { return run(*arguments); };
}

}  // namespace leat::cli
