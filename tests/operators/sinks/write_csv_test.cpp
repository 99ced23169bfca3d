// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/operators/sinks/sink_runner.h"
#include "tests/support/temp_dir.h"

namespace leat {
extern const OperatorDef operator_write_csv;

namespace {

using test::bind_ok;
using test::make_batch;
using test::make_schema;
using test::null_cell;
using test::OperatorFixture;
using test::Opt;
using test::SinkRun;
using test::TempDir;

const SchemaRef kSchema = make_schema({{"id", kInt64Type}, {"name", kUtf8Type}});

TEST(WriteCsv, WritesHeaderAndRows) {
  const TempDir dir;
  OperatorFixture fixture;
  const auto bound = bind_ok(operator_write_csv, Opt(dir.file("out/x.csv")), kSchema);
  const Batch first = make_batch(fixture.memory, kSchema, {{1, "a"}, {2, "b,c"}});
  const Batch second = make_batch(fixture.memory, kSchema, {{3, null_cell}, {4, ""}});
  ASSERT_TRUE(SinkRun(fixture, bound).all({first, second}));
  EXPECT_EQ(dir.read("out/x.csv"), "id,name\n1,a\n2,\"b,c\"\n3,\n4,\"\"\n");
  EXPECT_EQ(fixture.ledger[Counter::kCommitted], 4u);
}

TEST(WriteCsv, HeaderComesAlsoWithoutRows) {
  const TempDir dir;
  OperatorFixture fixture;
  const auto bound = bind_ok(operator_write_csv, Opt(dir.file("x.csv")), kSchema);
  ASSERT_TRUE(SinkRun(fixture, bound).all({}));
  EXPECT_EQ(dir.read("x.csv"), "id,name\n");
}

TEST(WriteCsv, OptionsShapeTheFile) {
  const TempDir dir;
  OperatorFixture fixture;
  const auto bound = bind_ok(operator_write_csv,
                             Opt::map({{"path", Opt(dir.file("x.csv"))},
                                       {"delimiter", ";"},
                                       {"header", "false"},
                                       {"nulls", "\\N"}}),
                             kSchema);
  ASSERT_TRUE(SinkRun(fixture, bound)
                  .all({make_batch(fixture.memory, kSchema,
                                   {{1, "a,b"}, {null_cell, "c;d"}, {3, "\\N"}})}));
  EXPECT_EQ(dir.read("x.csv"), "1;a,b\n\\N;\"c;d\"\n3;\"\\N\"\n");
}

TEST(WriteCsv, AllQuotes) {
  const TempDir dir;
  OperatorFixture fixture;
  const auto bound = bind_ok(
      operator_write_csv, Opt::map({{"path", Opt(dir.file("x.csv"))}, {"quotes", "all"}}), kSchema);
  ASSERT_TRUE(SinkRun(fixture, bound).all({make_batch(fixture.memory, kSchema, {{1, null_cell}})}));
  EXPECT_EQ(dir.read("x.csv"), "\"id\",\"name\"\n\"1\",\n");
}

TEST(WriteCsv, NothingAppearsBeforeCommitAndNothingAfterAbort) {
  const TempDir dir;
  dir.write("x.csv", "old");
  OperatorFixture fixture;
  const auto bound = bind_ok(operator_write_csv, Opt(dir.file("x.csv")), kSchema);
  SinkRun run(fixture, bound);
  ASSERT_TRUE(run.open());
  ASSERT_TRUE(run.write({make_batch(fixture.memory, kSchema, {{1, "a"}})}));
  EXPECT_EQ(dir.read("x.csv"), "old");
  run.abort();
  EXPECT_EQ(dir.list(), std::vector<std::string>{"x.csv"});
  EXPECT_EQ(dir.read("x.csv"), "old");
}

TEST(WriteCsv, ExistingFileIsRefusedIfSo) {
  const TempDir dir;
  dir.write("x.csv", "old");
  OperatorFixture fixture;
  const auto bound =
      bind_ok(operator_write_csv,
              Opt::map({{"path", Opt(dir.file("x.csv"))}, {"if_exists", "error"}}), kSchema);
  const Status opened = SinkRun(fixture, bound).open();
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::kIo);
}

TEST(WriteCsv, StandardOutputIsStreamed) {
  OperatorFixture fixture;
  const auto bound = bind_ok(operator_write_csv, Opt("-"), kSchema);
  testing::internal::CaptureStdout();
  const Status status =
      SinkRun(fixture, bound).all({make_batch(fixture.memory, kSchema, {{1, "a"}})});
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "id,name\n1,a\n");
  EXPECT_TRUE(status);
}

TEST(WriteCsv, MistakesAreReportedWhileBinding) {
  const auto mistakes = [](const Opt& options, SchemaRef schema = kSchema) {
    return test::bind(operator_write_csv, options, std::move(schema)).mistakes;
  };
  using Mistakes = std::vector<std::string>;
  EXPECT_EQ(mistakes(Opt("")), Mistakes{"the path is empty []"});
  EXPECT_EQ(mistakes(Opt("out/")), Mistakes{"'out/' names a folder, not a file [out/]"});
  EXPECT_EQ(mistakes(Opt::map({{"path", "x"}, {"delimiter", "\""}})),
            Mistakes{"the delimiter cannot be a quote, a line break or NUL [\"]"});
  EXPECT_EQ(mistakes(Opt::map({{"path", "x"}, {"nulls", "a,b"}})),
            Mistakes{"the text for NULL contains a quote, a line break or the delimiter [a,b]"});
  EXPECT_EQ(mistakes(Opt("x"), make_schema({})),
            Mistakes{"there are no columns to write [write_csv]"});
  EXPECT_EQ(mistakes(Opt::map({{"path", "x"}, {"if_exists", "skip"}})).size(), 1u);
}

TEST(WriteCsv, CompressionIsCheckedWhileBinding) {
  const auto mistakes = [](const Opt& options) {
    return test::bind(operator_write_csv, options, kSchema).mistakes;
  };
  using Mistakes = std::vector<std::string>;
  for (const std::string name : {"x.csv.gz", "x.csv.zst", "x.csv.lz4", "x.csv.bz2", "x.csv.xz"})
    EXPECT_EQ(mistakes(Opt(name)), Mistakes{}) << name;
  EXPECT_EQ(mistakes(Opt::map({{"path", "x.csv.xz"}, {"compression", "none"}})), Mistakes{});
  EXPECT_EQ(mistakes(Opt::map({{"path", "x.csv"}, {"level", "3"}})),
            Mistakes{"'level' has no effect, 'x.csv' is not compressed [3]"});
  EXPECT_EQ(mistakes(Opt::map({{"path", "x.csv.gz"}, {"level", "10"}})),
            Mistakes{"the highest level of gzip is 9 [10]"});
  EXPECT_EQ(mistakes(Opt::map({{"path", "x"}, {"compression", "zstd"}, {"level", "19"}})),
            Mistakes{});
  EXPECT_EQ(mistakes(Opt::map({{"path", "x"}, {"compression", "lz4"}})), Mistakes{});
  EXPECT_EQ(mistakes(Opt::map({{"path", "x"}, {"compression", "lzma"}})).size(), 1u);
}

}  // namespace
}  // namespace leat
