// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <limits>
#include <map>

#include <gtest/gtest.h>

#include "tests/support/dealt_rows.h"
#include "tests/support/operator_fixture.h"
#include "tests/support/seed.h"

namespace leat {

extern const OperatorDef operator_sequence;

namespace {

using test::bind_ok;
using test::Binding;
using test::Cell;
using test::DealtRows;
using test::make_batch;
using test::make_schema;
using test::null_cell;
using test::OperatorFixture;
using test::Opt;
using test::Row;
using test::run;
using Rows = std::vector<std::string>;

SchemaRef schema() { return make_schema({{"k", kUtf8Type}}); }

TEST(Sequence, NumbersRowsInTheOrderOfTheInput) {
  OperatorFixture fixture;
  EXPECT_EQ(run(fixture, bind_ok(operator_sequence, "n", schema()),
                {make_batch(fixture.memory, schema(), {{"a"}, {"b"}}),
                 make_batch(fixture.memory, schema(), {{"c"}}, Ordinal(1, 0))})
                .rows,
            (Rows{"a|1", "b|2", "c|3"}));
}

TEST(Sequence, PartitionsByThemselves) {
  OperatorFixture fixture;
  const Opt options = Opt::map({{"column", "n"}, {"start", "-1"}, {"partition_by", "k"}});
  EXPECT_EQ(
      run(fixture, bind_ok(operator_sequence, options, schema()),
          {make_batch(fixture.memory, schema(), {{"a"}, {null_cell}, {"a"}, {null_cell}, {"b"}})})
          .rows,
      (Rows{"a|-1", "NULL|-1", "a|0", "NULL|0", "b|-1"}));
}

TEST(Sequence, ANumberThatDoesNotFitIsABadRow) {
  OperatorFixture fixture;
  const Opt options =
      Opt::map({{"column", "n"}, {"start", std::to_string(std::numeric_limits<int64_t>::max())}});
  const test::Run result = run(fixture, bind_ok(operator_sequence, options, schema()),
                               {make_batch(fixture.memory, schema(), {{"a"}, {"b"}})});
  EXPECT_EQ(result.rows, (Rows{"a|9223372036854775807"}));
  EXPECT_EQ(result.error_message(), "the number of the row does not fit int64");
}

TEST(Sequence, BadKeysFollowOnErrorAndHaveNoNumber) {
  OperatorFixture fixture(size_t{1} << 30, OnError::kSkip);
  const Opt options = Opt::map({{"column", "n"}, {"partition_by", "k::int64 > 0"}});
  EXPECT_EQ(run(fixture, bind_ok(operator_sequence, options, schema(), {}, OnError::kSkip),
                {make_batch(fixture.memory, schema(), {{"1"}, {"x"}, {"2"}})})
                .rows,
            (Rows{"1|1", "2|2"}));
  OperatorFixture strict;
  const test::Run failed = run(strict, bind_ok(operator_sequence, options, schema()),
                               {make_batch(strict.memory, schema(), {{"1"}, {"x"}, {"2"}})});
  EXPECT_EQ(failed.rows, (Rows{"1|1"})) << "the rows before the bad one";
  EXPECT_TRUE(failed.error);
}

TEST(Sequence, Mistakes) {
  EXPECT_EQ(test::bind(operator_sequence, "k", schema()).mistakes,
            (Rows{"the input has a column 'k' already [k]"}));
  EXPECT_EQ(
      test::bind(operator_sequence,
                 Opt::map({{"column", "k"}, {"partition_by", Opt::list({"no", "nope"})}}), schema())
          .mistakes.size(),
      3u);
  EXPECT_EQ(test::bind(operator_sequence, Opt::map({{"start", "5"}}), schema()).mistakes.size(),
            1u);
}

TEST(Sequence, AgreesWithALoop) {
  const test::Seed seed;
  std::mt19937_64 random = seed.generator();
  for (int round = 0; round < 10; ++round) {
    std::vector<std::vector<Row>> splits(6);
    std::map<int64_t, int64_t> count;
    Rows wanted;
    for (std::vector<Row>& split : splits) {
      for (size_t i = random() % 900; i > 0; --i) {
        const auto key = static_cast<int64_t>(random() % 400);
        split.push_back({key});
        wanted.push_back(fmt::format("{}|{}", key, ++count[key]));
      }
    }
    const DealtRows data(make_schema({{"k", kInt64Type}}), std::move(splits));
    const Binding binding = bind_ok(
        operator_sequence, Opt::map({{"column", "n"}, {"partition_by", "k"}}), data.schema());
    OperatorFixture fixture;
    EXPECT_EQ(run(fixture, binding, data.in_order(fixture.memory).front()).rows, wanted);
  }
}

}  // namespace
}  // namespace leat
