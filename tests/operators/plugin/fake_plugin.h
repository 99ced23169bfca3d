// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// A plugin in the test's own process: tables whose functions are plain lambdas, and the definition
// that a PluginSet makes of them.
#pragma once

#include <deque>

#include <gtest/gtest.h>

#include "operators/plugin/plugin_set.h"
#include "tests/support/operator_fixture.h"

namespace leat::test {

/// A map that passes rows on; tests replace what they are about.
inline leat_operator pass_table(const char* name = "pass") {
  leat_operator table{};
  table.size = sizeof(leat_operator);
  table.name = name;
  table.kind = LEAT_MAP;
  table.summary = "Passes rows on.";
  table.bind = [](const leat_operator*, leat_call*, const leat_binding*, void**) -> int {
    return LEAT_OK;
  };
  table.process = [](void*, leat_call* call, const leat_rows* rows) {
    const leat_output output{sizeof(leat_output), rows->array, nullptr, nullptr, nullptr};
    return plugin::host().emit(call, &output);
  };
  return table;
}

/// One operator, as part of a plugin called `fake.so` of the vendor `fake`.
class FakePlugin {
 public:
  explicit FakePlugin(const leat_operator& table) : table_(table) {
    plugin_ = {sizeof(leat_plugin), 0, 0, "fake", "1", &table_, 1, nullptr, 0};
    EXPECT_TRUE(set_.add(&plugin_, "fake.so"));
  }
  explicit FakePlugin(const leat_function& function) : function_(function) {
    plugin_ = {sizeof(leat_plugin), 0, 0, "fake", "1", nullptr, 0, &function_, 1};
    EXPECT_TRUE(set_.add(&plugin_, "fake.so"));
  }
  const OperatorDef& definition() const { return *set_.operators().front(); }
  plugin::PluginSet& set() { return set_; }

 private:
  leat_operator table_{};
  leat_function function_{};
  leat_plugin plugin_{};
  plugin::PluginSet set_;
};

inline SchemaRef number_schema() { return make_schema({{"n", kInt64Type}, {"t", kUtf8Type}}); }

/// Rows n = 0 .. count-1 with texts, NULL for every third.
inline Batch number_batch(MemoryAccount& memory, size_t count, Ordinal first = Ordinal(0, 0)) {
  std::vector<Row> rows;
  for (size_t i = 0; i < count; ++i) {
    const auto n = static_cast<int64_t>(first.row() + i);
    rows.push_back({n, n % 3 == 2 ? Cell() : Cell("text number " + std::to_string(n))});
  }
  return make_batch(memory, number_schema(), rows, first);
}

}  // namespace leat::test
