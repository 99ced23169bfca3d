// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "tests/operators/plugin/fake_plugin.h"

namespace leat::test {
namespace {

using plugin::host;

struct Sum {
  int64_t rows = 0;
  uint64_t first = UINT64_MAX;
};

int emit_rows(leat_call* call, int64_t rows, const uint64_t* id) {
  static const void* none[] = {nullptr};
  const void* buffers[] = {nullptr, &rows};
  ArrowArray column{1, 0, 0, 2, 0, buffers, nullptr, nullptr, nullptr, nullptr};
  column.release = [](ArrowArray* array) { array->release = nullptr; };
  ArrowArray* children[] = {&column};
  ArrowArray array{1, 0, 0, 1, 1, none, children, nullptr, nullptr, nullptr};
  array.release = [](ArrowArray* one) { one->release = nullptr; };
  const leat_output output{sizeof(leat_output), &array, nullptr, id, nullptr};
  return host().emit(call, &output);
}

/// Counts rows, and remembers the first.
leat_operator count_table() {
  leat_operator table = pass_table("count");
  table.kind = LEAT_AGGREGATE;
  table.bind = [](const leat_operator*, leat_call* call, const leat_binding*, void**) {
    return host().add_column(call, "rows", "int64");
  };
  table.open = [](void*, leat_call*, void** state) -> int {
    *state = new Sum;
    return LEAT_OK;
  };
  table.close = [](void* state) { delete static_cast<Sum*>(state); };
  table.process = [](void* state, leat_call* call, const leat_rows* rows) -> int {
    auto& sum = *static_cast<Sum*>(state);
    for (int64_t row = 0; row < rows->array->length; ++row) {
      sum.first = std::min(sum.first, rows->ids[row]);
      if (rows->ids[row] % 10 == 9) {
        const int code = host().reject(call, static_cast<uint64_t>(row), "it ends with 9");
        if (code != LEAT_OK) return code;
      } else {
        ++sum.rows;
      }
    }
    return LEAT_OK;
  };
  table.merge = [](void* into, leat_call*, void* from) -> int {
    static_cast<Sum*>(into)->rows += static_cast<Sum*>(from)->rows;
    static_cast<Sum*>(into)->first =
        std::min(static_cast<Sum*>(into)->first, static_cast<Sum*>(from)->first);
    return LEAT_OK;
  };
  table.finish = [](void* state, leat_call* call) {
    const auto& sum = *static_cast<Sum*>(state);
    return emit_rows(call, sum.rows, sum.rows > 0 ? &sum.first : nullptr);
  };
  return table;
}

TEST(PluginCollect, StatesOfAllLanesAreMerged) {
  FakePlugin fake(count_table());
  OperatorFixture fixture;
  const Binding binding = bind_ok(fake.definition(), Opt(), number_schema());
  const auto done = run_lanes(fixture, binding,
                              {{number_batch(fixture.memory, 5, Ordinal(0, 100))},
                               {},
                               {number_batch(fixture.memory, 4, Ordinal(0, 20))}});
  EXPECT_EQ(done.rows, std::vector<std::string>{"9"});
  EXPECT_EQ(done.ids, std::vector<Ordinal>{Ordinal(0, 20)});
  EXPECT_EQ(fixture.memory.used(), 0u);
}

TEST(PluginCollect, RejectedRowsAreNotFolded) {
  FakePlugin fake(count_table());
  OperatorFixture fixture(size_t{1} << 30, OnError::kSkip);
  const Binding binding = bind_ok(fake.definition(), Opt(), number_schema());
  EXPECT_EQ(run(fixture, binding, {number_batch(fixture.memory, 20)}).rows,
            std::vector<std::string>{"18"});
  EXPECT_EQ(fixture.ledger[Counter::kSkipped], 2u);
}

TEST(PluginCollect, WithoutRowsItStillFinishes) {
  FakePlugin fake(count_table());
  OperatorFixture fixture;
  const Binding binding = bind_ok(fake.definition(), Opt(), number_schema());
  EXPECT_EQ(run(fixture, binding, {}).rows, std::vector<std::string>{"0"});
}

}  // namespace
}  // namespace leat::test
