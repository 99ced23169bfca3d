// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// A pipeline that is ready to be planned: every stage is bound, every edge is resolved, every
// parameter has its value. `load` runs the front phases (README.md of this folder) and reports
// everything they find wrong at once.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "operators/diagnostic.h"
#include "operators/environment.h"
#include "operators/operator.h"
#include "pipelines/load/confine.h"
#include "pipelines/load/first_pass.h"
#include "pipelines/load/given.h"
#include "pipelines/load/plugins.h"
#include "pipelines/load/portion.h"
#include "pipelines/load/spec.h"
#include "pipelines/text/document.h"
#include "pipelines/text/redactions.h"

namespace leat::pipelines {

/// The value of an environment variable, or nullopt when it is not set.
std::optional<std::string> system_environment(std::string_view name);

/// What `load` needs besides the text.
struct LoadOptions {
  /// Name and value as given by `-p name=value`, in order. A name given twice is a mistake.
  std::vector<std::pair<std::string, std::string>> params;
  /// Answers `${env:NAME}`.
  std::function<std::optional<std::string>(std::string_view)> environment = system_environment;
  /// What now() returns in the expressions of this run: microseconds since 1970 UTC.
  int64_t now = 0;
  /// The operators that exist, in any order. The caller keeps them alive as long as the pipeline.
  std::span<const OperatorDef* const> operators = builtin_operators();
  /// Plugins loaded before; those under `plugins:` are added to them. May be null.
  std::shared_ptr<plugin::PluginSet> plugins = nullptr;
  Portion portion = {};
  /// Set: the pipeline is tested.
  std::optional<Given> given = std::nullopt;
  /// Which of those under `plugins:`.
  PluginPolicy plugin_policy = {};
  /// Set: the pipeline is not trusted.
  std::optional<Confinement> confinement = std::nullopt;
  /// A file of connections, which win over those of the pipeline; empty: none.
  std::string connections = {};
  /// May the services that connections lead to be asked? Then each that is used is tried.
  bool is_online = true;
  /// Sources read all files, whatever they keep of those that earlier runs have read.
  bool full_refresh = false;
  /// Called before the first source is bound that reads standard input: binding may wait for it.
  std::function<void()> before_stdin = {};
  /// Gets resolved_text() of a pipeline without mistakes. May be null.
  std::string* resolved = nullptr;
  /// What first passes have found.
  std::vector<FoundValues> found = {};
  /// Learns what the environment and secret parameters hold. May be null.
  std::shared_ptr<Redactions> redactions = nullptr;
};

/// What could not be checked: for want of a plugin that was not loaded, or of a service that was
/// not asked, or as it stands behind an option that is to be found in a first pass.
struct Unchecked {
  std::vector<std::string> plugins;      ///< As the pipeline names them.
  std::vector<std::string> connections;  ///< That would have to be asked.
  std::vector<std::string> stages;       ///< Those that use them, and what stands behind those.
  size_t stages_in_all = 0;
  /// Stages whose option is to be found, and can be: all that they read was bound.
  struct Open {
    size_t stage;  ///< Of Spec::stages.
    std::string name;
  };
  std::vector<Open> open;
};

/// One bound stage.
struct Stage {
  std::string name;  ///< As written, or else the operator's name: not always unique.
  const OperatorDef* definition = nullptr;
  std::optional<BoundOperator> bound;  ///< Always there in what `load` returns.
  std::vector<SchemaRef> inputs;       ///< The schemas of what `from` names; empty for sources.
  OnError on_error = OnError::kFail;
  std::vector<From> from;          ///< In the order of the operator's inputs; of lower stages only.
  std::vector<std::string> ports;  ///< Names of the further ports.
  Span span;                       ///< The operator key.
  std::optional<int64_t> lanes;
  std::optional<int64_t> capacity;  ///< Messages the edge into this stage may hold.
  std::string doc;
};

/// A checked pipeline. Immutable once loaded. THREADS: any.
struct Pipeline {
  std::shared_ptr<const Document> document;
  std::string name;  ///< As written, or else that of the file without its ending.
  std::string doc;
  Settings settings;
  std::optional<RejectLimit> max_rejects;
  expr::Environment environment;                     ///< Of the stages that stand in no group.
  std::shared_ptr<const plugin::PluginSet> plugins;  ///< Holds the definitions of their operators.
  /// Does a stage use a connection? Then the run needs sockets.
  bool has_connections = false;
  /// Inputs stand before their readers; otherwise in the order of the text.
  std::vector<Stage> stages;
  /// Do its sources keep, beside its outputs, which files they have read? Not where it is looked at
  /// or tested, or reads but the first rows.
  bool keeps_states = true;
  /// What first passes found; where the planner had to keep rows, and why: a line each.
  std::vector<std::string> notes;
};

/// Runs all phases up to binding. Appends the files that are included to `document`. Opens the
/// inputs that have no declared schema, reads no rows. Returns nullopt exactly when it reported
/// something, to `diagnostics` or what is given of a test to LoadOptions::given: all mistakes of
/// all phases that can be told apart, or when a stage needs a plugin that was skipped, a service
/// that may not be asked or a first pass: then `unchecked`, if given, says which.
std::optional<Pipeline> load(std::shared_ptr<Document> document, const LoadOptions& options,
                             Diagnostics& diagnostics, Unchecked* unchecked = nullptr);

}  // namespace leat::pipelines
