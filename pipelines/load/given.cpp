// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: a pipeline that is tested reads what the test says, and is otherwise itself.
//
// Invariants:
//  1. As in portion.cpp: what is left is a pipeline like any other.
//  2. Rows that are given have the columns of the stage they stand in for, so that the stages behind
//     it are bound as they always are; columns that the test leaves out are NULL.
//  3. A stage that rows are given to reads nothing, and keeps its name, its place and its
//     `on_error`: its rejects are empty.
//
// Rejected: files in the place of rows (values would be read by another reader than the stage's,
// and tests would need a folder to write to).
#include "pipelines/load/given.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "engine/codes/command.h"
#include "engine/codes/file.h"
#include "operators/inline_rows.h"
#include "operators/operator.h"
#include "pipelines/load/bind_stages.h"
#include "pipelines/load/portion.h"

namespace leat::pipelines {
namespace {

constexpr std::string_view kPath = "path";
constexpr std::array<std::string_view, 6> kChoices = {kPath,        "files_from",  "exclude",
                                                      "newer_than", "incremental", "full_refresh"};

class GivenPutter {
 public:
  GivenPutter(const Given& given, const Document& document,
              const std::vector<expr::Environment>& environments, Spec& spec, Graph& graph)
      : given_(given),
        document_(document),
        environments_(environments),
        spec_(spec),
        graph_(graph) {}

  void put() {
    std::vector<std::pair<size_t, const GivenStage*>> rows;
    for (const GivenStage& one : given_.stages) {
      const std::optional<size_t> stage = find(one);
      if (!stage) continue;
      if (one.value.kind == OptionNode::Kind::kScalar) {
        put_file(*stage, one);
      } else {
        rows.emplace_back(*stage, &one);
      }
    }
    if (rows.empty()) return;
    std::vector<BoundStage> known = bind_all();
    bool again = false;
    for (const auto& [stage, one] : rows) {
      if (!known[stage].bound) again |= read_nothing(spec_.stages[stage]);
    }
    if (again) known = bind_all();
    for (const auto& [stage, one] : rows) put_rows(stage, *one, known[stage]);
    graph_.order = order_of(graph_.stages);
  }

 private:
  /// What is wrong with the pipeline is found again when what is left of it is bound.
  std::vector<BoundStage> bind_all() const {
    Diagnostics ignored;
    return bind_stages({document_, spec_, graph_, environments_, SourceColumns::kAll}, ignored);
  }

  static bool has_path(const StageSpec& stage) {
    const auto& options = stage.definition->options;
    return stage.definition->kind == OperatorKind::kSource &&
           std::any_of(options.begin(), options.end(),
                       [](const OptionDef& option) { return option.name == kPath; });
  }

  static void set_path(StageSpec& stage, const OptionNode& path) {
    if (stage.options.kind != OptionNode::Kind::kMap) {
      stage.options = path;
      return;
    }
    // What chooses among the files of the pipeline does not choose this one.
    std::erase_if(stage.options.entries, [](const OptionEntry& entry) {
      return std::find(kChoices.begin(), kChoices.end(), entry.name.text()) != kChoices.end();
    });
    stage.options.entries.push_back({SourceText(std::string(kPath), path.span, {}), path});
  }

  /// A source that declares its columns has their types without its file, too. False when it does
  /// not.
  static bool read_nothing(StageSpec& stage) {
    const auto& entries = stage.options.entries;
    const bool declares = std::any_of(entries.begin(), entries.end(), [](const OptionEntry& entry) {
      return entry.name.text() == "columns";
    });
    if (!has_path(stage) || !declares) return false;
    OptionNode path;
    path.kind = OptionNode::Kind::kScalar;
    path.scalar = name_of("/dev/null");
    set_path(stage, path);
    return true;
  }

  void mistake(Code number, Span where, std::string message, std::string hint) {
    given_.mistakes->error(number, where, std::move(message), std::move(hint));
  }

  std::optional<size_t> find(const GivenStage& one) {
    const std::string& name = one.stage.text();
    const std::expected<From, Diagnostic> found = find_rows(name, spec_, graph_);
    if (!found) {
      mistake(found.error().number, one.stage.span(), found.error().message, found.error().hint);
      return std::nullopt;
    }
    const StageSpec& stage = spec_.stages[found->stage];
    if (found->port != From::kRows || graph_.stages[found->stage].name != name) {
      mistake(code::kTestForm, one.stage.span(),
              fmt::format("'{}' is no stage that gives rows", name),
              "give rows to a source, or to a stage that others read");
      return std::nullopt;
    }
    if (stage.definition == nullptr) return std::nullopt;  // which was reported
    return found->stage;
  }

  /// The file is read by the reader of the stage.
  void put_file(size_t index, const GivenStage& one) {
    StageSpec& stage = spec_.stages[index];
    if (has_path(stage)) {
      // Of other tests of the pipeline nothing is said by it.
      const std::string& file = one.value.scalar.text();
      std::error_code error;
      if (file.find_first_of("*?[:") == std::string::npos && !std::filesystem::exists(file, error))
        return mistake(code::kNoFile, one.value.span, fmt::format("there is no file '{}'", file),
                       "paths are as seen from where leat is run");
      return set_path(stage, one.value);
    }
    mistake(code::kTestForm, one.value.span,
            fmt::format("the stage '{}' reads no file", one.stage.text()),
            "give it rows: [{ name: value }]");
  }

  void put_rows(size_t index, const GivenStage& one, const BoundStage& known) {
    for (const GraphStage& reader : graph_.stages) {
      for (const From& input : reader.inputs) {
        if (input.stage != index || input.port < From::kFurther) continue;
        return mistake(code::kTestForm, one.stage.span(),
                       fmt::format("'{}' has ports that are read, which rows cannot be given to",
                                   one.stage.text()),
                       "give rows to the stage that it reads");
      }
    }
    StageSpec& stage = spec_.stages[index];
    OptionNode options;
    options.kind = OptionNode::Kind::kMap;
    options.span = one.value.span;
    options.entries.push_back({name_of("rows"), one.value});
    if (known.bound) {
      OptionNode types;
      types.kind = OptionNode::Kind::kMap;
      for (const Field& field : known.bound->output->fields()) {
        OptionNode type;
        type.kind = OptionNode::Kind::kScalar;
        type.scalar = name_of(to_string(field.type));
        types.entries.push_back({name_of(field.name), std::move(type)});
      }
      options.entries.push_back({name_of("types"), std::move(types)});
    }
    stage.options = std::move(options);
    stage.definition = &given_definition();
    stage.from.reset();
    stage.broken = false;
    graph_.stages[index].inputs.clear();
    graph_.stages[index].resolved = true;
  }

  static SourceText name_of(std::string text) { return SourceText(std::move(text), {}, {}); }

  const Given& given_;
  const Document& document_;
  const std::vector<expr::Environment>& environments_;
  Spec& spec_;
  Graph& graph_;
};

}  // namespace

void put_given(const Given& given, const Document& document,
               const std::vector<expr::Environment>& environments, Spec& spec, Graph& graph) {
  GivenPutter(given, document, environments, spec, graph).put();
}

}  // namespace leat::pipelines
