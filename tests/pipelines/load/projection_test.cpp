// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/load/projection.h"

#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace leat::pipelines {
namespace {

class NoMap : public Map {
 public:
  std::unique_ptr<MapLane> lane(const LaneContext&, Sides) const override { return nullptr; }
};

SchemaRef schema(const std::string& letters) {
  std::vector<Field> fields;
  for (const char c : letters) fields.push_back({std::string(1, c), kInt64Type});
  return std::make_shared<const Schema>(std::move(fields));
}

/// A graph of stages with one-letter columns.
struct Pipe {
  Graph graph;
  std::vector<BoundStage> stages;

  void add(std::optional<From> from, SchemaRef output,
           std::vector<std::vector<InputColumn>> column_inputs, std::vector<InputColumn> always) {
    BoundStage stage;
    if (from) stage.inputs = {stages[from->stage].bound->output};
    stage.bound.emplace();
    stage.bound->species = std::make_unique<NoMap>();
    stage.bound->output = std::move(output);
    stage.bound->column_inputs = std::move(column_inputs);
    stage.bound->always_read = std::move(always);
    stages.push_back(std::move(stage));
    graph.order.push_back(graph.stages.size());
    graph.stages.push_back({.name = "s",
                            .inputs = from ? std::vector<From>{*from} : std::vector<From>{},
                            .on_error = OnError::kFail});
  }
  void source(const std::string& columns) { add(std::nullopt, schema(columns), {}, {}); }
  void sink(From from) { add(from, nullptr, {}, {}); }

  /// What is wanted of stage 0: its columns, or `all`.
  std::string wanted(Reading reading = Reading::kUsed) const {
    const auto names =
        wanted_columns(graph, stages, std::vector<Reading>(stages.size(), reading)).at(0);
    if (!names) return "all";
    std::string out;
    for (const std::string& name : *names) out += name;
    return out;
  }
};

TEST(Projection, ASinkReadsEverything) {
  Pipe pipe;
  pipe.source("abc");
  pipe.sink({0, false});
  EXPECT_EQ(pipe.wanted(), "all");
}

TEST(Projection, OnlyWhatTheLastStageIsMadeOf) {
  Pipe pipe;
  pipe.source("abcd");
  pipe.add(From{0, false}, schema("db"), {{3}, {1}}, {});
  pipe.sink({1, false});
  EXPECT_EQ(pipe.wanted(), "bd");
}

TEST(Projection, PredicatesAreRead) {
  Pipe pipe;
  pipe.source("abcd");
  pipe.add(From{0, false}, schema("abcd"), {{0}, {1}, {2}, {3}}, {2});
  pipe.add(From{1, false}, schema("a"), {{0}}, {});
  pipe.sink({2, false});
  EXPECT_EQ(pipe.wanted(), "ac");
}

TEST(Projection, ComputedColumnsAreComputedEvenIfNobodyReadsThem) {
  Pipe pipe;
  pipe.source("abc");
  pipe.add(From{0, false}, schema("abcx"), {{0}, {1}, {2}, {0, 1}}, {});
  pipe.add(From{1, false}, schema("c"), {{2}}, {});
  pipe.sink({2, false});
  EXPECT_EQ(pipe.wanted(), "all");
}

TEST(Projection, RenamedColumnsCountAsComputed) {
  Pipe pipe;
  pipe.source("ab");
  pipe.add(From{0, false}, schema("bx"), {{1}, {0}}, {});
  pipe.add(From{1, false}, schema("b"), {{0}}, {});
  pipe.sink({2, false});
  EXPECT_EQ(pipe.wanted(), "all");
}

TEST(Projection, SeveralReadersNeedTheUnion) {
  Pipe pipe;
  pipe.source("abcd");
  pipe.add(From{0, false}, schema("a"), {{0}}, {});
  pipe.sink({1, false});
  pipe.add(From{0, false}, schema("c"), {{2}}, {});
  pipe.sink({3, false});
  EXPECT_EQ(pipe.wanted(), "ac");
}

TEST(Projection, ReadersOfRejectsNeedNoColumn) {
  Pipe pipe;
  pipe.source("ab");
  pipe.add(From{0, false}, schema("a"), {{0}}, {});
  pipe.sink({1, false});
  pipe.sink({0, true});
  EXPECT_EQ(pipe.wanted(), "a");
}

TEST(Projection, CountingRowsNeedsNoColumnAtAll) {
  Pipe pipe;
  pipe.source("ab");
  pipe.add(From{0, false}, schema("n"), {{}}, {});
  pipe.sink({1, false});
  EXPECT_EQ(pipe.wanted(), "");
}

TEST(Projection, WiderReadings) {
  Pipe pipe;
  pipe.source("abc");
  pipe.add(From{0, false}, schema("ab"), {{0}, {1}}, {});
  pipe.add(From{1, false}, schema("a"), {{0}}, {});
  pipe.sink({2, false});
  EXPECT_EQ(pipe.wanted(), "a");
  EXPECT_EQ(pipe.wanted(Reading::kMentioned), "ab");
  EXPECT_EQ(pipe.wanted(Reading::kAll), "all");
}

}  // namespace
}  // namespace leat::pipelines
