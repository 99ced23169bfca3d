// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/state/join/join_lookup.h"

#include <random>

#include <gtest/gtest.h>

#include "tests/support/operator_fixture.h"
#include "tests/support/seed.h"

namespace leat {

extern const OperatorDef operator_join;

namespace state {
namespace {

using test::bind_inputs;
using test::Binding;
using test::Cell;
using test::make_batch;
using test::make_schema;
using test::OperatorFixture;
using test::Opt;
using test::Row;

std::optional<int64_t> number(const Cell& cell) {
  return cell.is_null() ? std::nullopt : std::optional(std::get<int64_t>(cell.value));
}

/// The partner of `row` in `right` by trying all of them, or null.
const Row* partner(const Row& row, const std::vector<Row>& right, const std::string& direction,
                   bool exact, int64_t tolerance) {
  const Row* best = nullptr;
  const auto time = number(row[1]);
  if (!number(row[0]) || !time) return nullptr;
  for (const Row& candidate : right) {
    const auto at = number(candidate[1]);
    if (!at || number(candidate[0]) != number(row[0])) continue;
    if ((!exact && *at == *time) || std::abs(*at - *time) > tolerance) continue;
    if (direction == "backward" && *at > *time) continue;
    if (direction == "forward" && *at < *time) continue;
    if (best == nullptr) {
      best = &candidate;
      continue;
    }
    const int64_t now = *number((*best)[1]);
    const int64_t nearer = std::abs(*at - *time) - std::abs(now - *time);
    // Of one time the last one before, the first one behind; of two equally near the earlier.
    if (nearer < 0 ||
        (nearer == 0 && (*at < now || (*at == now && *at <= *time && direction != "forward"))))
      best = &candidate;
  }
  return best;
}

TEST(JoinLookup, TimesAreFoundAsALoopFindsThem) {
  const test::Seed seed;
  std::mt19937_64 random = seed.generator();
  const SchemaRef schema = make_schema({{"k", kInt64Type}, {"ts", kInt64Type}, {"n", kInt64Type}});
  for (size_t round = 0; round < 60; ++round) {
    const std::string direction = std::array{"backward", "forward", "nearest"}[random() % 3];
    const bool exact = random() % 2 == 0;
    const int64_t tolerance = random() % 2 == 0 ? 3 : 1000;
    const auto table = [&](size_t rows) {
      std::vector<Row> made(random() % rows);
      for (size_t i = 0; i < made.size(); ++i) {
        made[i] = {static_cast<int64_t>(random() % 3), static_cast<int64_t>(random() % 40),
                   static_cast<int64_t>(i)};
        if (random() % 10 == 0) made[i][random() % 2] = Cell();
      }
      return made;
    };
    const std::vector<Row> left = table(60);
    const std::vector<Row> right = table(80);
    std::vector<std::pair<std::string, Opt>> options{{"with", "r"},
                                                     {"on", "k"},
                                                     {"asof", "ts"},
                                                     {"how", "left"},
                                                     {"columns", "n as m"},
                                                     {"direction", direction},
                                                     {"exact", exact ? "true" : "false"}};
    if (tolerance < 1000) options.emplace_back("tolerance", "3");
    const Binding binding =
        bind_inputs(operator_join, Opt::map(options), {schema, schema}, {"l", "r"});
    ASSERT_TRUE(binding.bound);
    OperatorFixture fixture;
    const auto run = test::run_join(fixture, binding, {{make_batch(fixture.memory, schema, left)}},
                                    {{make_batch(fixture.memory, schema, right)}});
    ASSERT_FALSE(run.error) << run.error_message();
    ASSERT_EQ(run.rows.size(), left.size());
    for (size_t i = 0; i < left.size(); ++i) {
      const Row* const best = partner(left[i], right, direction, exact, tolerance);
      const std::string found = run.rows[i].substr(run.rows[i].rfind('|') + 1);
      ASSERT_EQ(found, best == nullptr ? "NULL" : fmt::format("{}", *number((*best)[2])))
          << direction << (exact ? " exact" : "") << " row " << run.rows[i];
    }
  }
}

}  // namespace
}  // namespace state
}  // namespace leat
