// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The key `plugins:` of a pipeline. See plugins.cpp.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "operators/diagnostic.h"
#include "operators/options.h"
#include "operators/plugin/plugin_set.h"

namespace leat::pipelines {

/// Which of the plugins that a pipeline names are loaded.
struct PluginPolicy {
  enum class Load : uint8_t {
    kNamed,    ///< All.
    kAllowed,  ///< Those that `allowed` covers and nobody else may change; the others are skipped.
    kNone,     ///< None: to name one is a mistake.
  };
  Load load = Load::kNamed;
  /// Shared objects and folders of them.
  std::vector<std::string> allowed = {};
};

/// Loads what stands under `plugins:` of the tree `root` into `plugins`, as `policy` says. Returns
/// those that were skipped. Reports what cannot be loaded at its place, and a value of the wrong
/// shape.
std::vector<SourceText> load_plugins(const OptionNode& root, const PluginPolicy& policy,
                                     plugin::PluginSet& plugins, Diagnostics& diagnostics);

/// Loads the connectors (plugin/connectors.h) that have an operator which a stage of `roots` may
/// name, where they are installed. Reports one that cannot be loaded at the first such stage.
void load_connectors(std::span<const OptionNode* const> roots, plugin::PluginSet& plugins,
                     Diagnostics& diagnostics);

}  // namespace leat::pipelines
