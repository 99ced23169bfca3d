// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What the YAML says, as plain structs with places: one field per key, nothing resolved yet.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "operators/diagnostic.h"
#include "operators/operator.h"
#include "operators/options.h"
#include "pipelines/load/sources.h"
#include "pipelines/text/document.h"

namespace leat::pipelines {

/// `settings.spill` after checking.
struct SpillSettings {
  std::optional<SourceText> dir;
  std::optional<uint64_t> max;  ///< Bytes.
  bool compress = true;
};

/// `settings:` after checking. What is absent is decided by the run.
struct Settings {
  /// In this order: a greater one is stricter.
  enum class Sandbox : uint8_t { kOff, kOn, kRequire };

  std::optional<uint64_t> memory;  ///< Bytes.
  std::optional<int64_t> procs;
  bool fuse = true;
  SpillSettings spill = {};
  std::optional<Sandbox> sandbox = {};
};

/// `max_rejects:` after checking: exactly one of the two is set.
struct RejectLimit {
  std::optional<uint64_t> count;
  std::optional<double> share;  ///< Of the rows read, 0 to 1.
  SourceText written = {};
};

/// One entry of `params:`.
struct ParamSpec {
  SourceText name;
  std::optional<SourceText> type;
  std::optional<OptionNode> default_value;  ///< A scalar, a list or null.
  std::string doc;
  std::optional<SourceText> secret;  ///< `true`: its value is never printed.
  bool broken = false;  ///< A mistake in it was reported: its value may be missing for that.
};

/// A port of a stage that others may read.
struct From {
  static constexpr size_t kRows = 0;
  static constexpr size_t kRejects = 1;
  static constexpr size_t kFurther = 2;  ///< The first of OperatorDef::ports.

  size_t stage = 0;  ///< Index into Spec::stages, or into Pipeline::stages once loaded.
  size_t port = kRows;

  bool operator==(const From&) const = default;
};

/// One entry of `stages:`.
struct StageSpec {
  SourceText operator_key;
  OptionNode options;  ///< What stands under the operator key.
  std::optional<SourceText> name;
  std::optional<OptionNode> from;
  std::optional<SourceText> on_error;
  std::optional<SourceText> lanes;
  std::optional<SourceText> capacity;
  std::string doc;
  Span span;  ///< The whole entry.
  /// The group for whose stages this entry stands: then it has no operator, and expand_groups()
  /// puts those in its place.
  std::optional<SourceText> use;
  std::vector<OptionEntry> given;  ///< Of a use: `params`.
  /// Where its names are looked up: index into Spec::scopes.
  size_t scope = 0;
  /// Its index among all stages, also where but a portion of them is left.
  size_t number = 0;
  /// Whose rows it reads when nothing is said: the stage above it, or the output of the group used
  /// there. Nothing above the first stage of a scope.
  std::optional<size_t> above;
  const OperatorDef* definition =
      nullptr;            ///< Null when the operator is unknown (reported, if it is a mistake).
  bool broken = false;    ///< Something in it was reported that makes binding it pointless.
  bool is_guess = false;  ///< `definition` is what a misspelt operator means: that was reported.
};

/// One entry of `connections:`.
struct ConnectionSpec {
  SourceText name;
  OptionNode fields;       ///< kNull after a mistake that was reported.
  bool is_shared = false;  ///< It stands in a file for several pipelines: not all use it.
  bool wins = false;       ///< It stands in that of --connections: others of its name do not count.
};

/// One entry of `groups:`: stages that can be used as one, several times.
struct GroupSpec {
  SourceText name;
  std::string doc;
  std::vector<ParamSpec> params;
  std::vector<SourceText> inputs;
  std::optional<SourceText> output;  ///< The stage whose rows are those of a use.
  std::vector<StageSpec> stages;
};

/// What names mean: in the pipeline itself, or in one use of a group.
struct Scope {
  /// What the use reads in place of an input of its group.
  struct Input {
    std::string name;
    std::optional<SourceText> from;  ///< A name in the scope outside.
    std::optional<size_t> above;     ///< Else the stage above the use.
  };

  size_t outer = 0;             ///< The scope with the use; of the pipeline itself.
  std::string name;             ///< The name of the use there; "" of the pipeline.
  std::string prefix;           ///< Of the names of its stages outside of it: `orders.`
  std::optional<size_t> group;  ///< Index into Spec::groups.
  SourceText use;               ///< The name of the group as the use has it.
  std::vector<OptionEntry> given;
  std::vector<Input> inputs;
  std::optional<size_t> output;  ///< The stage whose rows come out; nothing after a mistake.
};

/// The whole pipeline.
struct Spec {
  std::optional<SourceText> name;
  std::string doc;
  Span params_key;  ///< The key `params`, or the start of the file.
  std::vector<ParamSpec> params;
  std::optional<SourceText> memory;
  std::optional<SourceText> procs;
  std::optional<SourceText> fuse;
  std::optional<SourceText> spill_dir;
  std::optional<SourceText> spill_max;
  std::optional<SourceText> spill_compress;
  std::optional<SourceText> sandbox;
  std::optional<SourceText> on_error;
  std::optional<SourceText> max_rejects;
  std::vector<ConnectionSpec> connections;
  std::vector<GroupSpec> groups;
  std::vector<StageSpec> stages;
  std::vector<Scope> scopes{Scope{}};  ///< The first is the pipeline.
};

/// The operators that stages may name.
struct KnownOperators {
  /// `known` is anything that a span can be made of.
  template <typename Range>
    requires std::is_convertible_v<const Range&, std::span<const OperatorDef* const>>
  KnownOperators(const Range& known,
                 bool all = true)  // NOLINT(google-explicit-constructor): as a span
      : definitions(known), are_all(all) {}

  std::span<const OperatorDef* const> definitions;
  bool are_all;  ///< False: others, with a dot in their names, are those of plugins not loaded.
};

/// Sorts the trees of a pipeline into a Spec. Reports unknown, reserved, misplaced and missing
/// keys, values of the wrong shape and unknown operators. Goes on as if each mistake had been
/// corrected, where that is plain; leaves out the rest.
Spec read_spec(const Document& document, const Sources& sources, const KnownOperators& operators,
               Diagnostics& diagnostics);

/// The values of `settings`, `on_error`, `max_rejects`, `lanes` and `capacity`, which are read
/// after interpolation. Each reports a mistake and returns nullopt.
std::optional<uint64_t> read_bytes(const SourceText& text, Diagnostics& diagnostics);
std::optional<int64_t> read_count(std::string_view key, const SourceText& text, int64_t maximum,
                                  Diagnostics& diagnostics);
std::optional<bool> read_switch(std::string_view key, const SourceText& text,
                                Diagnostics& diagnostics);
std::optional<Settings::Sandbox> read_sandbox(const SourceText& text, Diagnostics& diagnostics);
std::optional<OnError> read_on_error(const SourceText& text, Diagnostics& diagnostics);
std::optional<RejectLimit> read_reject_limit(const SourceText& text, Diagnostics& diagnostics);

}  // namespace leat::pipelines
