// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <memory>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "cli/command.h"
#include "cli/exit_code.h"
#include "cli/output.h"

namespace leat::cli {

Action define_version(CLI::App& app) {
  auto json = std::make_shared<bool>(false);
  app.add_flag("--json", *json, "Print JSON");
  return [json] {
    if (*json) {
      print_envelope(Answer{.command = "version", .json = true},
                     {.ok = true,
                      .result = {{"name", "leat"}, {"version", LEAT_VERSION}},
                      .errors = {},
                      .warnings = {}});
    } else {
      print("leat " LEAT_VERSION "\n");
    }
    return kDone;
  };
}

}  // namespace leat::cli
