// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "tests/operators/plugin/fake_plugin.h"

namespace leat::test {
namespace {

using plugin::host;

std::vector<std::string> seen;

leat_operator options_table() {
  static constexpr const char* kChoices[] = {"low", "high", nullptr};
  static const leat_option_def kOptions[] = {
      {sizeof(leat_option_def), "level", "A number.", "7", nullptr, LEAT_OPTION_INTEGER, 0, 0, 0},
      {sizeof(leat_option_def), "names", "A list.", nullptr, nullptr, LEAT_OPTION_TEXT_LIST, 0, 0,
       0},
      {sizeof(leat_option_def), "pairs", "A map.", nullptr, nullptr, LEAT_OPTION_NAMED, 0, 0, 0},
      {sizeof(leat_option_def), "mode", "A choice.", "low", kChoices, LEAT_OPTION_CHOICE, 0, 0, 0},
  };
  leat_operator table = pass_table();
  table.options = kOptions;
  table.option_count = 4;
  table.bind = [](const leat_operator*, leat_call*, const leat_binding* binding, void**) -> int {
    seen.clear();
    for (size_t i = 0; i < binding->option_count; ++i) {
      const leat_option& option = binding->options[i];
      std::string text = std::string(option.name) + (option.is_written != 0 ? "*" : "");
      for (size_t j = 0; j < option.count; ++j)
        text += std::string(" ") + (option.names != nullptr ? option.names[j] : "") + "=" +
                option.texts[j];
      seen.push_back(std::move(text));
    }
    return LEAT_OK;
  };
  return table;
}

TEST(PluginBind, OptionsArriveAsWrittenOrAsTheirDefaults) {
  FakePlugin fake(options_table());
  bind_ok(fake.definition(),
          Opt::map({{"names", Opt::list({"a", "b"})}, {"pairs", Opt::map({{"x", "1"}})}}),
          number_schema());
  EXPECT_EQ(seen,
            (std::vector<std::string>{"level =7", "names* =a =b", "pairs* x=1", "mode =low"}));
}

TEST(PluginBind, MistakesStandAtTheirOption) {
  leat_operator table = options_table();
  table.bind = [](const leat_operator*, leat_call* call, const leat_binding*, void**) -> int {
    host().mistake(call, "level", "the level is too low", "raise it");
    host().mistake(call, nullptr, "nothing fits", nullptr);
    return LEAT_ERROR;
  };
  FakePlugin fake(table);
  const Binding binding =
      test::bind(fake.definition(), Opt::map({{"level", "1"}}), number_schema());
  EXPECT_EQ(binding.mistakes,
            (std::vector<std::string>{"the level is too low [1]", "nothing fits [fake.pass]"}));
  EXPECT_FALSE(binding.bound.has_value());
}

TEST(PluginBind, AnErrorWithoutAMistakeStandsAtTheStage) {
  leat_operator table = pass_table();
  table.bind = [](const leat_operator*, leat_call*, const leat_binding*, void**) -> int {
    return LEAT_ERROR;
  };
  FakePlugin fake(table);
  const Binding binding = test::bind(fake.definition(), Opt(), number_schema());
  ASSERT_EQ(binding.mistakes.size(), 1u);
  EXPECT_TRUE(binding.mistakes[0].contains("bind returned the error 1 and did not explain it"));
}

TEST(PluginBind, TheOutputIsWhatWasDeclared) {
  leat_operator table = pass_table();
  table.bind = [](const leat_operator*, leat_call* call, const leat_binding*, void**) -> int {
    host().add_column(call, "price", "decimal(10,2)");
    return host().keep_column(call, 1);
  };
  FakePlugin fake(table);
  const Binding binding = bind_ok(fake.definition(), Opt(), number_schema());
  EXPECT_EQ(binding.output(), Schema({{"price", Type::decimal(10, 2)}, {"t", kUtf8Type}}));
}

TEST(PluginBind, ColumnsThatCannotBeAreRefused) {
  leat_operator table = pass_table();
  table.bind = [](const leat_operator*, leat_call* call, const leat_binding*, void**) -> int {
    return host().add_column(call, "x", "no_type");
  };
  FakePlugin fake(table);
  const Binding binding = test::bind(fake.definition(), Opt(), number_schema());
  ASSERT_EQ(binding.mistakes.size(), 1u);
  EXPECT_TRUE(binding.mistakes[0].contains("column 'x' was declared with the unknown type"));
}

}  // namespace
}  // namespace leat::test
