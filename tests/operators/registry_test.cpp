// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <set>

#include <gtest/gtest.h>

#include "operators/operator.h"

namespace leat {
namespace {

TEST(Registry, FindsEveryBuiltinByItsName) {
  ASSERT_FALSE(builtin_operators().empty());
  for (const OperatorDef* definition : builtin_operators())
    EXPECT_EQ(find_operator(definition->name), definition);
}

TEST(Registry, KnowsNoOthers) {
  EXPECT_EQ(find_operator(""), nullptr);
  EXPECT_EQ(find_operator("no_such_operator"), nullptr);
  EXPECT_EQ(find_operator("zzz"), nullptr);
}

TEST(Registry, NamesAscend) {
  const auto all = builtin_operators();
  for (size_t i = 1; i < all.size(); ++i) EXPECT_LT(all[i - 1]->name, all[i]->name);
}

TEST(Registry, DefinitionsAreComplete) {
  for (const OperatorDef* definition : builtin_operators()) {
    EXPECT_NE(definition->bind, nullptr) << definition->name;
    std::set<std::string_view> names;
    for (const OptionDef& option : definition->options) {
      EXPECT_TRUE(names.insert(option.name).second)
          << definition->name << " has option " << option.name << " twice";
      EXPECT_FALSE(option.doc.empty()) << definition->name << '.' << option.name;
      EXPECT_FALSE(option.required && !option.default_text.empty())
          << definition->name << '.' << option.name;
      EXPECT_EQ(option.type == OptionType::kChoice, !option.choices.empty())
          << definition->name << '.' << option.name;
    }
    const bool has_main =
        definition->main_option.empty() || names.count(definition->main_option) == 1;
    EXPECT_TRUE(has_main) << definition->name;
  }
}

TEST(Registry, RejectsSchema) {
  const SchemaRef schema = rejects_schema();
  ASSERT_EQ(schema->size(), 6u);
  EXPECT_EQ((*schema)[0], (Field{"file", kUtf8Type}));
  EXPECT_EQ((*schema)[1], (Field{"line", kInt64Type}));
  EXPECT_EQ((*schema)[2], (Field{"column", kInt64Type}));
  EXPECT_EQ((*schema)[3], (Field{"stage", kUtf8Type}));
  EXPECT_EQ((*schema)[4], (Field{"reason", kUtf8Type}));
  EXPECT_EQ((*schema)[5], (Field{"raw", kUtf8Type}));
}

}  // namespace
}  // namespace leat
