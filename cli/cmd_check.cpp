// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/command.h"
#include "cli/exit_code.h"
#include "cli/load.h"
#include "cli/output.h"
#include "pipelines/testing/trial.h"

namespace leat::cli {
namespace {

struct CheckArguments : PipelineArguments {
  bool shows_resolved = false;
};

nlohmann::ordered_json result_of(size_t stages, const std::string& resolved) {
  nlohmann::ordered_json result{{"stages", stages}};
  if (!resolved.empty()) result["resolved"] = resolved;
  return result;
}

/// The exit code of what is wrong with the tests that the pipeline has, which is printed.
int check_tests(const PipelineArguments& arguments, const Loaded& loaded) {
  Diagnostics mistakes;
  const pipelines::TestFile tests = pipelines::read_tests(loaded.document, mistakes);
  if (tests.cases.empty() && mistakes.ok()) return kDone;
  if (!mistakes.ok())
    return print_mistakes(arguments.answer(), mistakes_in(arguments, *loaded.document, mistakes));
  const auto options = load_options(arguments, LoadFor::kLook);
  if (!options) return print_mistakes(arguments.answer(), options.error());
  for (const pipelines::TestCase& test : tests.cases) {
    Diagnostics of_test;
    Diagnostics of_pipeline;
    pipelines::Trial::make(test, *loaded.document, loaded.document, {*options}, of_test,
                           of_pipeline);
    for (const Diagnostics* const found : {&of_test, &of_pipeline}) {
      for (const Diagnostic& one : found->errors())
        mistakes.error(one.number, one.where, one.message, one.hint);
    }
  }
  if (mistakes.ok()) return kDone;
  return print_mistakes(arguments.answer(), mistakes_in(arguments, *loaded.document, mistakes));
}

}  // namespace

Action define_check(CLI::App& app) {
  auto arguments = std::make_shared<CheckArguments>();
  add_pipeline_arguments(app, *arguments);
  add_online_argument(app, *arguments);
  app.add_flag("--resolved", arguments->shows_resolved,
               "Print the pipeline with all files, groups and parameters put in");
  return [arguments]() -> int {
    std::string resolved;
    if (arguments->shows_resolved) arguments->resolved = &resolved;
    const std::expected<Loaded, int> loaded =
        load(*arguments, LoadFor::kLook, nullptr, {.makes = false});
    if (!loaded) {
      const bool shows = loaded.error() == kDone && !arguments->json;
      if (shows) print(arguments->logger().redacted(std::move(resolved)));
      return loaded.error();
    }
    resolved = arguments->logger().redacted(std::move(resolved));
    if (const int wrong = check_tests(*arguments, *loaded); wrong != kDone) return wrong;
    const size_t stages = loaded->pipeline.stages.size();
    if (arguments->json) {
      print_envelope(arguments->answer(), {.ok = true,
                                           .result = result_of(stages, resolved),
                                           .errors = {},
                                           .warnings = loaded->warnings});
    } else if (arguments->shows_resolved) {
      print(resolved);
    } else {
      const std::string message = fmt::format("{} stages, no mistakes found", stages);
      arguments->logger().write({LogLevel::kInfo, "no_mistakes", message},
                                fmt::format("{}: {}\n", loaded->document->file(), message),
                                {{"file", loaded->document->file()}, {"stages", stages}});
    }
    return kDone;
  };
}

}  // namespace leat::cli
