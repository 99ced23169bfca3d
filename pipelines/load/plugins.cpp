// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: which operators there are must be known before stages are read, and which plugins there
// are stands in the same file.
//
// Invariants:
//  1. Plugins are loaded before the Spec is read and before parameters have values; so a `${...}`
//     in the name of a plugin is a mistake, which is said.
//  2. Every plugin that cannot be loaded is reported at its place, and the others are loaded.
//
// Rejected: looking for plugins by the vendor of an operator (a pipeline would run other code when
// a file appears in a folder).
#include "pipelines/load/plugins.h"

#include <utility>

#include <fmt/format.h>

namespace leat::pipelines {
namespace {

void load_one(const SourceText& name, plugin::PluginSet& plugins, Diagnostics& diagnostics) {
  if (name.text().contains("${")) {
    diagnostics.error(name.span(), "parameters have no value yet when plugins are loaded",
                      "write the path as it is, or a bare name and set LEAT_PLUGIN_PATH");
    return;
  }
  if (Status loaded = plugins.load(name.text()); !loaded)
    diagnostics.error(name.span(), std::move(loaded.error().message),
                      std::move(loaded.error().hint));
}

}  // namespace

void load_plugins(const OptionNode& root, plugin::PluginSet& plugins, Diagnostics& diagnostics) {
  if (root.kind != OptionNode::Kind::kMap) return;
  const auto wrong_shape = [&](Span where) {
    diagnostics.error(where, "'plugins' must be a file, or a list of files",
                      "write each as an item: '- ./mine.so'");
  };
  for (const auto& [key, value] : root.entries) {
    if (key.text() != "plugins") continue;
    if (value.kind == OptionNode::Kind::kScalar) {
      load_one(value.scalar, plugins, diagnostics);
    } else if (value.kind == OptionNode::Kind::kList) {
      for (const OptionNode& item : value.items) {
        if (item.kind == OptionNode::Kind::kScalar) {
          load_one(item.scalar, plugins, diagnostics);
        } else {
          wrong_shape(item.span);
        }
      }
    } else {
      wrong_shape(value.kind == OptionNode::Kind::kNull ? key.span() : value.span);
    }
  }
}

}  // namespace leat::pipelines
