// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include <gtest/gtest.h>

#include "operators/json/json_column.h"
#include "tests/operators/sinks/sink_runner.h"

namespace leat {
extern const OperatorDef operator_show;

namespace {

using test::bind_ok;
using test::make_batch;
using test::make_schema;
using test::null_cell;
using test::OperatorFixture;
using test::Opt;
using test::SinkRun;

const SchemaRef kSchema = make_schema({{"id", kInt64Type}, {"name", kUtf8Type}, {"ok", kBoolType}});

/// What a run prints.
std::string shown(OperatorFixture& fixture, const Opt& options, const std::vector<Batch>& batches) {
  const auto bound =
      bind_ok(operator_show, options, batches.empty() ? kSchema : batches[0].schema());
  testing::internal::CaptureStdout();
  const Status status = SinkRun(fixture, bound).all(batches);
  std::string text = testing::internal::GetCapturedStdout();
  EXPECT_TRUE(status);
  return text;
}

TEST(Show, PrintsATable) {
  OperatorFixture fixture;
  const Batch batch =
      make_batch(fixture.memory, kSchema, {{1, "a", true}, {200, "line\nbreak", null_cell}});
  EXPECT_EQ(shown(fixture, Opt(), {batch}),
            "   id  name         ok\n"
            "int64  utf8         bool\n"
            "-----  -----------  ----\n"
            "    1  a            true\n"
            "  200  line\\nbreak  NULL\n");
}

TEST(Show, SaysHowManyRowsAreBeyond) {
  OperatorFixture fixture;
  const Batch batch =
      make_batch(fixture.memory, kSchema, {{1, "a", true}, {2, "b", true}, {3, "c", true}});
  const std::string text = shown(fixture, Opt("2"), {batch, batch});
  EXPECT_TRUE(text.ends_with("    1  a     true\n    2  b     true\n... and 4 more rows\n"))
      << text;
  EXPECT_TRUE(shown(fixture, Opt("2"), {batch}).ends_with("... and 1 more row\n"));
  EXPECT_TRUE(shown(fixture, Opt("0"), {batch}).ends_with("... and 3 more rows\n"));
}

TEST(Show, RowsOfSeveralBatchesFillTheTable) {
  OperatorFixture fixture;
  std::vector<Batch> batches;
  for (int i = 0; i < 5; ++i)
    batches.push_back(
        make_batch(fixture.memory, kSchema, {{2 * i, "x", true}, {2 * i + 1, "y", true}}));
  const std::string text = shown(fixture, Opt("7"), batches);
  EXPECT_NE(text.find("    6  x     true\n... and 3 more rows\n"), std::string::npos) << text;
  EXPECT_EQ(text.find("    7  "), std::string::npos);
}

TEST(Show, NoRows) {
  OperatorFixture fixture;
  EXPECT_EQ(shown(fixture, Opt(), {}),
            "   id  name  ok\nint64  utf8  bool\n-----  ----  ----\nno rows\n");
}

TEST(Show, LongValuesAreCutAndATitleComesFirst) {
  OperatorFixture fixture;
  const SchemaRef schema =
      make_schema({{"a long name of a column", kUtf8Type}, {"raw", kBinaryType}});
  const Batch batch =
      make_batch(fixture.memory, schema, {{"a long value", std::string(100, '\xab')}});
  EXPECT_EQ(shown(fixture, Opt::map({{"width", "8"}, {"title", "Orders"}}), {batch}),
            "Orders\n"
            "a long \u2026  raw\n"
            "utf8      binary\n"
            "--------  --------\n"
            "a long \u2026  \\xababa\u2026\n");
}

TEST(Show, NestedValuesAreJsonAndNanIsShown) {
  OperatorFixture fixture;
  io::JsonColumn column(Type::list(kFloat64Type), fixture.memory);
  ASSERT_TRUE(column.start(BufferRef(), 1));
  column.children()[0].put(1.5);
  column.children()[0].put(std::nan(""));
  column.put_list();
  const Batch batch(make_schema({{"l", column.type()}}), {column.finish()}, 1, RowPlaces());
  EXPECT_EQ(shown(fixture, Opt(), {batch}), "l\nlist<float64>\n-------------\n[1.5,\"NaN\"]\n");
}

TEST(Show, PrintsNothingOfARunThatFails) {
  OperatorFixture fixture;
  const auto bound = bind_ok(operator_show, Opt(), kSchema);
  testing::internal::CaptureStdout();
  {
    SinkRun run(fixture, bound);
    EXPECT_TRUE(run.open());
    EXPECT_TRUE(run.write({make_batch(fixture.memory, kSchema, {{1, "a", true}})}));
    run.abort();
  }
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "");
}

TEST(Show, OptionsAreChecked) {
  EXPECT_EQ(test::bind(operator_show, Opt("-1"), kSchema).mistakes.size(), 1u);
  EXPECT_EQ(test::bind(operator_show, Opt::map({{"width", "3"}}), kSchema).mistakes.size(), 1u);
}

}  // namespace
}  // namespace leat
