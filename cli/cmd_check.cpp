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

namespace leat::cli {

Action define_check(CLI::App& app) {
  auto arguments = std::make_shared<PipelineArguments>();
  add_pipeline_arguments(app, *arguments);
  return [arguments]() -> int {
    const std::expected<Loaded, int> loaded = load(*arguments, LoadFor::kLook);
    if (!loaded) return loaded.error();
    const size_t stages = loaded->pipeline.stages.size();
    if (arguments->json) {
      print_envelope(arguments->answer(),
                     {.ok = true, .result = {{"stages", stages}}, .errors = {}, .warnings = {}});
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
