// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Whatever goes to disk, a join makes the rows and says the words that it does in memory.
#include "operators/state/join/spilled_join.h"

#include <algorithm>
#include <cerrno>
#include <random>

#include <gtest/gtest.h>

#include "tests/support/dealt_rows.h"
#include "tests/support/operator_fixture.h"
#include "tests/support/seed.h"
#include "tests/support/temp_dir.h"

namespace leat {

extern const OperatorDef operator_join;

namespace state {
namespace {

using test::bind_inputs;
using test::Binding;
using test::Cell;
using test::DealtRows;
using test::make_schema;
using test::OperatorFixture;
using test::Opt;
using test::Row;
using test::Run;
using Options = std::vector<std::pair<std::string, Opt>>;
using Lanes = std::vector<std::vector<Batch>>;

/// Row i of split s stands in line 1000 s + i + 1.
class Lines final : public RowOrigin {
 public:
  Lines(std::string name, uint64_t split) : name_(std::move(name)), split_(split) {}
  TextPlace locate(uint64_t row) const override { return {name_, split_ * 1000 + row + 1, 1}; }
  std::string raw(uint64_t row) const override { return fmt::format("{} of {}", row, name_); }

 private:
  std::string name_;
  uint64_t split_;
};

Lanes of_file(Lanes lanes, const std::string& name) {
  for (std::vector<Batch>& lane : lanes) {
    for (Batch& batch : lane) {
      if (batch.rows() == 0) continue;
      RowPlaces places = batch.places();
      places.origin = std::make_shared<Lines>(name, batch.ordinal(0).split());
      batch = batch.with_places(std::move(places));
    }
  }
  return lanes;
}

/// A tenth NULLs; few keys have most of the rows.
DealtRows random_rows(std::mt19937_64& random, const SchemaRef& schema, size_t most) {
  std::vector<std::vector<Row>> splits(random() % 6);
  const auto number = [&](uint64_t below) {
    return random() % 10 == 0 ? Cell() : Cell(static_cast<int64_t>(random() % below));
  };
  for (std::vector<Row>& split : splits) {
    for (size_t i = random() % (most + 1); i > 0; --i) {
      const uint64_t keys = random() % 2 == 0 ? 4 : 400;
      const Cell key = number(keys);
      split.push_back(
          {key, key.is_null() ? Cell() : Cell(fmt::format("key {}", std::get<int64_t>(key.value))),
           number(60), number(60)});
    }
  }
  return DealtRows(schema, std::move(splits));
}

struct Outcome {
  Run run;
  std::vector<std::string> absorbed;
  Ledger ledger;
};

class SpilledJoin : public ::testing::Test {
 protected:
  Binding bind(Options more, OnError on_error = OnError::kFail) const {
    more.insert(more.begin(), {"with", "customers"});
    return bind_inputs(operator_join, Opt::map(std::move(more)), {left_, right_},
                       {"orders", "customers"}, {}, on_error);
  }

  static Outcome join(OperatorFixture& fixture, const Binding& binding, const Lanes& left,
                      const Lanes& right) {
    Outcome outcome;
    outcome.run = test::run_join(fixture, binding, left, right);
    for (const Error& error : fixture.faults.absorbed()) outcome.absorbed.push_back(error.message);
    std::sort(outcome.absorbed.begin(), outcome.absorbed.end());
    outcome.ledger = fixture.ledger;
    return outcome;
  }

  void expect_same(const Outcome& made, const Outcome& expected) {
    EXPECT_EQ(made.run.rows, expected.run.rows);
    EXPECT_EQ(made.run.error_message(), expected.run.error_message());
    if (made.run.error && expected.run.error) {
      EXPECT_EQ(made.run.error->data, expected.run.error->data);
    }
    EXPECT_EQ(made.absorbed, expected.absorbed);
    if (made.run.error) return;
    for (const Counter counter : {Counter::kMatched, Counter::kUnmatched, Counter::kPaired,
                                  Counter::kPadded, Counter::kPassed, Counter::kDropped})
      EXPECT_EQ(made.ledger[counter], expected.ledger[counter]) << to_string(counter);
  }

