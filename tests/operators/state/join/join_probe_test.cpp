// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/state/join/join_probe.h"

#include <gtest/gtest.h>

#include "tests/support/operator_fixture.h"

namespace leat {

extern const OperatorDef operator_join;

namespace state {
namespace {

using test::bind_inputs;
using test::Binding;
using test::make_batch;
using test::make_schema;
using test::OperatorFixture;
using test::Opt;
using test::Row;

/// Stops the run after so many questions.
class Impatient final : public RunWatch {
 public:
  explicit Impatient(int patience) : patience_(patience) {}
  bool cancelled() const override { return patience_-- <= 0; }
  void note(std::string_view, std::string_view) const override {}

 private:
  mutable int patience_;
};

struct Explosion {
  Explosion() {
    binding = bind_inputs(operator_join,
                          Opt::map({{"with", "r"}, {"on", "k"}, {"columns", "k as other"}}),
                          {schema, schema}, {"l", "r"});
    const auto& map = *std::get<std::unique_ptr<Map>>(binding.bound->species);
    auto side = test::collect(fixture, *map.sides()[0],
                              {std::vector<Batch>(10, make_batch(fixture.memory, schema,
                                                                 std::vector<Row>(4000, Row{1})))});
    EXPECT_TRUE(side);
    sides.push_back(*side);
  }
  Status process(const RunWatch& watch, Output& output) {
    LaneContext context = fixture.lane();
    context.watch = &watch;
    const auto lane = std::get<std::unique_ptr<Map>>(binding.bound->species)->lane(context, sides);
    return lane->process(make_batch(fixture.memory, schema, std::vector<Row>(1000, Row{1})),
                         output);
  }
  OperatorFixture fixture;
  SchemaRef schema = make_schema({{"k", kInt64Type}});
  Binding binding;
  std::vector<CollectedRef> sides;
};

/// Counts rows and forgets them.
class Counting final : public Output {
 public:
  Status emit(Batch batch) override {
    rows += batch.rows();
    return {};
  }
  size_t rows = 0;
};

TEST(JoinProbe, AJoinThatExplodesStopsWhenItIsAsked) {
  Explosion explosion;
  Counting output;
  const Status status = explosion.process(Impatient(3), output);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::kCancelled);
  EXPECT_EQ(output.rows, 3 * kBatchRowsMax);
}

TEST(JoinProbe, AJoinThatExplodesStaysSmall) {
  Explosion explosion;
  const size_t before = explosion.fixture.memory.peak();
  Counting output;
  ASSERT_TRUE(explosion.process(Impatient(1 << 30), output));
  EXPECT_EQ(output.rows, size_t{1000} * 40000);
  EXPECT_LT(explosion.fixture.memory.peak(), before + (size_t{4} << 20));
}

TEST(JoinProbe, PairsHaveTheOrdinalOfTheirLeftRow) {
  OperatorFixture fixture;
  const SchemaRef schema = make_schema({{"k", kInt64Type}});
  const Binding binding =
      bind_inputs(operator_join, Opt::map({{"with", "r"}, {"on", "k"}, {"columns", "k as other"}}),
                  {schema, schema}, {"l", "r"});
  const test::Run run = test::run_join(
      fixture, binding, {{make_batch(fixture.memory, schema, {{1}, {3}, {2}}, Ordinal(4, 10))}},
      {{make_batch(fixture.memory, schema, {{2}, {1}, {1}})}});
  EXPECT_EQ(run.ids, (std::vector<Ordinal>{Ordinal(4, 10), Ordinal(4, 10), Ordinal(4, 12)}));
}

}  // namespace
}  // namespace state
}  // namespace leat
