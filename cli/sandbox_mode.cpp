// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: the sandbox is on unless somebody has a reason, and a stranger's pipeline must not be
// such a reason.
//
// Invariants
// 1. What the command line says is the least: a pipeline can ask for more, never for less.
// 2. Without a word from either it is on where the kernel can and no plugin was loaded but for
//    connectors of this repository: what others need, nobody knows. Nor is it when several
//    pipelines are run one after another: what was given up for one is gone for the next.
//    Nor with connections: the sandbox has no sockets.
// 3. `--untrusted` is `require`, whatever else is said.
// 4. `require` is kept or refused.
#include "cli/sandbox_mode.h"

#include <algorithm>
#include <optional>
#include <string_view>

#include <fmt/format.h>

#include "engine/codes/machine.h"
#include "engine/sandbox.h"
#include "operators/plugin/connectors.h"
#include "operators/plugin/plugin_set.h"
#include "pipelines/run/reach.h"

namespace leat::cli {
namespace {

using Mode = pipelines::Settings::Sandbox;

std::optional<Mode> mode_of(const std::string& text) {
  if (text == "off") return Mode::kOff;
  if (text == "on") return Mode::kOn;
  if (text == "require") return Mode::kRequire;
  return std::nullopt;
}

/// Are there plugins besides connectors? These need no more than leat does.
bool has_strangers(const plugin::PluginSet& plugins) {
  return !std::all_of(plugins.files().begin(), plugins.files().end(), [](const std::string& file) {
    return plugin::connector_at(file) != nullptr;
  });
}

Mode choose_mode(const std::string& given, const pipelines::Settings& settings) {
  const std::optional<Mode> asked = mode_of(given);
  if (!asked) return settings.sandbox.value_or(Mode::kOn);
  return std::max(*asked, settings.sandbox.value_or(Mode::kOff));
}

}  // namespace

Status enter_sandbox_of(const RunArguments& arguments, const pipelines::Pipeline& pipeline,
                        SandboxFor whom) {
  const Mode mode =
      choose_mode(arguments.untrusted ? "require" : arguments.sandbox, pipeline.settings);
  if (mode == Mode::kOff) return {};
  const SandboxSupport support = sandbox_support();
  const bool has_plugins = pipeline.plugins != nullptr && has_strangers(*pipeline.plugins);
  // What a thread gives up for a first pass is not gone for what comes behind it.
  const bool is_only = arguments.is_only || whom == SandboxFor::kThread;
  if (support.is_whole() && !has_plugins && !pipeline.has_connections && is_only)
    return enter_sandbox(pipelines::reach_of(pipeline, arguments.side_files), whom);
  if (mode != Mode::kRequire) return {};
  const std::string_view refused = "the sandbox that is required cannot be had: ";
  if (!support.is_whole())
    return fail(code::kSandbox, ErrorCode::kInvalid,
                fmt::format("{}{}", refused, support.missing()),
                "run it on a machine that has both");
  if (has_plugins)
    return fail(code::kSandbox, ErrorCode::kInvalid,
                fmt::format("{}plugins are loaded, and what they need is not known", refused),
                "run it without plugins");
  if (pipeline.has_connections)
    return fail(code::kSandbox, ErrorCode::kInvalid,
                fmt::format("{}the pipeline uses connections, and it has no sockets", refused),
                "run it without 'sandbox: require', in a container that reaches its services only");
  return fail(code::kSandbox, ErrorCode::kInvalid,
              fmt::format("{}another pipeline is run in the same process", refused),
              "run one pipeline at a time");
}

}  // namespace leat::cli
