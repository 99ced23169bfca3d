// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: the columns of a pivot are values of its rows, and a plan needs its columns before a row
// is read.
//
// So rows are read twice. The first pass is a pipeline like any other, made of what the stage
// reads and a few stages more: derive the value, group by it, sort, stop at one more than there may
// be. What it found is written into the options of the stage as if somebody had written it there,
// and the pipeline is loaded once more.
//
// Invariants
// 1. The stage itself, and all behind it, see a list like any other; no phase but this one knows of
//    first passes.
// 2. The texts of the values are those that `::utf8` gives, which compare equal to the values.
// 3. A bad row of the first pass ends it, or is left out of it, as `on_error` of the stage says; it
//    is counted and told in the run itself.
//
// Rejected: columns that are found while the run goes on (every stage behind would be bound in the
// middle of it, and what is wrong with them found after hours), and keeping the rows of the first
// pass (all columns of all rows on disk, where most pipelines read a file that is there anyway).
#include "pipelines/load/first_pass.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "engine/check.h"
#include "operators/operator.h"

namespace leat::pipelines {
namespace {

constexpr std::string_view kValue = "value";

const OptionNode* find_option(const OptionNode& options, std::string_view name) {
  const auto found = std::find_if(options.entries.begin(), options.entries.end(),
                                  [&](const OptionEntry& one) { return one.name.text() == name; });
  return found == options.entries.end() ? nullptr : &found->value;
}

OptionNode scalar_at(std::string text, Span span) {
  OptionNode node;
  node.kind = OptionNode::Kind::kScalar;
  node.scalar = SourceText(std::move(text), span, {});
  node.span = span;
  return node;
}

/// How many values there may be. REQUIRES: the options were checked.
int64_t most_of(const StageSpec& stage) {
  const OptionValues defaults(stage.definition->options, stage.span);
  const OptionNode* const written = find_option(stage.options, stage.definition->found->most);
  return written == nullptr ? defaults.integer(stage.definition->found->most)
                            : std::stoll(written->scalar.text());
}

}  // namespace

void put_found(const std::vector<FoundValues>& found, Spec& spec) {
  for (const FoundValues& one : found) {
    StageSpec& stage = spec.stages[one.stage];
    const Span span = stage.operator_key.span();
    OptionNode list;
    list.kind = OptionNode::Kind::kList;
    list.span = span;
    for (const std::optional<std::string>& value : one.values) {
      list.items.push_back(scalar_at(value.value_or("null"), span));
      if (!value) list.items.back().kind = OptionNode::Kind::kNull;
    }
    const std::string name(stage.definition->found->option);
    stage.options.entries.push_back({SourceText(name, span, {}), std::move(list)});
  }
}

bool lacks_found_option(const StageSpec& stage) {
  return stage.definition != nullptr && stage.definition->found != nullptr &&
         stage.options.kind == OptionNode::Kind::kMap &&
         find_option(stage.options, stage.definition->found->option) == nullptr;
}

StageSpec stage_beside(std::string_view operator_name,
                       const std::vector<std::pair<std::string_view, std::string>>& options,
                       const StageSpec& beside) {
  StageSpec stage;
  const Span span = beside.operator_key.span();
  stage.operator_key = SourceText(std::string(operator_name), span, {});
  stage.options.kind = OptionNode::Kind::kMap;
  stage.options.span = span;
  for (const auto& [name, value] : options)
    stage.options.entries.push_back(
        {SourceText(std::string(name), span, {}), scalar_at(value, span)});
  stage.span = span;
  stage.scope = beside.scope;
  stage.definition = find_operator(operator_name);
  return stage;
}

std::vector<StageSpec> finding_stages(const StageSpec& stage) {
  LEAT_CHECK(lacks_found_option(stage), "there is something to find");
  const std::string value(kValue);
  const auto derive = [&](OptionNode node) {
    StageSpec made = stage_beside("derive", {}, stage);
    made.options.entries.push_back(
        {SourceText(value, stage.operator_key.span(), {}), std::move(node)});
    return made;
  };
  const Span span = stage.operator_key.span();
  const int64_t most = most_of(stage);
  return {derive(*find_option(stage.options, stage.definition->found->of)),
          stage_beside("aggregate", {{"by", value}}, stage),
          stage_beside("sort", {{"by", value}}, stage),
          stage_beside("limit", {{"rows", std::to_string(most + 1)}}, stage),
          derive(scalar_at(value + "::utf8", span))};
}

}  // namespace leat::pipelines
