// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/support/operator_fixture.h"

namespace leat {

extern const OperatorDef operator_route;

namespace {

using test::OperatorFixture;
using test::Opt;
using Rows = std::vector<std::string>;

/// What comes out of each port; the last one is the rows themselves.
class PortsOutput final : public Output {
 public:
  PortsOutput(size_t ports, Ledger& ledger) : main_(ledger) {
    for (size_t i = 0; i < ports; ++i)
      ports_.push_back(std::make_unique<test::CollectingOutput>(unread_));
  }
  Status emit(Batch batch) override { return main_.emit(std::move(batch)); }
  Output* port(size_t number) override { return ports_[number].get(); }
  std::vector<Rows> rows() const {
    std::vector<Rows> rows;
    for (const auto& port : ports_) rows.push_back(port->rows);
    rows.push_back(main_.rows);
    return rows;
  }

 private:
  Ledger unread_;
  test::CollectingOutput main_;
  std::vector<std::unique_ptr<test::CollectingOutput>> ports_;
};

SchemaRef input() { return test::make_schema({{"a", kInt64Type}}); }

std::vector<Rows> routed(OperatorFixture& fixture, const char* match,
                         std::vector<std::pair<std::string, Opt>> routes, OnError on_error) {
  const test::Binding binding = test::bind_ok(
      operator_route, Opt::map({{"match", match}, {"routes", Opt::map(std::move(routes))}}),
      input(), {}, on_error);
  PortsOutput output(binding.bound->ports.size(), fixture.ledger);
  const auto lane =
      std::get<std::unique_ptr<Map>>(binding.bound->species)->lane(fixture.lane(), {});
  fixture.ledger.add(Counter::kIn, 4);
  EXPECT_TRUE(lane->process(
      test::make_batch(fixture.memory, input(), {{0}, {5}, {20}, {test::null_cell}}), output));
  test::expect_balanced(*binding.bound, fixture.ledger);
  return output.rows();
}

TEST(Route, FirstOrAll) {
  OperatorFixture first;
  EXPECT_EQ(routed(first, "first", {{"some", "a > 1"}, {"big", "a > 10"}}, OnError::kFail),
            (std::vector<Rows>{{"5", "20"}, {}, {"0", "NULL"}, {"0", "5", "20", "NULL"}}));
  EXPECT_EQ(first.ledger[Counter::kUnmatched], 2u);
  OperatorFixture all;
  EXPECT_EQ(routed(all, "all", {{"some", "a > 1"}, {"big", "a > 10"}}, OnError::kFail),
            (std::vector<Rows>{{"5", "20"}, {"20"}, {"0", "NULL"}, {"0", "5", "20", "NULL"}}));
}

TEST(Route, ABadRowTakesNoRoute) {
  OperatorFixture all(size_t{1} << 30, OnError::kSkip);
  EXPECT_EQ(routed(all, "all", {{"every", "true"}, {"part", "10 / a > 1"}}, OnError::kSkip),
            (std::vector<Rows>{{"5", "20", "NULL"}, {"5"}, {}, {"5", "20", "NULL"}}));
  OperatorFixture first(size_t{1} << 30, OnError::kSkip);
  EXPECT_EQ(routed(first, "first", {{"none", "a = 0"}, {"part", "10 / a > 1"}}, OnError::kSkip),
            (std::vector<Rows>{{"0"}, {"5"}, {"20", "NULL"}, {"0", "5", "20", "NULL"}}))
      << "a condition is not computed for rows that an earlier one took";
}

TEST(Route, Mistakes) {
  const Opt option =
      Opt::map({{"routes", Opt::map({{"else", "a > 1"}, {"rejects", "a > 2"}, {"a b", "x > 1"}})}});
  EXPECT_EQ(test::bind(operator_route, option, input()).mistakes,
            (Rows{"'else' is the port of the rows without a route [else]",
                  "'rejects' is the port of the bad rows [rejects]",
                  "'a b' cannot be the name of a route [a b]", "unknown column 'x' [x]"}));
}

}  // namespace
}  // namespace leat
