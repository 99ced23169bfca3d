// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/plugin/bound.h"

#include "tests/operators/plugin/fake_plugin.h"

namespace leat::test {
namespace {

int opened = 0;

leat_operator charging_table() {
  leat_operator table = pass_table();
  table.open = [](void*, leat_call* call, void** state) {
    ++opened;
    *state = &opened;
    return plugin::host().charge(call, 1000);
  };
  table.close = [](void*) { --opened; };
  return table;
}

TEST(PluginState, ChargesAreGivenBackWhenItIsClosed) {
  FakePlugin fake(charging_table());
  OperatorFixture fixture;
  const Binding binding = bind_ok(fake.definition(), Opt(), number_schema());
  EXPECT_EQ(run(fixture, binding, {number_batch(fixture.memory, 5)}).rows.size(), 5u);
  EXPECT_EQ(opened, 0);
  EXPECT_EQ(fixture.memory.used(), 0u);
}

TEST(PluginState, AStateThatCannotBeOpenedIsNotClosed) {
  FakePlugin fake(charging_table());
  OperatorFixture fixture;
  const Binding binding = bind_ok(fake.definition(), Opt(), number_schema());
  const Batch batch = number_batch(fixture.memory, 5);
  const size_t rest = fixture.budget.limit() - fixture.memory.used() - 500;
  ASSERT_TRUE(fixture.memory.charge(rest));
  const auto failed = run(fixture, binding, {batch});
  EXPECT_EQ(failed.error->code, ErrorCode::kMemory);
  EXPECT_EQ(opened, 0) << "open was called for a batch that could not even be prepared";
  fixture.memory.refund(rest);
}

TEST(PluginRows, ColumnsThatArePassedOnAreNotCopied) {
  FakePlugin fake(pass_table());
  OperatorFixture fixture;
  const Binding binding = bind_ok(fake.definition(), Opt(), number_schema());
  const Batch batch = number_batch(fixture.memory, 100);
  CollectingOutput output(fixture.ledger);
  const auto lane =
      std::get<std::unique_ptr<Map>>(binding.bound->species)->lane(fixture.lane(), {});
  ASSERT_TRUE(lane->process(batch, output));
  ASSERT_EQ(output.batches.size(), 1u);
  EXPECT_EQ(output.batches[0].columns(), batch.columns());
}

}  // namespace
}  // namespace leat::test
