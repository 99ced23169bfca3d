// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/state/contract/contract_state.h"

#include <thread>

#include <gtest/gtest.h>

#include "tests/support/operator_fixture.h"

namespace leat::state {
namespace {

/// Keeps warnings.
class Warned final : public RunWatch {
 public:
  bool cancelled() const override { return false; }
  void note(std::string_view, std::string_view) const override {}
  void warn(Error warning) const override { warnings.push_back(std::move(warning)); }
  mutable std::vector<Error> warnings;
};

ContractPlan warning_plan() {
  ContractPlan plan;
  plan.on_error = OnError::kWarn;
  plan.expectations = {{.kind = Expectation::Kind::kRule, .name = "positive", .where = {5, 9}},
                       {.kind = Expectation::Kind::kRule, .name = "known", .where = {10, 12}}};
  return plan;
}

TEST(ContractState, SeatsAreNeverGivenTwice) {
  const ContractPlan plan;
  const ContractState state(plan);
  std::vector<std::thread> threads;
  std::vector<std::vector<uint64_t>> taken(4);
  for (auto& mine : taken) {
    threads.emplace_back([&] {
      for (int i = 0; i < 1000; ++i) mine.push_back(state.take_seats(3));
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::vector<uint64_t> all;
  for (const auto& mine : taken) all.insert(all.end(), mine.begin(), mine.end());
  std::sort(all.begin(), all.end());
  for (size_t i = 0; i < all.size(); ++i) ASSERT_EQ(all[i], 3 * i);
  EXPECT_EQ(state.seats(), 12000u);
}

TEST(ContractState, WarningsSumUpWhatLanesFound) {
  const ContractPlan plan = warning_plan();
  const ContractState state(plan);
  state.take({.rows = 10, .broken = {{2, Ordinal(3, 1), TextPlace{"a.csv", 8, 0}}, {}}});
  state.take({.rows = 5, .broken = {{1, Ordinal(1, 4), TextPlace{"a.csv", 2, 0}}, {}}});
  const Warned watch;
  state.warn(&watch);
  ASSERT_EQ(watch.warnings.size(), 1u) << "what was not broken is not spoken of";
  EXPECT_EQ(watch.warnings[0].message, "3 of 15 rows break the expectation 'positive'");
  EXPECT_EQ(watch.warnings[0].data->line, 2u);
  EXPECT_EQ(watch.warnings[0].pipeline, (Span{5, 9}));
}

}  // namespace
}  // namespace leat::state
