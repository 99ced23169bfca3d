// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: who changes a column of a source wants to know which outputs change, and who doubts a
// number of an output where it comes from.
//
// Each stage says of which columns of its inputs a column is made, for the planner; followed from
// the sinks upwards that is the lineage. A column that only decides which rows there are (in a
// filter, or as a key of a join) is no part of the values, and does not count.
#include "cli/lineage.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

namespace leat::cli {
namespace {

using pipelines::From;
using pipelines::Pipeline;
using pipelines::Stage;

/// A column of a source.
using SourceColumn = std::pair<size_t, std::string>;

class Tracer {
 public:
  explicit Tracer(const Pipeline& pipeline) : pipeline_(pipeline) {}

  /// Where column `name`, number `column`, of what `from` has comes from.
  const std::set<SourceColumn>& trace(const From& from, size_t column, const std::string& name) {
    const auto [known, is_new] = known_.try_emplace({from.stage, from.port, column});
    if (!is_new) return known->second;
    std::set<SourceColumn> found;
    const Stage& stage = pipeline_.stages[from.stage];
    if (from.port == From::kRejects) {
      // Places and reasons are no values.
    } else if (stage.definition->kind == OperatorKind::kSource) {
      found.emplace(from.stage, name);
    } else if (from.port == From::kRows) {
      for (const InputColumn& made_of : stage.bound->column_inputs[column])
        add(stage, made_of.input, made_of.column, found);
    } else if (const auto same = stage.inputs.front()->find(name)) {
      add(stage, 0, *same, found);  // what leaves by other ports is as it came in
    }
    return known_[{from.stage, from.port, column}] = std::move(found);
  }

 private:
  void add(const Stage& stage, size_t input, size_t column, std::set<SourceColumn>& found) {
    const std::string& name = (*stage.inputs[input])[column].name;
    const std::set<SourceColumn>& above = trace(stage.from[input], column, name);
    found.insert(above.begin(), above.end());
  }

  const Pipeline& pipeline_;
  std::map<std::tuple<size_t, size_t, size_t>, std::set<SourceColumn>> known_;
};

}  // namespace

std::vector<SinkLineage> lineage_of(const Pipeline& pipeline) {
  Tracer tracer(pipeline);
  std::vector<SinkLineage> sinks;
  for (const Stage& stage : pipeline.stages) {
    if (stage.definition->kind != OperatorKind::kSink) continue;
    SinkLineage sink{stage.name, stage.bound->target ? stage.bound->target->text() : "", {}};
    const Schema& input = *stage.inputs.front();
    for (size_t i = 0; i < input.size(); ++i) {
      ColumnLineage column{input[i].name, {}};
      for (const auto& [source, name] : tracer.trace(stage.from.front(), i, input[i].name))
        column.from.push_back(fmt::format("{}.{}", pipeline.stages[source].name, name));
      sink.columns.push_back(std::move(column));
    }
    sinks.push_back(std::move(sink));
  }
  return sinks;
}

std::string lineage_text(const std::vector<SinkLineage>& sinks) {
  std::string text;
  for (const SinkLineage& sink : sinks) {
    text += fmt::format("{}{}{}\n", text.empty() ? "" : "\n", sink.stage,
                        sink.target.empty() ? "" : fmt::format(" ({})", sink.target));
    size_t width = 0;
    for (const ColumnLineage& column : sink.columns) width = std::max(width, column.column.size());
    for (const ColumnLineage& column : sink.columns) {
      text += fmt::format(
          "  {:<{}}  {}\n", column.column, width,
          column.from.empty() ? "no column" : fmt::format("{}", fmt::join(column.from, ", ")));
    }
  }
  return text;
}

nlohmann::ordered_json lineage_json(const std::vector<SinkLineage>& sinks) {
  using Json = nlohmann::ordered_json;
  Json list = Json::array();
  for (const SinkLineage& sink : sinks) {
    Json columns = Json::array();
    for (const ColumnLineage& column : sink.columns)
      columns.push_back({{"column", column.column}, {"from", column.from}});
    list.push_back({{"stage", sink.stage},
                    {"target", sink.target.empty() ? Json() : Json(sink.target)},
                    {"columns", std::move(columns)}});
  }
  return list;
}

}  // namespace leat::cli
