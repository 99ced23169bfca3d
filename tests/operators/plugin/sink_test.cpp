// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/output/output_transaction.h"
#include "tests/operators/plugin/fake_plugin.h"

namespace leat::test {
namespace {

using plugin::host;

std::vector<std::string> steps;

int target_of_bytes(void*, leat_call*, const void* bytes, size_t size, uint64_t rows) {
  steps.push_back("write " + std::string(static_cast<const char*>(bytes), size) + " " +
                  std::to_string(rows));
  return LEAT_OK;
}

/// Writes a dot for each row, to a target that notes what it is told.
leat_operator dots_table() {
  steps.clear();
  leat_operator table = pass_table("dots");
  table.kind = LEAT_SINK;
  table.process = [](void*, leat_call* call, const leat_rows* rows) {
    const std::string dots(static_cast<size_t>(rows->array->length), '.');
    return host().write(call, dots.data(), dots.size());
  };
  table.target_open = [](void*, leat_call*, void** target) -> int {
    *target = &steps;
    steps.push_back("open");
    return LEAT_OK;
  };
  table.target_write = target_of_bytes;
  table.target_prepare = [](void*, leat_call*) -> int {
    steps.push_back("prepare");
    return LEAT_OK;
  };
  table.target_commit = [](void*, leat_call*) -> int {
    steps.push_back("commit");
    return LEAT_OK;
  };
  table.target_abort = [](void*) { steps.push_back("abort"); };
  table.target_close = [](void*) { steps.push_back("close"); };
  return table;
}

TEST(PluginSink, TheTargetOfThePluginCommitsOrAborts) {
  for (const bool commit : {true, false}) {
    FakePlugin fake(dots_table());
    OperatorFixture fixture;
    io::OutputTransaction outputs;
    const Binding binding = bind_ok(fake.definition(), Opt(), number_schema());
    {
      const auto& sink = *std::get<std::unique_ptr<Sink>>(binding.bound->species);
      const auto encoder = sink.encoder(fixture.lane());
      const auto committer = sink.committer({fixture.memory, fixture.ledger, outputs});
      ASSERT_TRUE(committer->open());
      fixture.ledger.add(Counter::kIn, 4);
      const auto bytes = encoder->encode(number_batch(fixture.memory, 4));
      ASSERT_TRUE(bytes);
      ASSERT_TRUE(committer->write(*bytes, 4));
      if (commit) {
        ASSERT_TRUE(committer->prepare(1) && committer->commit(1));
      } else {
        committer->abort();
      }
    }
    const std::vector<std::string> end =
        commit ? std::vector<std::string>{"open", "write .... 4", "prepare", "commit", "close"}
               : std::vector<std::string>{"open", "write .... 4", "abort", "close"};
    EXPECT_EQ(steps, end);
    expect_balanced(*binding.bound, fixture.ledger);
  }
}

TEST(PluginSink, AFileHasTheOptionsOfBuiltInSinks) {
  leat_operator table = dots_table();
  table.flags = LEAT_WRITES_FILE;
  FakePlugin fake(table);
  std::vector<std::string> names;
  for (const OptionDef& option : fake.definition().options) names.emplace_back(option.name);
  EXPECT_EQ(names, (std::vector<std::string>{"path", "if_exists", "compression", "level"}));
  EXPECT_EQ(fake.definition().main_option, "path");
  EXPECT_TRUE(test::bind(fake.definition(), Opt("out.txt"), number_schema()).bound.has_value());
  EXPECT_EQ(test::bind(fake.definition(), Opt("out/"), number_schema()).mistakes,
            std::vector<std::string>{"'out/' names a folder, not a file [out/]"});
}

}  // namespace
}  // namespace leat::test
