// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/support/operator_fixture.h"

namespace leat {

extern const OperatorDef operator_limit;

namespace {

using test::bind_ok;
using test::Binding;
using test::make_batch;
using test::make_schema;
using test::OperatorFixture;
using test::Opt;
using test::Row;
using test::run;
using test::select_rows;
using Rows = std::vector<std::string>;

SchemaRef numbers() { return make_schema({{"n", kInt64Type}}); }

std::vector<Batch> three_batches(OperatorFixture& fixture) {
  std::vector<Batch> batches;
  for (int batch = 0; batch < 3; ++batch) {
    std::vector<Row> rows;
    for (int i = 0; i < 4; ++i) rows.push_back({batch * 4 + i});
    batches.push_back(
        make_batch(fixture.memory, numbers(), rows, Ordinal(0, static_cast<uint64_t>(batch) * 4)));
  }
  return batches;
}

struct Limited {
  Rows rows;
  uint64_t in, passed, beyond;
  bool operator==(const Limited&) const = default;
};

Limited limited(const Opt& option) {
  OperatorFixture fixture;
  const Binding binding = bind_ok(operator_limit, option, numbers());
  const test::Run result = run(fixture, binding, three_batches(fixture));
  return {result.rows, fixture.ledger[Counter::kIn], fixture.ledger[Counter::kPassed],
          fixture.ledger[Counter::kBeyond]};
}

TEST(Limit, StopsAtOnce) {
  EXPECT_EQ(limited("3"), (Limited{{"0", "1", "2"}, 4, 3, 1}));
  EXPECT_EQ(limited("4"), (Limited{{"0", "1", "2", "3"}, 4, 4, 0}))
      << "the second batch is not asked for";
  EXPECT_EQ(limited("5"), (Limited{{"0", "1", "2", "3", "4"}, 8, 5, 3}));
  EXPECT_EQ(limited("0"), (Limited{{}, 4, 0, 4}));
  EXPECT_EQ(limited("100").rows.size(), 12u);
}

TEST(Limit, LeavesOutAnOffset) {
  EXPECT_EQ(limited(Opt::map({{"rows", "3"}, {"offset", "2"}})),
            (Limited{{"2", "3", "4"}, 8, 3, 5}));
  EXPECT_EQ(limited(Opt::map({{"rows", "2"}, {"offset", "8"}})), (Limited{{"8", "9"}, 12, 2, 10}));
  EXPECT_EQ(limited(Opt::map({{"rows", "2"}, {"offset", "11"}})).rows, (Rows{"11"}));
  EXPECT_EQ(limited(Opt::map({{"rows", "2"}, {"offset", "99"}})).rows, Rows{});
  EXPECT_EQ(limited(Opt::map({{"rows", "9223372036854775807"}, {"offset", "10"}})).rows,
            (Rows{"10", "11"}));
}

TEST(Limit, CountsSelectedRowsOnly) {
  OperatorFixture fixture;
  const Binding binding =
      bind_ok(operator_limit, Opt::map({{"rows", "2"}, {"offset", "1"}}), numbers());
  const std::vector<Batch> batches = three_batches(fixture);
  EXPECT_EQ(run(fixture, binding,
                {select_rows(fixture.memory, batches[0], {1, 3}),
                 select_rows(fixture.memory, batches[1], {0, 2})})
                .rows,
            (Rows{"3", "4"}));
}

TEST(Limit, MistakesInOptions) {
  EXPECT_EQ(test::bind(operator_limit, "-1", numbers()).mistakes.size(), 1u);
  EXPECT_EQ(test::bind(operator_limit, Opt::map({{"offset", "1"}}), numbers()).mistakes.size(), 1u);
}

}  // namespace
}  // namespace leat
