// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/load/given.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "pipelines/load/pipeline.h"
#include "pipelines/text/yaml_tree.h"

namespace leat::pipelines {
namespace {

using Texts = std::vector<std::string>;

constexpr const char* kPipeline =
    "stages:\n"
    "  - read_csv: { path: missing.csv, columns: { id: int64, note: utf8 } }\n"
    "    name: orders\n"
    "    on_error: reject\n"
    "  - derive: { twice: id * 2 }\n"
    "  - route: { routes: { big: id > 10 } }\n"
    "    name: parts\n"
    "  - write_csv: out.csv\n"
    "    from: parts.big\n";

/// The columns of what `target` gives with `given`, a mapping of stages; or what is wrong.
Texts columns(const std::string& given, const std::string& target) {
  const auto test = std::make_shared<Document>("given.yaml", given);
  Diagnostics of_test;
  Diagnostics of_pipeline;
  const auto tree = parse_tree(*test, of_test);
  Given stages{{}, &of_test};
  for (const auto& [stage, rows] : tree->entries) stages.stages.push_back({stage, rows});
  LoadOptions options;
  options.given = stages;
  options.portion.targets = {SourceText(target, {}, {})};
  const auto pipeline =
      load(std::make_shared<Document>("job.yaml", kPipeline), options, of_pipeline);
  Texts out;
  // What the pipeline lacks may be what the test was to give.
  for (const Diagnostic& error : (of_test.ok() ? of_pipeline : of_test).errors())
    out.push_back(error.message);
  if (!pipeline) return out;
  for (const Field& field : pipeline->stages.back().inputs.front()->fields())
    out.push_back(field.name + " " + to_string(field.type));
  return out;
}

TEST(Given, RowsHaveTheTypesOfTheStageWhoseFileNeedNotBeThere) {
  EXPECT_EQ(columns("orders: [{ note: 7 }]\n", "derive"),
            (Texts{"id int64", "note utf8", "twice int64"}));
  EXPECT_EQ(columns("derive: [{ twice: 7 }]\n", "parts.big"),
            (Texts{"id int64", "note utf8", "twice int64"}))
      << "a stage in the middle";
  EXPECT_EQ(columns("orders: []\n", "orders.rejects").size(), 6u) << "the port stays";
}

TEST(Given, WhatDoesNotFitIsAMistakeOfTheTest) {
  EXPECT_EQ(columns("ordres: []\n", "derive"), (Texts{"there is no stage called 'ordres'"}));
  EXPECT_EQ(columns("orders: [{ no: 7 }]\n", "derive"), (Texts{"the stage has no column 'no'"}));
  EXPECT_EQ(columns("orders: [{ id: x }]\n", "derive"),
            (Texts{"the column 'id' is int64, and 'x' is none"}));
  EXPECT_EQ(columns("derive: other.csv\n", "derive"), (Texts{"the stage 'derive' reads no file"}));
  EXPECT_EQ(columns("parts: []\n", "parts.big"),
            (Texts{"'parts' has ports that are read, which rows cannot be given to"}));
  EXPECT_EQ(columns("orders: []\n", "derived"), (Texts{"there is no stage called 'derived'"}));
}

}  // namespace
}  // namespace leat::pipelines
