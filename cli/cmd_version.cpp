// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <memory>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "cli/command.h"
#include "cli/exit_code.h"

namespace leat::cli {

Action define_version(CLI::App& app) {
  auto json = std::make_shared<bool>(false);
  app.add_flag("--json", *json, "Print JSON");
  return [json] {
    if (*json) {
      std::puts(nlohmann::ordered_json{{"name", "leat"}, {"version", LEAT_VERSION}}.dump().c_str());
    } else {
      std::puts("leat " LEAT_VERSION);
    }
    return kDone;
  };
}

}  // namespace leat::cli