  /// Joins in memory, then with little of it.
  void compare(const Options& more, OnError on_error, const DealtRows& left, const DealtRows& right,
               bool can_fail = false) {
    const Binding binding = bind(more, on_error);
    ASSERT_TRUE(binding.bound) << fmt::format("{}", fmt::join(binding.mistakes, "\n"));
    OperatorFixture free(size_t{1} << 30, on_error);
    const Outcome expected = join(free, binding, of_file(left.in_order(free.memory), "orders.csv"),
                                  of_file(right.in_order(free.memory), "customers.csv"));
    // More often than a wide row has buffers, a sort cannot be refused.
    for (const uint64_t every : {150, 400, 1000}) {
      SCOPED_TRACE(fmt::format("refusing {}", every));
      const test::TempDir dir;
      const auto area = SpillArea::open({.dir = dir.path()}, size_t{1} << (12 + random_() % 6));
      ASSERT_TRUE(area);
      OperatorFixture fixture(size_t{1} << 30, on_error);
      fixture.spill = area->get();
      fixture.budget.refuse_every(every);
      // Which row fails first is the run's affair when there are lanes.
      const bool one = can_fail;
      const auto deal = [&](const DealtRows& rows, const std::string& name) {
        return of_file(one ? rows.in_order(fixture.memory)
                           : rows.dealt(fixture.memory, 1 + random_() % 8, random_),
                       name);
      };
      expect_same(join(fixture, binding, deal(left, "orders.csv"), deal(right, "customers.csv")),
                  expected);
      spilled_ += fixture.ledger[Counter::kSpilled];
      EXPECT_EQ(area->get()->used(), 0u) << "room on the disk is given back";
    }
  }

