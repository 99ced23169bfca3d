// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The key `plugins:` of a pipeline. See plugins.cpp.
#pragma once

#include "operators/diagnostic.h"
#include "operators/options.h"
#include "operators/plugin/plugin_set.h"

namespace leat::pipelines {

/// Loads what stands under `plugins:` of the tree `root` into `plugins`. Reports what cannot be
/// loaded at its place, and a value of the wrong shape.
void load_plugins(const OptionNode& root, plugin::PluginSet& plugins, Diagnostics& diagnostics);

}  // namespace leat::pipelines
