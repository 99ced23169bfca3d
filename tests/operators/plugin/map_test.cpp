// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "tests/operators/plugin/fake_plugin.h"

namespace leat::test {
namespace {

using plugin::host;

int give(leat_call* call, const leat_rows* rows, const uint64_t* parents, const uint8_t* keep) {
  const leat_output output{sizeof(leat_output), rows->array, nullptr, parents, keep};
  return host().emit(call, &output);
}

/// Drops odd rows.
leat_operator even_table(uint32_t flags) {
  leat_operator table = pass_table();
  table.flags = flags;
  table.process = [](void*, leat_call* call, const leat_rows* rows) {
    std::vector<uint8_t> keep;
    for (int64_t row = 0; row < rows->array->length; ++row) keep.push_back(row % 2 == 0);
    return give(call, rows, nullptr, keep.data());
  };
  return table;
}

TEST(PluginMap, RowsThatAreKeptKeepTheirIdentity) {
  FakePlugin fake(even_table(LEAT_DROPS_ROWS));
  OperatorFixture fixture;
  const Binding binding = bind_ok(fake.definition(), Opt(), number_schema());
  const Batch batch = number_batch(fixture.memory, 6);
  const auto done = run(fixture, binding, {select_rows(fixture.memory, batch, {1, 2, 4, 5})});
  EXPECT_EQ(done.rows, (std::vector<std::string>{"1|text number 1", "4|text number 4"}));
  EXPECT_EQ(done.ids, (std::vector<Ordinal>{Ordinal(0, 1), Ordinal(0, 4)}));
  EXPECT_EQ(fixture.ledger[Counter::kDropped], 2u);
}

TEST(PluginMap, ALostRowIsAnErrorUnlessRowsMayBeDropped) {
  FakePlugin fake(even_table(0));
  OperatorFixture fixture;
  const Binding binding = bind_ok(fake.definition(), Opt(), number_schema());
  const auto done = run(fixture, binding, {number_batch(fixture.memory, 6)});
  EXPECT_TRUE(done.error_message().contains("it lost 3 rows without LEAT_DROPS_ROWS"));
}

TEST(PluginMap, ParentsMustAscend) {
  leat_operator table = pass_table();
  table.process = [](void*, leat_call* call, const leat_rows* rows) {
    const uint64_t parents[] = {0, 2, 1};
    return give(call, rows, parents, nullptr);
  };
  FakePlugin fake(table);
  OperatorFixture fixture;
  const Binding binding = bind_ok(fake.definition(), Opt(), number_schema());
  EXPECT_TRUE(run(fixture, binding, {number_batch(fixture.memory, 3)})
                  .error_message()
                  .contains("the parents of its rows do not ascend"));
}

leat_operator rejecting_table() {
  leat_operator table = pass_table();
  table.process = [](void*, leat_call* call, const leat_rows* rows) {
    for (uint64_t row = 1; row < static_cast<uint64_t>(rows->array->length); row += 2) {
      if (const int code = host().reject(call, row, "it is odd"); code != LEAT_OK) return code;
    }
    return give(call, rows, nullptr, nullptr);
  };
  return table;
}

TEST(PluginMap, RejectedRowsAreTakenOut) {
  FakePlugin fake(rejecting_table());
  OperatorFixture fixture(size_t{1} << 30, OnError::kReject);
  const Binding binding = bind_ok(fake.definition(), Opt(), number_schema());
  const auto done = run(fixture, binding, {number_batch(fixture.memory, 5)});
  EXPECT_EQ(done.ids, (std::vector<Ordinal>{Ordinal(0, 0), Ordinal(0, 2), Ordinal(0, 4)}));
  EXPECT_EQ(fixture.faults.absorbed().size(), 2u);
}

TEST(PluginMap, RowsBeforeABadOneAreEmittedBeforeItsError) {
  FakePlugin fake(rejecting_table());
  OperatorFixture fixture;
  const Binding binding = bind_ok(fake.definition(), Opt(), number_schema());
  const auto done = run(fixture, binding, {number_batch(fixture.memory, 5)});
  EXPECT_EQ(done.error_message(), "it is odd");
  EXPECT_EQ(done.ids, std::vector<Ordinal>{Ordinal(0, 0)});
}

/// Holds every row back until the split ends, then gives numbers of rows in one column.
leat_operator holding_table() {
  static uint64_t held = 0;
  leat_operator table = pass_table();
  table.flags = LEAT_DROPS_ROWS;
  table.bind = [](const leat_operator*, leat_call* call, const leat_binding*, void**) {
    return host().add_column(call, "n", "int64");
  };
  table.process = [](void*, leat_call*, const leat_rows* rows) -> int {
    EXPECT_EQ(rows->first_row, held);
    held += static_cast<uint64_t>(rows->array->length);
    return LEAT_OK;
  };
  table.flush = [](void*, leat_call* call) {
    static int64_t value = 0;
    static const void* buffers[] = {nullptr, &value};
    static const void* none[] = {nullptr};
    value = static_cast<int64_t>(held);
    ArrowArray column{1, 0, 0, 2, 0, buffers, nullptr, nullptr, nullptr, nullptr};
    column.release = [](ArrowArray* array) { array->release = nullptr; };
    ArrowArray* children[] = {&column};
    ArrowArray array{1, 0, 0, 1, 1, none, children, nullptr, nullptr, nullptr};
    array.release = [](ArrowArray* one) { one->release = nullptr; };
    const uint64_t parent = held - 1;
    held = 0;
    const leat_output output{sizeof(leat_output), &array, nullptr, &parent, nullptr};
    return host().emit(call, &output);
  };
  return table;
}

TEST(PluginMap, RowsMayBeHeldBackUntilTheSplitEnds) {
  FakePlugin fake(holding_table());
  OperatorFixture fixture;
  const Binding binding = bind_ok(fake.definition(), Opt(), number_schema());
  const auto done =
      run(fixture, binding,
          {number_batch(fixture.memory, 5), number_batch(fixture.memory, 3, Ordinal(0, 50))});
  EXPECT_EQ(done.rows, std::vector<std::string>{"8"});
  EXPECT_EQ(done.ids, std::vector<Ordinal>{Ordinal(0, 52)});
  EXPECT_EQ(fixture.ledger[Counter::kDropped], 7u);
}

}  // namespace
}  // namespace leat::test
