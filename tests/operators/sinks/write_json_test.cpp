// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include <gtest/gtest.h>

#include "tests/operators/sinks/sink_runner.h"
#include "tests/support/temp_dir.h"

namespace leat {
extern const OperatorDef operator_write_json;

namespace {

using test::bind_ok;
using test::make_batch;
using test::make_schema;
using test::null_cell;
using test::OperatorFixture;
using test::Opt;
using test::SinkRun;
using test::TempDir;

const SchemaRef kSchema = make_schema({{"id", kInt64Type}, {"x", kFloat64Type}});

TEST(WriteJson, OneArrayHoweverRowsComeInBatches) {
  const TempDir dir;
  for (const bool together : {true, false}) {
    OperatorFixture fixture;
    const auto bound = bind_ok(operator_write_json, Opt(dir.file("x.json")), kSchema);
    const auto rows = [&](std::vector<std::vector<test::Cell>> cells) {
      return make_batch(fixture.memory, kSchema, std::move(cells));
    };
    std::vector<Batch> batches;
    if (together) {
      batches = {rows({{1, 0.5}, {null_cell, null_cell}, {3, 1.0}})};
    } else {
      batches = {rows({}), rows({{1, 0.5}}), rows({}), rows({{null_cell, null_cell}, {3, 1.0}})};
    }
    ASSERT_TRUE(SinkRun(fixture, bound).all(batches));
    EXPECT_EQ(dir.read("x.json"),
              "[\n{\"id\":1,\"x\":0.5},\n{\"id\":null,\"x\":null},\n{\"id\":3,\"x\":1}\n]\n");
  }
}

TEST(WriteJson, NoRowsMakeAnEmptyArray) {
  const TempDir dir;
  OperatorFixture fixture;
  const auto bound = bind_ok(operator_write_json, Opt(dir.file("x.json")), kSchema);
  ASSERT_TRUE(SinkRun(fixture, bound).all({}));
  EXPECT_EQ(dir.read("x.json"), "[\n]\n");
}

TEST(WriteJson, PrettyHasALineForEachValue) {
  const TempDir dir;
  OperatorFixture fixture;
  const auto bound =
      bind_ok(operator_write_json,
              Opt::map({{"path", Opt(dir.file("x.json"))}, {"pretty", "true"}}), kSchema);
  ASSERT_TRUE(SinkRun(fixture, bound)
                  .all({make_batch(fixture.memory, kSchema, {{1, 0.5}, {2, null_cell}})}));
  EXPECT_EQ(dir.read("x.json"),
            "[\n  {\n    \"id\": 1,\n    \"x\": 0.5\n  },\n  {\n    \"id\": 2,\n    \"x\": null\n  "
            "}\n]\n");
}

TEST(WriteJson, TheFirstRowMayBeOneThatIsSkipped) {
  const TempDir dir;
  OperatorFixture fixture(size_t{1} << 30, OnError::kSkip);
  const auto bound = bind_ok(operator_write_json, Opt(dir.file("x.json")), kSchema);
  ASSERT_TRUE(SinkRun(fixture, bound)
                  .all({make_batch(fixture.memory, kSchema, {{1, std::nan("")}}),
                        make_batch(fixture.memory, kSchema, {{2, std::nan("")}, {3, 1.0}})}));
  EXPECT_EQ(dir.read("x.json"), "[\n{\"id\":3,\"x\":1}\n]\n");
}

TEST(WriteJson, AFailedRunLeavesNoFile) {
  const TempDir dir;
  OperatorFixture fixture;
  const auto bound = bind_ok(operator_write_json, Opt(dir.file("x.json")), kSchema);
  EXPECT_FALSE(
      SinkRun(fixture, bound).all({make_batch(fixture.memory, kSchema, {{2, std::nan("")}})}));
  EXPECT_FALSE(dir.exists("x.json"));
}

TEST(WriteJson, MistakesAreReportedWhileBinding) {
  EXPECT_EQ(test::bind(operator_write_json, Opt("out/"), kSchema).mistakes,
            std::vector<std::string>{"'out/' names a folder, not a file [out/]"});
  EXPECT_EQ(test::bind(operator_write_json, Opt("x"), make_schema({})).mistakes,
            std::vector<std::string>{"there are no columns to write [write_json]"});
}

}  // namespace
}  // namespace leat
