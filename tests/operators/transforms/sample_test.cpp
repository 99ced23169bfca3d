// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <map>
#include <set>

#include <gtest/gtest.h>

#include "tests/support/dealt_rows.h"
#include "tests/support/operator_fixture.h"
#include "tests/support/seed.h"

namespace leat {

extern const OperatorDef operator_sample;

namespace {

using test::bind_ok;
using test::Binding;
using test::make_batch;
using test::make_schema;
using test::OperatorFixture;
using test::Opt;
using test::Row;
using test::run;
using Rows = std::vector<std::string>;

SchemaRef schema() { return make_schema({{"n", kInt64Type}, {"p", kInt64Type}}); }

/// Rows 0 to `count` - 1 in batches of `step`; row n is of partition n % `partitions`.
std::vector<Batch> numbered(MemoryAccount& memory, int64_t count, int64_t step,
                            int64_t partitions) {
  std::vector<Batch> batches;
  for (int64_t begin = 0; begin < count; begin += step) {
    std::vector<Row> rows;
    for (int64_t n = begin; n < std::min(count, begin + step); ++n)
      rows.push_back({n, n % partitions});
    batches.push_back(make_batch(memory, schema(), rows, Ordinal(static_cast<uint64_t>(begin), 0)));
  }
  return batches;
}

Rows sample(const Opt& option, int64_t count, int64_t step = 1000, int64_t partitions = 1) {
  OperatorFixture fixture;
  const test::Run result = run(fixture, bind_ok(operator_sample, option, schema()),
                               numbered(fixture.memory, count, step, partitions));
  EXPECT_EQ(result.error_message(), "");
  return result.rows;
}

/// How many rows of each partition.
std::map<std::string, size_t> counts(const Rows& rows) {
  std::map<std::string, size_t> count;
  for (const std::string& row : rows) ++count[row.substr(row.find('|') + 1)];
  return count;
}

bool is_ascending(const Rows& rows) {
  for (size_t i = 1; i < rows.size(); ++i) {
    if (std::stoll(rows[i - 1]) >= std::stoll(rows[i])) return false;
  }
  return true;
}

TEST(Sample, SoManyRowsInTheOrderOfTheInput) {
  const Rows rows = sample("100", 20'000);
  EXPECT_EQ(rows.size(), 100u);
  EXPECT_TRUE(is_ascending(rows));
  EXPECT_EQ(sample("100", 60).size(), 60u) << "all, if there are fewer";
  EXPECT_TRUE(sample("0", 60).empty());
}

TEST(Sample, OfEachPartition) {
  const Opt option = Opt::map({{"rows", "7"}, {"partition_by", "p"}});
  const Rows rows = sample(option, 20'000, 1000, 5);
  EXPECT_TRUE(is_ascending(rows));
  EXPECT_EQ(counts(rows),
            (std::map<std::string, size_t>{{"0", 7}, {"1", 7}, {"2", 7}, {"3", 7}, {"4", 7}}));
}

TEST(Sample, AShareIsTheNearestWholeNumber) {
  const auto size = [](const char* share, int64_t count) {
    return sample(Opt::map({{"share", share}}), count).size();
  };
  EXPECT_EQ(size("1%", 20'000), 200u);
  EXPECT_EQ(size("0.01", 149), 1u);
  EXPECT_EQ(size("0.01", 150), 2u) << "half a row counts as one";
  EXPECT_EQ(size("29%", 50), 15u) << "of decimal digits, not of their binary neighbours";
  EXPECT_EQ(size("1%", 49), 0u);
  EXPECT_EQ(size("100%", 5000), 5000u);
  EXPECT_EQ(size("0%", 5000), 0u);
  EXPECT_EQ(size("12.5%", 1000), 125u);
  EXPECT_EQ(counts(sample(Opt::map({{"share", "10%"}, {"partition_by", "p"}}), 100, 7, 3)),
            (std::map<std::string, size_t>{{"0", 3}, {"1", 3}, {"2", 3}}));
}

TEST(Sample, DependsOnSeedAndNumberOnly) {
  const Opt option = Opt::map({{"share", "3%"}, {"partition_by", "p"}, {"seed", "7"}});
  const Rows rows = sample(option, 60'000, 1000, 4);
  for (const int64_t step : {1, 77, 4096}) EXPECT_EQ(sample(option, 60'000, step, 4), rows);
  EXPECT_NE(
      sample(Opt::map({{"share", "3%"}, {"partition_by", "p"}, {"seed", "8"}}), 60'000, 1000, 4),
      rows);
  EXPECT_EQ(sample(Opt::map({{"rows", "4"}, {"seed", "7"}}), 1000),
            (Rows{"207|0", "671|0", "901|0", "911|0"}))
      << "the same rows in every version";
}

/// Each row is chosen about as often as any other, at the ends and in the middle.
TEST(Sample, EveryRowIsAsLikely) {
  std::map<int64_t, int> chosen;
  for (int seed = 0; seed < 400; ++seed) {
    const Opt option = Opt::map({{"rows", "20"}, {"seed", std::to_string(seed)}});
    for (const std::string& row : sample(option, 100)) ++chosen[std::stoll(row) / 10];
  }
  // 800 of each ten rows are expected, with a deviation of about 24.
  for (const auto& [ten, count] : chosen) EXPECT_NEAR(count, 800, 150) << ten;
  EXPECT_EQ(chosen.size(), 10u);
}

TEST(Sample, HoldsLittle) {
  for (const char* option : {"rows", "share"}) {
    OperatorFixture fixture;
    const Opt value = Opt::map({{option, std::string_view(option) == "rows" ? "1000" : "1%"}});
    const Binding binding = bind_ok(operator_sample, value, schema());
    const auto state =
        std::get<std::unique_ptr<Sequential>>(binding.bound->species)->start(fixture.lane());
    test::CollectingOutput output(fixture.ledger);
    size_t peak = 0;
    for (uint64_t i = 0; i < 300; ++i) {
      OperatorFixture source;
      ASSERT_TRUE(state->process(numbered(source.memory, 4000, 4000, 1).front(), output));
      peak = std::max(peak, fixture.budget.used());
    }
    EXPECT_LT(peak, size_t{4} << 20) << option << ": 1.2 million rows are 19 MB";
    ASSERT_TRUE(state->finish(output));
    EXPECT_EQ(output.rows.size(), std::string_view(option) == "rows" ? 1000u : 12'000u);
  }
}

TEST(Sample, BadRowsCountAsRowsOfTheInput) {
  const SchemaRef text = make_schema({{"s", kUtf8Type}});
  OperatorFixture fixture(size_t{1} << 30, OnError::kSkip);
  const Opt option = Opt::map({{"rows", "10"}, {"partition_by", "s::int64 > 0"}});
  const test::Run result = run(fixture, bind_ok(operator_sample, option, text, {}, OnError::kSkip),
                               {make_batch(fixture.memory, text, {{"1"}, {"x"}, {"3"}})});
  EXPECT_EQ(result.rows, (Rows{"1", "3"}));
  EXPECT_EQ(fixture.ledger[Counter::kSkipped], 1u);
}

TEST(Sample, Mistakes) {
  const auto mistakes = [](const Opt& option) {
    return test::bind(operator_sample, option, schema()).mistakes;
  };
  EXPECT_EQ(mistakes(Opt::map({{"seed", "1"}})),
            (Rows{"'sample' needs 'rows' or 'share' [sample]"}));
  EXPECT_EQ(mistakes(Opt::map({{"rows", "1"}, {"share", "1%"}})),
            (Rows{"'sample' has both 'rows' and 'share' [sample]"}));
  for (const char* share : {"5", "101%", "-1%", "x", "%", "1.2.3", "0.1234567890123456"}) {
    EXPECT_EQ(mistakes(Opt::map({{"share", share}})),
              (Rows{fmt::format("option 'share' has the value '{0}', which is no share from 0% to "
                                "100% [{0}]",
                                share)}));
  }
}

}  // namespace
}  // namespace leat
