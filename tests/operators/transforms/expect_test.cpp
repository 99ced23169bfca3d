// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/support/operator_fixture.h"

namespace leat {

extern const OperatorDef operator_expect;

namespace {

using test::bind_inputs;
using test::Binding;
using test::make_batch;
using test::make_schema;
using test::null_cell;
using test::OperatorFixture;
using test::Opt;
using test::Row;
using Texts = std::vector<std::string>;

const SchemaRef kOrders =
    make_schema({{"id", kInt64Type}, {"customer", kInt64Type}, {"amount", kInt64Type}});
const SchemaRef kCustomers = make_schema({{"id", kInt64Type}, {"name", kUtf8Type}});

Binding bind(const Opt& options, OnError on_error = OnError::kReject) {
  return bind_inputs(operator_expect, options, {kOrders, kCustomers}, {"orders", "customers"}, {},
                     on_error);
}

Texts mistakes(std::vector<std::pair<std::string, Opt>> options) {
  return bind(Opt::map(std::move(options))).mistakes;
}

TEST(Expect, AllMistakesAreFoundAtOnce) {
  EXPECT_EQ(mistakes({}), (Texts{"'expect' expects nothing [expect]"}));
  EXPECT_EQ(mistakes({{"not_null", "idd"},
                      {"unique", Opt::list({"id", "costumer"})},
                      {"rows", Opt::map({{"positive", "amount + 1"}})},
                      {"all", Opt::map({{"enough", "count(*)"}})}}),
            (Texts{"unknown column 'idd' [idd]", "unknown column 'costumer' [costumer]",
                   "a condition needs a bool, not int64 [amount + 1]",
                   "'enough' is no condition, but int64 [count(*)]"}));
  EXPECT_EQ(mistakes({{"unique", Opt::list({})}}), (Texts{"'unique' is empty []"}));
}

TEST(Expect, ReferencesNameColumnsOfBothSides) {
  EXPECT_EQ(mistakes({{"references", Opt::map({{"custmer", "customers.id"}})}}),
            (Texts{"the input has no column 'custmer' [custmer]"}));
  EXPECT_EQ(mistakes({{"references", Opt::map({{"customer", "customers.ID2"}})}}),
            (Texts{"the stage 'customers' has no column 'ID2' [ID2]"}));
  const Texts types = mistakes({{"references", Opt::map({{"customer", "customers.name"}})}});
  ASSERT_EQ(types.size(), 1u);
  EXPECT_NE(types.front().find("int64"), std::string::npos) << types.front();
}

/// The rows that pass, then those that do not, as `row: reason`.
struct Judged {
  Texts passed;
  Texts reasons;
  std::optional<Error> error;
};

Judged judge(const Opt& options, const std::vector<std::vector<std::vector<Row>>>& lanes,
             OnError on_error = OnError::kReject) {
  OperatorFixture fixture(size_t{1} << 30, on_error);
  const Binding binding = bind(options, on_error);
  EXPECT_TRUE(binding.bound.has_value()) << fmt::format("{}", fmt::join(binding.mistakes, "\n"));
  std::vector<std::vector<Batch>> left;
  for (size_t lane = 0; lane < lanes.size(); ++lane) {
    left.emplace_back();
    for (size_t i = 0; i < lanes[lane].size(); ++i) {
      left.back().push_back(
          make_batch(fixture.memory, kOrders, lanes[lane][i], Ordinal(i * lanes.size() + lane, 0)));
    }
  }
  const std::vector<Row> customers{{10, "a"}, {11, "b"}};
  test::Run run =
      test::run_join(fixture, binding, left, {{make_batch(fixture.memory, kCustomers, customers)}},
                     test::SideAccounts::kApart);
  Judged judged{std::move(run.rows), {}, std::move(run.error)};
  for (const Error& error : fixture.faults.absorbed()) judged.reasons.push_back(error.message);
  return judged;
}

const std::vector<std::vector<Row>> kRows{
    {{1, 10, 5}, {2, 12, 5}, {null_cell, 10, 5}, {1, 10, -1}, {3, null_cell, 0}}};

TEST(Expect, ARowLeavesOnceWithTheFirstExpectationItBroke) {
  const Opt all = Opt::map({{"not_null", Opt::list({"id", "amount"})},
                            {"unique", "id"},
                            {"rows", Opt::map({{"positive amount", "amount > 0"}})},
                            {"references", Opt::map({{"customer", "customers.id"}})}});
  const Judged judged = judge(all, {kRows});
  EXPECT_EQ(judged.passed, (Texts{"1|10|5"}));
  EXPECT_EQ(judged.reasons,
            (Texts{"references: customer", "not_null: id", "unique: id", "positive amount"}));
}

TEST(Expect, ExpectationsAreAskedInTheOrderTheyAreWrittenIn) {
  const Opt all =
      Opt::map({{"rows", Opt::map({{"positive amount", "amount > 0"}})}, {"unique", "id"}});
  EXPECT_EQ(judge(all, {kRows}).reasons, (Texts{"positive amount", "positive amount"}));
}

TEST(Expect, NullsBreakRulesAndAreLeftAloneByKeys) {
  EXPECT_EQ(judge(Opt::map({{"rows", Opt::map({{"known", "customer < 100"}})}}), {kRows}).reasons,
            (Texts{"known"}));
  EXPECT_EQ(judge(Opt::map({{"unique", Opt::list({"id", "customer"})}}), {kRows}).reasons,
            (Texts{"unique: id, customer"}));
}

TEST(Expect, WhatCannotBeComputedIsBroken) {
  const Opt rule = Opt::map({{"rows", Opt::map({{"share", "10 / amount < 100"}})}});
  EXPECT_EQ(judge(rule, {kRows}).reasons, (Texts{"share: division by zero: 10 / 0"}));
  const Opt key = Opt::map({{"unique", "10 / amount"}});
  EXPECT_EQ(judge(key, {kRows}).reasons, (Texts{"unique: 10 / amount", "unique: 10 / amount",
                                                "unique: 10 / amount: division by zero: 10 / 0"}));
}

TEST(Expect, UnderFailTheRowAndItsValuesAreNamed) {
  const Judged judged =
      judge(Opt::map({{"unique", "id"}}), {{{{7, 10, 1}, {8, 10, 1}, {7, 10, 2}}}}, OnError::kFail);
  EXPECT_EQ(judged.passed, (Texts{"7|10|1", "8|10|1"}));
  ASSERT_TRUE(judged.error.has_value());
  EXPECT_EQ(judged.error->message, "the row breaks the expectation 'unique: id' with id = 7");
}

TEST(Expect, TheFirstRowOfAKeyIsTheSameHoweverRowsAreDealt) {
  std::vector<std::vector<Row>> batches;
  for (int batch = 0; batch < 12; ++batch) {
    batches.emplace_back();
    for (int row = 0; row < 50; ++row)
      batches.back().push_back({(batch * 37 + row * 11) % 97, 10, batch * 50 + row});
  }
  const Opt options = Opt::map({{"unique", "id"}});
  const Judged one = judge(options, {batches});
  EXPECT_EQ(one.passed.size(), 97u);
  for (const size_t lanes : {2u, 3u, 4u}) {
    std::vector<std::vector<std::vector<Row>>> dealt(lanes);
    for (size_t i = 0; i < batches.size(); ++i) dealt[i % lanes].push_back(batches[i]);
    const Judged many = judge(options, dealt);
    EXPECT_EQ(many.passed, one.passed);
    EXPECT_EQ(many.reasons, one.reasons);
  }
}

TEST(Expect, WhatIsAskedOfAllRowsHasItsValuesInTheMessage) {
  const Opt options = Opt::map({{"rows", Opt::map({{"positive", "amount > 0"}})},
                                {"all", Opt::map({{"enough rows", "count(*) between 9 and 11"},
                                                  {"low", "max(amount) < 100"}})}});
  const Judged judged = judge(options, {kRows, kRows});
  ASSERT_FALSE(judged.error.has_value()) << judged.error->message;
  const Judged few = judge(options, {kRows});
  ASSERT_TRUE(few.error.has_value());
  EXPECT_EQ(few.error->message, "'enough rows' does not hold: count(*) was 5");
}

TEST(Expect, NullIsNotTrueForAllRowsEither) {
  const Judged none =
      judge(Opt::map({{"all", Opt::map({{"fresh", "max(id) > 0"}})}}), {}, OnError::kFail);
  ASSERT_TRUE(none.error.has_value());
  EXPECT_EQ(none.error->message, "'fresh' does not hold: max(id) was null");
}

}  // namespace
}  // namespace leat
