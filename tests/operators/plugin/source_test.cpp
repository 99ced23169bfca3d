// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/output/output_transaction.h"
#include "tests/operators/plugin/fake_plugin.h"

namespace leat::test {
namespace {

using plugin::host;

int emit_numbers(leat_call* call, int64_t begin, int64_t count) {
  std::vector<int64_t> numbers;
  for (int64_t i = 0; i < count; ++i) numbers.push_back(begin + i);
  const void* buffers[] = {nullptr, numbers.data()};
  static const void* none[] = {nullptr};
  ArrowArray column{count, 0, 0, 2, 0, buffers, nullptr, nullptr, nullptr, nullptr};
  column.release = [](ArrowArray* array) { array->release = nullptr; };
  ArrowArray* children[] = {&column};
  ArrowArray array{count, 0, 0, 1, 1, none, children, nullptr, nullptr, nullptr};
  array.release = [](ArrowArray* one) { one->release = nullptr; };
  const leat_output output{sizeof(leat_output), &array, nullptr, nullptr, nullptr};
  return host().emit(call, &output);
}

int next_split = 0;
int released = 0;

/// Two splits: one whose rows come at once, one that is decoded.
leat_operator numbers_table() {
  next_split = 0;
  released = 0;
  leat_operator table = pass_table("numbers");
  table.kind = LEAT_SOURCE;
  table.process = nullptr;
  table.bind = [](const leat_operator*, leat_call* call, const leat_binding*, void**) {
    return host().add_column(call, "n", "int64");
  };
  table.next = [](void*, leat_call* call, leat_split* split) -> int {
    split->has_split = next_split < 2 ? 1 : 0;
    split->name = "numbers.db";
    split->data = &next_split;
    split->release = [](void*) { ++released; };
    return next_split++ == 0 ? emit_numbers(call, 0, 5000) : int{LEAT_OK};
  };
  table.decode = [](void*, leat_call* call, const leat_split* split) -> int {
    EXPECT_EQ(split->data, &next_split);
    if (next_split == 1) return LEAT_OK;  // its rows came at once
    if (const int code = emit_numbers(call, 7, 2); code != LEAT_OK) return code;
    return host().reject(call, 2, "it cannot be read");
  };
  return table;
}

TEST(PluginSource, RowsAreNumberedAndCutIntoBatches) {
  FakePlugin fake(numbers_table());
  OperatorFixture fixture(size_t{1} << 30, OnError::kSkip);
  io::OutputTransaction outputs;
  const Binding binding = bind_ok(fake.definition(), Opt(), nullptr);
  {
    const auto& source = *std::get<std::unique_ptr<Source>>(binding.bound->species);
    const auto splitter = source.splitter({fixture.memory, fixture.ledger, outputs});
    const auto decoder = source.decoder(fixture.lane());
    CollectingOutput output(fixture.ledger);
    for (int i = 0; i < 2; ++i) {
      auto split = splitter->next();
      ASSERT_TRUE(split && *split);
      EXPECT_EQ((*split)->index, static_cast<uint64_t>(i));
      ASSERT_TRUE(decoder->decode(**split, output));
    }
    ASSERT_FALSE(splitter->next()->has_value());
    ASSERT_EQ(output.batches.size(), 3u);
    EXPECT_EQ(output.batches[0].rows(), kBatchRowsMax);
    EXPECT_EQ(output.ids[4999], Ordinal(0, 4999));
    EXPECT_EQ(output.ids[5001], Ordinal(1, 1));
    EXPECT_EQ(output.rows[5001], "8");
    const TextPlace place = output.batches[0].places().origin->locate(41);
    EXPECT_EQ(place, (TextPlace{"numbers.db", 42, 0}));
  }
  EXPECT_EQ(released, 3) << "that of the end included";
  EXPECT_EQ(fixture.faults.absorbed().size(), 1u);
  expect_balanced(*binding.bound, fixture.ledger);
  EXPECT_EQ(fixture.memory.used(), 0u);
}

TEST(PluginSource, DecodesOnlyTheColumnsThatAreRead) {
  leat_operator table = numbers_table();
  table.bind = [](const leat_operator*, leat_call* call, const leat_binding* binding, void**) {
    EXPECT_EQ(binding->wanted_count, 1u);
    host().add_column(call, "n", "int64");
    return host().add_column(call, "m", "int64");
  };
  FakePlugin fake(table);
  Diagnostics diagnostics;
  const expr::Environment environment;
  const OptionValues options(fake.definition().options, Span{});
  const auto bound = fake.definition().bind(options, {{},
                                                      std::vector<std::string>{"m"},
                                                      environment,
                                                      OnError::kFail,
                                                      diagnostics,
                                                      &fake.definition()});
  ASSERT_TRUE(bound);
  EXPECT_EQ(*bound->output, Schema({{"m", kInt64Type}}));
}

}  // namespace
}  // namespace leat::test
