// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "cli/reference/describe.h"

#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/pipelines/fake_operators.h"

namespace leat::cli {
namespace {

const OperatorDef& named(std::string_view name) {
  for (const OperatorDef* definition : pipelines::testing::fake_operators()) {
    if (definition->name == name) return *definition;
  }
  ADD_FAILURE() << name;
  return *pipelines::testing::fake_operators().front();
}

TEST(Describe, APage) {
  EXPECT_EQ(describe(named("write_csv")), R"(write_csv (sink)
  Does something.

  What it does,
  and how.

Options:
  path: text, required, may be written directly after the operator
      The file.
  if_exists: replace | append, default replace
      What to do then.
  level: whole number from 1 to 9, default 3
      Effort.

Example:
  - it: x
)");
}

TEST(Describe, AsJson) {
  const auto page = describe_json(named("write_csv"));
  EXPECT_EQ(page["name"], "write_csv");
  EXPECT_EQ(page["kind"], "sink");
  EXPECT_EQ(page["main_option"], "path");
  EXPECT_EQ(page["options"][0],
            nlohmann::json::parse(
                R"({"name": "path", "value": "text", "doc": "The file.", "required": true})"));
  EXPECT_EQ(page["options"][2],
            nlohmann::json::parse(R"({"name": "level", "value": "whole number from 1 to 9",
    "doc": "Effort.", "required": false, "default": "3", "minimum": 1, "maximum": 9})"));
  EXPECT_FALSE(describe_json(named("aggregate")).contains("main_option"));
}

TEST(Describe, List) {
  EXPECT_EQ(list_operators(pipelines::testing::fake_operators()), R"(sources:
  read_csv     Does something.
transforms:
  acme.enrich  Does something.
  aggregate    Does something.
  derive       Does something.
  filter       Does something.
  select       Does something.
  sort         Does something.
sinks:
  write_csv    Does something.
)");
}

TEST(Describe, NamesOfValues) {
  const auto name = [](OptionType type, std::optional<int64_t> minimum = {},
                       std::optional<int64_t> maximum = {}) {
    return value_name(
        {.name = "x", .type = type, .doc = "", .minimum = minimum, .maximum = maximum});
  };
  EXPECT_EQ(name(OptionType::kInteger), "whole number");
  EXPECT_EQ(name(OptionType::kInteger, 1), "whole number from 1");
  EXPECT_EQ(name(OptionType::kNumber, {}, 5), "number up to 5");
  EXPECT_EQ(name(OptionType::kCharacter), "one character");
  EXPECT_EQ(name(OptionType::kNamed), "mapping of names to values");
  EXPECT_EQ(name(OptionType::kNamedLists), "mapping of names to values, or to lists of values");
  EXPECT_EQ(name(OptionType::kTree), "value, list or mapping");
  EXPECT_EQ(name(OptionType::kExpressionTree), "expression, or a list or mapping of expressions");
}

TEST(Describe, SchemaHasEveryOperatorAndOption) {
  const auto schema = pipeline_schema(pipelines::testing::fake_operators());
  const auto& stages = schema["properties"]["stages"]["items"]["anyOf"];
  ASSERT_EQ(stages.size(), pipelines::testing::fake_operators().size());
  for (size_t i = 0; i < stages.size(); ++i) {
    const OperatorDef& definition = *pipelines::testing::fake_operators()[i];
    const auto& properties = stages[i]["properties"];
    EXPECT_EQ(stages[i]["required"], nlohmann::json::array({definition.name}));
    EXPECT_EQ(properties.contains("from"), definition.kind != OperatorKind::kSource);
    const auto& options = properties[std::string(definition.name)];
    if (definition.name == "derive") {
      EXPECT_EQ(options["type"], "object");
      continue;
    }
    for (const OptionDef& option : definition.options) {
      EXPECT_TRUE(options["anyOf"][0]["properties"].contains(option.name)) << option.name;
    }
  }
}

TEST(Describe, SchemaHasEverySetting) {
  const auto schema = pipeline_schema(pipelines::testing::fake_operators());
  const auto& settings = schema["properties"]["settings"]["properties"];
  for (const char* const key : {"memory", "procs", "fuse", "spill"})
    EXPECT_TRUE(settings.contains(key)) << key;
  for (const char* const key : {"dir", "max", "compress"})
    EXPECT_TRUE(settings["spill"]["properties"].contains(key)) << key;
}

}  // namespace
}  // namespace leat::cli