  const SchemaRef left_ =
      make_schema({{"a", kInt64Type}, {"t", kUtf8Type}, {"b", kInt64Type}, {"c", kInt64Type}});
  const SchemaRef right_ = left_;
  const test::Seed seed_;
  std::mt19937_64 random_ = seed_.generator();
  uint64_t spilled_ = 0;
};

const Opt kColumns = Opt::list({"a as x", "t as y", "b as z", "c * 2 as w"});

TEST_F(SpilledJoin, HasTheRowsOfTheJoinInMemory) {
  constexpr const char* kHow[] = {"inner", "left", "right", "full", "semi", "anti"};
  constexpr const char* kWhere[] = {"", "", "(left.b + right.b) % 3 = 0",
                                    "left.b between right.b and right.c",
                                    "left.b < right.c and left.c > right.b"};
  for (size_t round = 0; round < 12; ++round) {
    const std::string how = kHow[round % 6];
    const bool filter = how == "semi" || how == "anti";
    const std::string where = kWhere[random_() % 5];
    Options more{{"how", how}};
    if (where.empty() || random_() % 4 != 0)
      more.emplace_back("on", random_() % 2 == 0 ? Opt("a") : Opt::list({"t", "c % 5 = c % 5"}));
    if (!where.empty()) more.emplace_back("where", where);
    if (!filter) {
      more.emplace_back("columns", kColumns);
      if (random_() % 3 == 0) more.emplace_back("matches", random_() % 2 == 0 ? "first" : "last");
    }
    if (random_() % 4 == 0) more.emplace_back("null_keys", "match");
    SCOPED_TRACE(fmt::format("round {} how {} where '{}'", round, how, where));
    const DealtRows left = random_rows(random_, left_, 150);
    const DealtRows right = random_rows(random_, right_, random_() % 3 == 0 ? 400 : 100);
    compare(more, OnError::kFail, left, right);
    if (HasFailure()) return;
  }
  EXPECT_GT(spilled_, 3'000u) << "the test shows nothing";
}

TEST_F(SpilledJoin, SaysWhatTheJoinInMemorySays) {
  constexpr const char* kHow[] = {"inner", "left", "right", "full"};
  for (size_t round = 0; round < 12; ++round) {
    Options more{{"how", kHow[round % 4]}, {"columns", kColumns}};
    constexpr const char* kCardinality[] = {"many_to_one", "one_to_many", "one_to_one"};
    more.emplace_back("on", random_() % 3 == 0 ? "100 / (b - 7) = 100 / (b - 7)" : "a");
    if (random_() % 4 != 0) more.emplace_back("cardinality", kCardinality[random_() % 3]);
    if (random_() % 3 == 0) more.emplace_back("where", "100 / (left.c - right.c) <> 1");
    if (round % 4 == 0 && random_() % 2 == 0) more.emplace_back("missing", "error");
    const OnError on_error = round % 3 == 0   ? OnError::kFail
                             : round % 3 == 1 ? OnError::kSkip
                                              : OnError::kReject;
    SCOPED_TRACE(fmt::format("round {}", round));
    const DealtRows left = random_rows(random_, left_, 60);
    const DealtRows right = random_rows(random_, right_, 60);
    compare(more, on_error, left, right, on_error == OnError::kFail);
    if (HasFailure()) return;
  }
}

TEST_F(SpilledJoin, FindsTimes) {
  constexpr const char* kDirection[] = {"backward", "forward", "nearest"};
  for (size_t round = 0; round < 6; ++round) {
    Options more{{"how", round % 2 == 0 ? "left" : "inner"},
                 {"asof", "b = b"},
                 {"columns", kColumns},
                 {"direction", kDirection[round % 3]}};
    if (random_() % 3 != 0) more.emplace_back("on", "t");
    if (random_() % 2 == 0) more.emplace_back("tolerance", "5");
    if (random_() % 3 == 0) more.emplace_back("exact", "false");
    SCOPED_TRACE(fmt::format("round {}", round));
    compare(more, OnError::kFail, random_rows(random_, left_, 150),
            random_rows(random_, right_, 150));
    if (HasFailure()) return;
  }
}

TEST_F(SpilledJoin, CrossAndEmptySides) {
  const DealtRows some = random_rows(random_, left_, 60);
  const DealtRows none(left_, {});
  const Options cross{{"how", "cross"}, {"columns", kColumns}};
  compare(cross, OnError::kFail, some, random_rows(random_, right_, 60));
  for (const char* how : {"inner", "left", "right", "full", "semi", "anti"}) {
    Options more{{"how", how}, {"on", "a"}};
    if (how[0] != 's' && how[0] != 'a') more.emplace_back("columns", kColumns);
    compare(more, OnError::kFail, some, none);
    compare(more, OnError::kFail, none, some);
  }
}

/// A join that explodes writes its rows, and not its pairs.
TEST_F(SpilledJoin, PairsOfManyPartnersAreNotWritten) {
  constexpr size_t kRows = 3000;
  std::vector<Row> rows;
  for (size_t i = 0; i < kRows; ++i)
    rows.push_back({1, "one", static_cast<int64_t>(i), static_cast<int64_t>(i)});
  const DealtRows side(left_, {rows});
  const Binding binding = bind({{"on", "a"}, {"columns", "b as z"}});
  const test::TempDir dir;
  const auto area =
      SpillArea::open({.dir = dir.path()}, size_t{8} << 10);  // less than the side takes
  ASSERT_TRUE(area);
  OperatorFixture fixture(size_t{64} << 20);
  fixture.spill = area->get();
  class Counting final : public Output {
   public:
    explicit Counting(Ledger& ledger) : ledger_(ledger) {}
    Status emit(Batch batch) override {
      ledger_.add(Counter::kOut, batch.rows());
      for (size_t i = 0; i < batch.rows(); ++i, ++rows) {
        ordered = ordered &&
                  batch.column(2).values<int64_t>()[i] == static_cast<int64_t>(rows / kRows) &&
                  batch.column(4).values<int64_t>()[i] == static_cast<int64_t>(rows % kRows);
      }
      return {};
    }
    size_t rows = 0;
    bool ordered = true;

   private:
    Ledger& ledger_;
  } output(fixture.ledger);
  const auto& map = *std::get<std::unique_ptr<Map>>(binding.bound->species);
  auto table = test::collect(fixture, *map.sides()[0], side.in_order(fixture.memory));
  ASSERT_TRUE(table);
  const std::vector<CollectedRef> sides{std::move(*table)};
  const std::unique_ptr<MapLane> lane = map.lane(fixture.lane(), sides);
  const auto lanes = side.in_order(fixture.memory);
  for (const Batch& batch : lanes.front()) ASSERT_TRUE(lane->process(batch, output));
  ASSERT_TRUE(lane->seal());
  const auto rest = map.rest(fixture.lane(), sides);
  ASSERT_TRUE(rest) << rest.error().message;
  ASSERT_TRUE(*rest);
  EXPECT_LT(area->get()->used(), kRows * 400);
  for (size_t part = 0; part < (*rest)->parts(); ++part)
    ASSERT_TRUE((*rest)->emit_part(part, fixture.lane(), output));
  EXPECT_EQ(output.rows, kRows * kRows);
  EXPECT_TRUE(output.ordered);
  EXPECT_EQ(fixture.ledger[Counter::kMade], kRows * kRows);
}

TEST_F(SpilledJoin, AFullDiskIsOneError) {
  const Binding binding = bind({{"on", "a"}, {"columns", kColumns}});
  const DealtRows left = random_rows(random_, left_, 400);
  std::vector<Row> rows(500, Row{1, "one", 2, 3});
  const DealtRows right(right_, {rows, rows});
  const test::TempDir dir;
  for (const int after : {0, 1, 3, 40}) {
    auto left_over = std::make_shared<int>(after);
    const auto area = SpillArea::open(
        {.dir = dir.path()}, size_t{1} << 17, SpillCalls([left_over](io::FileCall call, auto&) {
          return call == io::FileCall::kWrite && (*left_over)-- <= 0 ? ENOSPC : 0;
        }));
    ASSERT_TRUE(area);
    OperatorFixture fixture;
    fixture.spill = area->get();
    fixture.budget.refuse_every(5);
    const Outcome made =
        join(fixture, binding, left.in_order(fixture.memory), right.in_order(fixture.memory));
    if (after > 1 && *left_over >= 0)
      continue;  // the left side met nobody, and nothing more was written
    ASSERT_TRUE(made.run.error);
    EXPECT_EQ(made.run.error->code, ErrorCode::kIo);
    EXPECT_NE(made.run.error->message.find("No space left on device"), std::string::npos);
  }
}

}  // namespace
}  // namespace state
}  // namespace leat
