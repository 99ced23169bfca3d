// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What is written is read back by `read_xlsx`.
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/runtime.h"
#include "tests/operators/input/source_run.h"
#include "tests/operators/sinks/sink_runner.h"
#include "tests/support/temp_dir.h"

namespace leat {
extern const OperatorDef operator_write_xlsx;
extern const OperatorDef operator_read_xlsx;

namespace {

using test::bind_ok;
using test::make_batch;
using test::make_schema;
using test::null_cell;
using test::OperatorFixture;
using test::Opt;
using test::SinkRun;
using test::TempDir;
using ::testing::ElementsAre;

class WriteXlsxTest : public ::testing::Test {
 protected:
  /// Writes all batches, as a run does.
  Status write(OperatorFixture& fixture, const test::Binding& bound,
               const std::vector<Batch>& batches) {
    Status status;
    Runtime(RuntimeConfig{.procs = 2}).run([&] { status = SinkRun(fixture, bound).all(batches); });
    return status;
  }
};

TEST_F(WriteXlsxTest, RowsAndTypesReadBack) {
  const TempDir dir;
  OperatorFixture fixture;
  const SchemaRef schema = make_schema({{"id", kInt64Type},
                                        {"big", kInt64Type},
                                        {"x", kFloat64Type},
                                        {"ok", kBoolType},
                                        {"day", kDateType},
                                        {"at", kTimestampType},
                                        {"t", kUtf8Type}});
  constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
  constexpr int64_t kTime = int64_t{1'700'000'000} * 1'000'000;
  const auto bound =
      bind_ok(operator_write_xlsx, Opt::map({{"path", Opt(dir.file("b.xlsx"))}, {"sheet", "Data"}}),
              schema);
  ASSERT_TRUE(
      write(fixture, bound,
            {make_batch(fixture.memory, schema,
                        {{1, kMax, 0.1, true, 19'000, kTime + 1000, " a\n<b>"},
                         {-2, 5, 1e300, false, -30'000, kTime + 1, "=1+1"}}),
             make_batch(fixture.memory, schema, {{3, 6, 2.5, null_cell, null_cell, kTime, ""}})}));
  const auto read = bind_ok(operator_read_xlsx, Opt(dir.file("b.xlsx")), nullptr);
  EXPECT_EQ(to_string(read.bound->output->fields()[1].type), "int64");
  EXPECT_EQ(to_string(read.bound->output->fields()[2].type), "float64");
  EXPECT_EQ(to_string(read.bound->output->fields()[4].type), "date");
  EXPECT_EQ(to_string(read.bound->output->fields()[5].type), "timestamp");
  const test::Run result = test::run_source(fixture, *read.bound);
  ASSERT_FALSE(result.error) << result.error->message;
  EXPECT_THAT(result.rows,
              ElementsAre("1|9223372036854775807|0.1|true|19000|1700000000001000| a\n<b>",
                          "-2|5|1e+300|false|-30000|1700000000000001|=1+1",
                          "3|6|2.5|NULL|NULL|1700000000000000|"));
}

TEST_F(WriteXlsxTest, TheHeaderIsThereWithoutRows) {
  const TempDir dir;
  OperatorFixture fixture;
  const SchemaRef schema = make_schema({{"a", kInt64Type}});
  const auto bound = bind_ok(operator_write_xlsx, Opt(dir.file("b.xlsx")), schema);
  ASSERT_TRUE(write(fixture, bound, {}));
  const auto read = bind_ok(operator_read_xlsx, Opt(dir.file("b.xlsx")), nullptr);
  EXPECT_EQ(read.bound->output->fields()[0].name, "a");
  EXPECT_EQ(test::run_source(fixture, *read.bound).rows.size(), 0u);
}

TEST_F(WriteXlsxTest, AFailedRunLeavesNoFile) {
  const TempDir dir;
  OperatorFixture fixture;
  const SchemaRef schema = make_schema({{"a", kUtf8Type}});
  const auto bound = bind_ok(operator_write_xlsx, Opt(dir.file("b.xlsx")), schema);
  EXPECT_FALSE(
      write(fixture, bound, {make_batch(fixture.memory, schema, {{std::string(40'000, 'x')}})}));
  EXPECT_FALSE(dir.exists("b.xlsx"));
}

TEST(WriteXlsx, MistakesAreReportedWhileBinding) {
  const SchemaRef schema = make_schema({{"a", kUtf8Type}});
  EXPECT_THAT(
      test::bind(operator_write_xlsx, Opt::map({{"path", "x"}, {"sheet", "a:b"}}), schema).mistakes,
      ElementsAre("the name of a sheet cannot hold any of [ ] : * ? / \\ [a:b]"));
  EXPECT_THAT(test::bind(operator_write_xlsx,
                         Opt::map({{"path", "x{part}"}, {"max_rows", "1048576"}}), schema)
                  .mistakes,
              ElementsAre("'max_rows' is 1048576, and a sheet can hold 1048575 [1048576]"));
  std::vector<Field> fields;
  for (int i = 0; i < 16'385; ++i) fields.push_back({std::to_string(i), kInt64Type});
  EXPECT_THAT(test::bind(operator_write_xlsx, Opt("x"), make_schema(fields)).mistakes,
              ElementsAre("there are 16385 columns, and a sheet can hold 16384 [write_xlsx]"));
}

}  // namespace
}  // namespace leat
