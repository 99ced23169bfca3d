// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/run/captured_rows.h"

#include <gtest/gtest.h>

#include "operators/output/output_transaction.h"
#include "tests/support/operator_fixture.h"

namespace leat::pipelines {
namespace {

TEST(CapturedRows, AreTheRowsOfAllPartsAsJson) {
  test::OperatorFixture fixture;
  const SchemaRef schema = test::make_schema({{"id", kInt64Type}, {"name", kUtf8Type}});
  CapturedRows captured{schema, {}};
  const auto sink = make_capture(captured);
  io::OutputTransaction outputs;
  const auto encoder = sink->encoder(fixture.lane());
  const auto committer = sink->committer({fixture.memory, fixture.ledger, outputs});
  const Batch batch =
      test::make_batch(fixture.memory, schema, {{1, "a\"b"}, {2, test::null_cell}, {3, ""}});
  for (const Batch& part : {batch, test::select_rows(fixture.memory, batch, {1})}) {
    auto bytes = encoder->encode(part);
    ASSERT_TRUE(bytes);
    ASSERT_TRUE(committer->write(*bytes, part.rows()));
  }
  EXPECT_EQ(captured.rows, (std::vector<std::vector<std::string>>{
                               {"1", "\"a\\\"b\""}, {"2", "null"}, {"3", "\"\""}, {"2", "null"}}));
  EXPECT_EQ(fixture.ledger[Counter::kCommitted], 4u);
}

}  // namespace
}  // namespace leat::pipelines
