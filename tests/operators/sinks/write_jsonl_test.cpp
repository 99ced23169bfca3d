// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include <gtest/gtest.h>

#include "tests/operators/sinks/sink_runner.h"
#include "tests/support/temp_dir.h"

namespace leat {
extern const OperatorDef operator_write_jsonl;

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

TEST(WriteJsonl, WritesOneObjectALine) {
  const TempDir dir;
  OperatorFixture fixture;
  const auto bound = bind_ok(operator_write_jsonl, Opt(dir.file("x.jsonl")), kSchema);
  ASSERT_TRUE(SinkRun(fixture, bound)
                  .all({make_batch(fixture.memory, kSchema, {{1, 0.5}, {null_cell, null_cell}})}));
  EXPECT_EQ(dir.read("x.jsonl"), "{\"id\":1,\"x\":0.5}\n{\"id\":null,\"x\":null}\n");
}

TEST(WriteJsonl, NoRowsMakeAnEmptyFile) {
  const TempDir dir;
  OperatorFixture fixture;
  const auto bound = bind_ok(operator_write_jsonl, Opt(dir.file("x.jsonl")), kSchema);
  ASSERT_TRUE(SinkRun(fixture, bound).all({}));
  EXPECT_EQ(dir.read("x.jsonl"), "");
}

TEST(WriteJsonl, RowsWithNanFailTheRun) {
  const TempDir dir;
  OperatorFixture fixture;
  const auto bound = bind_ok(operator_write_jsonl, Opt(dir.file("x.jsonl")), kSchema);
  const Status status =
      SinkRun(fixture, bound)
          .all({make_batch(fixture.memory, kSchema, {{1, 0.5}, {2, std::nan("")}})});
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::kData);
  EXPECT_FALSE(dir.exists("x.jsonl"));
}

TEST(WriteJsonl, RowsWithNanAreSkippedIfSo) {
  const TempDir dir;
  OperatorFixture fixture(size_t{1} << 30, OnError::kSkip);
  const auto bound = bind_ok(operator_write_jsonl, Opt(dir.file("x.jsonl")), kSchema);
  ASSERT_TRUE(
      SinkRun(fixture, bound)
          .all({make_batch(fixture.memory, kSchema, {{1, 0.5}, {2, std::nan("")}, {3, 1.0}})}));
  EXPECT_EQ(dir.read("x.jsonl"), "{\"id\":1,\"x\":0.5}\n{\"id\":3,\"x\":1}\n");
  EXPECT_EQ(fixture.ledger[Counter::kWritten], 2u);
  EXPECT_EQ(fixture.ledger[Counter::kSkipped], 1u);
}

TEST(WriteJsonl, MistakesAreReportedWhileBinding) {
  EXPECT_EQ(test::bind(operator_write_jsonl, Opt("out/"), kSchema).mistakes,
            std::vector<std::string>{"'out/' names a folder, not a file [out/]"});
  EXPECT_EQ(test::bind(operator_write_jsonl, Opt("x"), make_schema({})).mistakes,
            std::vector<std::string>{"there are no columns to write [write_jsonl]"});
}

}  // namespace
}  // namespace leat
