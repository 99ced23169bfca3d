// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// `leat plugin verify`: does a plugin keep the contract of plugin_abi.h? See verify_plugin.cpp.
#pragma once

#include <functional>
#include <string>

#include "operators/plugin/plugin_set.h"

namespace leat::pipelines {

/// One thing that was tried.
struct PluginCheck {
  enum class Outcome : uint8_t { kOk, kFailed, kSkipped };

  std::string what;  ///< `acme.mask: rows in batches of other sizes`
  Outcome outcome = Outcome::kOk;
  std::string detail;  ///< What went wrong, or why it was not tried.
};

/// Tries every operator and function of the plugins, and tells each result at once: the next check
/// may crash or never return.
void verify_plugins(const plugin::PluginSet& plugins,
                    const std::function<void(PluginCheck)>& on_check);

}  // namespace leat::pipelines
