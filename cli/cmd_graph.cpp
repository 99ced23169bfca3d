// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <string>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "cli/command.h"
#include "cli/exit_code.h"
#include "cli/graph_picture.h"
#include "cli/load.h"
#include "cli/output.h"

namespace leat::cli {

Action define_graph(CLI::App& app) {
  auto arguments = std::make_shared<PipelineArguments>();
  auto format = std::make_shared<std::string>("mermaid");
  add_pipeline_arguments(app, *arguments);
  add_online_argument(app, *arguments);
  app.add_option("--format", *format, "How to print the stages: svg, mermaid or dot")
      ->check(CLI::IsMember({"svg", "mermaid", "dot"}))
      ->capture_default_str();
  return [arguments, format]() -> int {
    const std::expected<Loaded, int> loaded = load(*arguments, LoadFor::kLook);
    if (!loaded) return loaded.error();
    const std::string text = graph_picture(loaded->pipeline, *format);
    if (arguments->json) {
      print_envelope(arguments->answer(), {.ok = true,
                                           .result = {{"format", *format}, {"graph", text}},
                                           .errors = {},
                                           .warnings = loaded->warnings});
    } else {
      print(arguments->logger().redacted(text));
    }
    return kDone;
  };
}

}  // namespace leat::cli
