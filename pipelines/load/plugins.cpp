// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: which operators there are must be known before stages are read, and which plugins there
// are stands in the same file.
//
// Invariants:
//  1. Plugins are loaded before the Spec is read and before parameters have values; so a `${...}`
//     in the name of a plugin is a mistake, which is said.
//  2. Every plugin that cannot be loaded is reported at its place, and the others are loaded.
//  3. Who only looks at a pipeline (PluginPolicy::Load::kAllowed) runs no code that the pipeline
//     chose: what was not allowed elsewhere is skipped, and whoever asks learns what was.
//
//  4. Connectors are part of the installation as leat is, so they are loaded for whoever only looks,
//     too, and for pipelines that may name no plugins; but not from where others can write.
//
// Rejected: looking for plugins by the vendor of an operator (a pipeline would run other code when
// a file appears in a folder).
#include "pipelines/load/plugins.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "engine/codes/form.h"
#include "engine/codes/graph.h"
#include "engine/mutant.h"
#include "operators/plugin/connectors.h"
#include "operators/plugin/trust.h"

namespace leat::pipelines {
namespace {

class PluginLoader {
 public:
  PluginLoader(const PluginPolicy& policy, plugin::PluginSet& plugins, Diagnostics& diagnostics)
      : policy_(policy), plugins_(plugins), diagnostics_(diagnostics) {}

  void load_entry(const SourceText& key, const OptionNode& value) {
    if (policy_.load == PluginPolicy::Load::kNone) {
      diagnostics_.error(code::kUntrusted, key.span(), "an untrusted pipeline may name no plugins",
                         "run it without --untrusted if you would run these plugins, too");
    } else if (value.kind == OptionNode::Kind::kScalar) {
      load_one(value.scalar);
    } else if (value.kind == OptionNode::Kind::kList) {
      for (const OptionNode& item : value.items) {
        if (item.kind == OptionNode::Kind::kScalar) {
          load_one(item.scalar);
        } else {
          wrong_shape(item.span);
        }
      }
    } else {
      wrong_shape(value.kind == OptionNode::Kind::kNull ? key.span() : value.span);
    }
  }
  std::vector<SourceText> take_skipped() { return std::move(skipped_); }

 private:
  void load_one(const SourceText& name) {
    if (name.text().contains("${")) {
      diagnostics_.error(code::kParameterPlace, name.span(),
                         "parameters have no value yet when plugins are loaded",
                         "write the path as it is, or a bare name and set LEAT_PLUGIN_PATH");
      return;
    }
    const Result<bool> loaded = load_if_allowed(name.text());
    if (!loaded) {
      diagnostics_.error(loaded.error().number, name.span(), loaded.error().message,
                         loaded.error().hint);
    } else if (!*loaded) {
      skipped_.push_back(name);
    }
  }

  /// False when it was skipped.
  Result<bool> load_if_allowed(const std::string& name) {
    LEAT_TRY_ASSIGN(const std::string path, plugin::find_file(name));
    if (plugins_.has(path)) return true;
    const bool asks =
        policy_.load == PluginPolicy::Load::kAllowed && !LEAT_MUTANT("check_loads_what_is_named");
    std::error_code error;
    if (asks && std::filesystem::exists(path, error)) {
      if (!plugin::is_allowed(path, policy_.allowed)) return false;
      LEAT_TRY(plugin::check_owners(path));
    }
    LEAT_TRY(plugins_.load(path));
    return true;
  }

  void wrong_shape(Span where) {
    diagnostics_.error(code::kWrongShape, where, "'plugins' must be a file, or a list of files",
                       "write each as an item: '- ./mine.so'");
  }

  const PluginPolicy& policy_;
  plugin::PluginSet& plugins_;
  Diagnostics& diagnostics_;
  std::vector<SourceText> skipped_;
};

/// Finds keys that are operators of connectors, wherever stages may stand.
class ConnectorLoader {
 public:
  ConnectorLoader(plugin::PluginSet& plugins, Diagnostics& diagnostics)
      : plugins_(plugins), diagnostics_(diagnostics) {}

  void visit(const OptionNode& node) {
    for (const OptionNode& item : node.items) visit(item);
    for (const OptionEntry& entry : node.entries) {
      if (const plugin::Connector* const connector = plugin::connector_of(entry.name.text()))
        load(*connector, entry.name);
      visit(entry.value);
    }
  }

 private:
  void load(const plugin::Connector& connector, const SourceText& key) {
    if (std::find(seen_.begin(), seen_.end(), &connector) != seen_.end()) return;
    seen_.push_back(&connector);
    const std::optional<std::string> file = plugin::find_connector(connector);
    if (!file) return;  // whoever knows no such operator says so
    Status loaded = plugin::check_owners(*file);
    if (loaded) loaded = plugins_.load(*file);
    if (!loaded)
      diagnostics_.error(loaded.error().number, key.span(), loaded.error().message,
                         loaded.error().hint);
  }

  plugin::PluginSet& plugins_;
  Diagnostics& diagnostics_;
  std::vector<const plugin::Connector*> seen_;
};

}  // namespace

void load_connectors(std::span<const OptionNode* const> roots, plugin::PluginSet& plugins,
                     Diagnostics& diagnostics) {
  ConnectorLoader loader(plugins, diagnostics);
  for (const OptionNode* const root : roots) loader.visit(*root);
}

std::vector<SourceText> load_plugins(const OptionNode& root, const PluginPolicy& policy,
                                     plugin::PluginSet& plugins, Diagnostics& diagnostics) {
  PluginLoader loader(policy, plugins, diagnostics);
  if (root.kind != OptionNode::Kind::kMap) return {};
  for (const auto& [key, value] : root.entries) {
    if (key.text() == "plugins") loader.load_entry(key, value);
  }
  return loader.take_skipped();
}

}  // namespace leat::pipelines
