// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The plugins of a process: found, loaded, checked, and put beside the built-in operators and
// functions. See plugin_set.cpp.
#pragma once

#include <deque>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/error.h"
#include "operators/operator.h"
#include "operators/plugin/bound.h"
#include "operators/plugin/functions.h"
#include "operators/plugin/plugin_abi.h"

namespace leat::plugin {

/// THREADS: one at a time while plugins are added; then any.
class PluginSet {
 public:
  PluginSet() = default;
  PluginSet(const PluginSet&) = delete;
  PluginSet& operator=(const PluginSet&) = delete;

  /// Loads a shared object: a path when `file` has a slash, else a name that is looked for in the
  /// folders of LEAT_PLUGIN_PATH, with or without `.so`. One that is loaded already is fine.
  /// ERRORS: kInvalid, one line that names the file and says what to do.
  Status load(const std::string& file);
  /// Was the file `path` loaded?
  bool has(const std::string& path) const;
  /// Adds what a plugin says of itself; `file` is what messages call it. ERRORS: as load.
  Status add(const leat_plugin* plugin, const std::string& file);

  /// The operators of all plugins, by name.
  std::vector<const OperatorDef*> operators() const;
  /// Null when there are none and `completeness` says that there are no others.
  std::shared_ptr<const expr::FunctionSet> functions(
      expr::Completeness completeness = expr::Completeness::kComplete) const;
  /// What stages of the pipeline that is loaded may name, from now on.
  void set_connections(Connections connections) { connections_ = std::move(connections); }
  const Connections& connections() const { return connections_; }
  /// Makes the connection and lets it go again, if a plugin is loaded that can. Reports what is
  /// wrong at the field concerned; false then. SUSPENDS.
  bool try_connection(const Connection& connection, Diagnostics& diagnostics) const;
  /// As it was found: what find_file() gave.
  const std::vector<std::string>& files() const { return files_; }

 private:
  /// What an OperatorDef of a plugin points to.
  struct Definition {
    leat_operator table{};  // as large as ours: what the plugin does not have is NULL
    PluginOperator plugin;
    std::deque<std::vector<std::string_view>> choices;
    std::vector<OptionDef> options;
    OperatorDef def;
  };

  Status add_operator(const leat_plugin& plugin, const leat_operator& table,
                      const std::string& file);
  Status add_function(const leat_plugin& plugin, const leat_function& table,
                      const std::string& file);
  Status claim(const std::string& name, const std::string& file);

  struct Connecting {
    std::string type;
    Site site;
    int (*try_connection)(leat_call*, const leat_connection*) = nullptr;
  };

  std::vector<std::string> files_;
  Connections connections_;
  std::deque<Connecting> connecting_;
  std::deque<Definition> operators_;
  std::deque<PluginFunction> functions_;
  std::vector<std::pair<std::string, std::string>> names_;  // and the file that claims each
};

/// The path of the plugin `name`. ERRORS: kInvalid.
Result<std::string> find_file(const std::string& name);

/// Opens the shared object and asks it what it is. ERRORS: kInvalid.
Result<const leat_plugin*> open_file(const std::string& path);

/// What is wrong with what an operator says of itself, or "".
std::string operator_mistake(const leat_operator& table);

}  // namespace leat::plugin
