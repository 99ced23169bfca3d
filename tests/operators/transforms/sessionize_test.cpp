// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <map>
#include <tuple>

#include <gtest/gtest.h>

#include "tests/support/dealt_rows.h"
#include "tests/support/operator_fixture.h"
#include "tests/support/seed.h"

namespace leat {

extern const OperatorDef operator_sessionize;

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
using test::run_lanes;
using Rows = std::vector<std::string>;

constexpr int64_t kMinute = 60'000'000;

SchemaRef clicks() { return make_schema({{"user", kUtf8Type}, {"ts", kTimestampType}}); }

Opt options(std::vector<std::pair<std::string, Opt>> more) { return Opt::map(std::move(more)); }

/// The last column of each row.
Rows sessions(const Opt& option, const SchemaRef& schema, const std::vector<Row>& rows) {
  OperatorFixture fixture;
  const test::Run result = run(fixture, bind_ok(operator_sessionize, option, schema),
                               {make_batch(fixture.memory, schema, rows)});
  EXPECT_EQ(result.error_message(), "");
  Rows numbers;
  for (const std::string& row : result.rows) numbers.push_back(row.substr(row.rfind('|') + 1));
  return numbers;
}

std::vector<Row> at_minutes(const std::vector<std::pair<std::string, int64_t>>& rows) {
  std::vector<Row> result;
  for (const auto& [user, minute] : rows) result.push_back({user, minute * kMinute});
  return result;
}

TEST(Sessionize, APauseLongerThanTheGapBeginsASession) {
  const Opt option = options({{"gap", "interval '30 minutes'"}, {"partition_by", "user"}});
  EXPECT_EQ(sessions(option, clicks(),
                     at_minutes({{"a", 0}, {"b", 10}, {"a", 30}, {"b", 41}, {"a", 61}, {"b", 60}})),
            (Rows{"1", "1", "1", "2", "2", "2"}));
}

TEST(Sessionize, ASessionIsNoLongerThanItsLimit) {
  const Opt both = options({{"gap", "interval '30 minutes'"}, {"max_length", "interval '1 hour'"}});
  const std::vector<Row> rows =
      at_minutes({{"a", 0}, {"a", 20}, {"a", 40}, {"a", 60}, {"a", 80}, {"a", 120}, {"a", 141}});
  EXPECT_EQ(sessions(both, clicks(), rows), (Rows{"1", "1", "1", "1", "2", "3", "3"}));
  EXPECT_EQ(sessions(options({{"max_length", "interval '1 hour'"}}), clicks(), rows),
            (Rows{"1", "1", "1", "1", "2", "2", "3"}));
}

TEST(Sessionize, WithAnOrderRowsStayWhereTheyAre) {
  const std::vector<Row> rows =
      at_minutes({{"a", 61}, {"b", 50}, {"a", 0}, {"b", 10}, {"a", 30}, {"a", 92}});
  EXPECT_EQ(
      sessions(
          options({{"gap", "interval '30 minutes'"}, {"partition_by", "user"}, {"order_by", "ts"}}),
          clicks(), rows),
      (Rows{"2", "2", "1", "1", "1", "3"}));
}

/// sessions_forgotten_between_batches is caught here.
TEST(Sessionize, SessionsGoOnFromBatchToBatch) {
  OperatorFixture fixture;
  const Binding binding = bind_ok(operator_sessionize, "interval '30 minutes'", clicks());
  EXPECT_EQ(
      run(fixture, binding,
          {make_batch(fixture.memory, clicks(), at_minutes({{"a", 0}, {"a", 40}})),
           make_batch(fixture.memory, clicks(), at_minutes({{"a", 50}, {"a", 90}}), Ordinal(1, 0))})
          .rows,
      (Rows{"a|0|1", "a|2400000000|2", "a|3000000000|2", "a|5400000000|3"}));
}

TEST(Sessionize, RowsWithoutATimeAreOfNoSession) {
  std::vector<Row> rows = at_minutes({{"a", 0}, {"a", 1}, {"a", 100}});
  rows.insert(rows.begin() + 1, {"a", null_cell});
  for (const bool ordered : {false, true}) {
    std::vector<std::pair<std::string, Opt>> more{{"gap", "interval '30 minutes'"}};
    if (ordered) more.emplace_back("order_by", "ts");
    EXPECT_EQ(sessions(Opt::map(more), clicks(), rows), (Rows{"1", "NULL", "1", "2"}));
  }
}

TEST(Sessionize, TimesOfEveryType) {
  const auto numbers = [](const Type& type, const char* gap, const std::vector<Row>& rows) {
    return sessions(options({{"gap", gap}, {"time", "t"}}), make_schema({{"t", type}}), rows);
  };
  EXPECT_EQ(numbers(kDateType, "interval '1 day'", {{int64_t{1}}, {int64_t{2}}, {int64_t{4}}}),
            (Rows{"1", "1", "2"}));
  EXPECT_EQ(numbers(kDateType, "interval '1 month'", {{int64_t{0}}, {int64_t{31}}, {int64_t{63}}}),
            (Rows{"1", "1", "2"}))
      << "a month from 1 February has 28 days, one from 1 January 31";
  EXPECT_EQ(numbers(kInt64Type, "10", {{-5}, {5}, {16}}), (Rows{"1", "1", "2"}));
  EXPECT_EQ(
      numbers(kInt64Type, "10",
              {{std::numeric_limits<int64_t>::max() - 5}, {std::numeric_limits<int64_t>::max()}}),
      (Rows{"1", "1"}));
  EXPECT_EQ(numbers(kFloat64Type, "0.5", {{0.0}, {0.5}, {1.25}}), (Rows{"1", "1", "2"}));
  EXPECT_EQ(numbers(kFloat64Type, "1", {{0.0}, {1.0}, {2.5}}), (Rows{"1", "1", "2"}));
}

TEST(Sessionize, BadRowsFollowOnError) {
  const SchemaRef schema = make_schema({{"s", kUtf8Type}});
  const Opt option = options({{"gap", "5"}, {"time", "s::int64"}});
  OperatorFixture strict;
  const test::Run failed = run(strict, bind_ok(operator_sessionize, option, schema),
                               {make_batch(strict.memory, schema, {{"1"}, {"x"}, {"9"}})});
  EXPECT_EQ(failed.rows, (Rows{"1|1"})) << "the rows before the bad one";
  EXPECT_TRUE(failed.error);
  OperatorFixture skipping(size_t{1} << 30, OnError::kSkip);
  EXPECT_EQ(run(skipping, bind_ok(operator_sessionize, option, schema, {}, OnError::kSkip),
                {make_batch(skipping.memory, schema, {{"1"}, {"x"}, {"9"}})})
                .rows,
            (Rows{"1|1", "9|2"}));
}

TEST(Sessionize, Mistakes) {
  const auto mistakes = [](const Opt& option, const SchemaRef& schema) {
    return test::bind(operator_sessionize, option, schema).mistakes;
  };
  const SchemaRef two = make_schema({{"a", kTimestampType}, {"b", kDateType}, {"s", kUtf8Type}});
  EXPECT_EQ(mistakes(options({{"partition_by", "user"}}), clicks()),
            (Rows{"'sessionize' needs 'gap' or 'max_length' [sessionize]"}));
  EXPECT_EQ(mistakes("interval '1 day'", two),
            (Rows{"the input has several columns of times: 'a', 'b' [sessionize]"}));
  EXPECT_EQ(mistakes("interval '1 day'", make_schema({{"s", kUtf8Type}})),
            (Rows{"the input has no column of times to make sessions by [sessionize]"}));
  EXPECT_EQ(mistakes(options({{"gap", "5"}, {"time", "a"}, {"column", "s"}}), two),
            (Rows{"the input has a column 's' already [s]",
                  "'gap' is of type int64, and the time of type timestamp [5]"}));
  EXPECT_EQ(mistakes(options({{"gap", "interval '-1 day'"}, {"order_by", "a desc"}}), two),
            (Rows{"sessions are made forward in time [a desc]",
                  "'gap' is negative [interval '-1 day']"}));
  EXPECT_EQ(mistakes(options({{"gap", "interval '1 day'"}, {"order_by", "s"}}), two),
            (Rows{"sessions cannot be made by a time of type utf8 [s]",
                  "'gap' is of type interval, and the time of type utf8 [interval '1 day']"}));
  EXPECT_EQ(mistakes(options({{"gap", "interval '1 day'"}, {"order_by", "a"}, {"time", "b"}}), two),
            (Rows{"'time' and 'order_by' are both there [b]"}));
  EXPECT_EQ(mistakes(options({{"gap", "null"}, {"time", "a"}}), two),
            (Rows{"'gap' is NULL [null]"}));
  EXPECT_EQ(mistakes(options({{"gap", "a"}, {"time", "a"}}), two).size(), 1u) << "no columns";
}

TEST(Sessionize, AgreesWithALoopHoweverRowsAreDealt) {
  const test::Seed seed;
  std::mt19937_64 random = seed.generator();
  for (int round = 0; round < 12; ++round) {
    struct Click {
      int64_t user, ts, number, session = 0;
    };
    std::vector<Click> plain;
    std::vector<std::vector<Row>> splits(1 + random() % 8);
    const auto users = 1 + random() % 50;
    for (std::vector<Row>& split : splits) {
      for (size_t i = random() % 1500; i > 0; --i) {
        const Click click{static_cast<int64_t>(random() % users),
                          static_cast<int64_t>(random() % 5000),
                          static_cast<int64_t>(plain.size())};
        plain.push_back(click);
        split.push_back({click.user, click.ts, click.number});
      }
    }
    const auto gap = static_cast<int64_t>(random() % 100);
    const auto most = static_cast<int64_t>(random() % 400);
    std::vector<Click*> sorted;
    for (Click& click : plain) sorted.push_back(&click);
    std::sort(sorted.begin(), sorted.end(), [](const Click* a, const Click* b) {
      return std::tuple(a->user, a->ts, a->number) < std::tuple(b->user, b->ts, b->number);
    });
    int64_t first = 0;
    for (size_t i = 0; i < sorted.size(); ++i) {
      const bool new_user = i == 0 || sorted[i - 1]->user != sorted[i]->user;
      const int64_t before = new_user ? 0 : sorted[i - 1]->session;
      const bool begins =
          new_user || sorted[i]->ts - sorted[i - 1]->ts > gap || sorted[i]->ts - first > most;
      if (begins) first = sorted[i]->ts;
      sorted[i]->session = before + (begins ? 1 : 0);
    }
    Rows wanted;
    for (const Click& click : plain)
      wanted.push_back(
          fmt::format("{}|{}|{}|{}", click.user, click.ts, click.number, click.session));
    const DealtRows data(make_schema({{"user", kInt64Type}, {"ts", kInt64Type}, {"n", kInt64Type}}),
                         std::move(splits));
    const Binding binding = bind_ok(operator_sessionize,
                                    options({{"gap", std::to_string(gap)},
                                             {"max_length", std::to_string(most)},
                                             {"partition_by", "user"},
                                             {"order_by", "ts"}}),
                                    data.schema());
    for (const size_t lanes : {1, 2, 5}) {
      OperatorFixture fixture;
      EXPECT_EQ(run_lanes(fixture, binding, data.dealt(fixture.memory, lanes, random)).rows,
                wanted);
    }
  }
}

}  // namespace
}  // namespace leat
