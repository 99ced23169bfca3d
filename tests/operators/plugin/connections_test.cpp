// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/plugin/connections.h"

#include <cstddef>
#include <map>
#include <string>

#include <gmock/gmock.h>

#include "tests/operators/plugin/fake_plugin.h"

namespace leat::test {
namespace {

plugin::Connection connection(const std::string& database) {
  const plugin::ConnectionType* const type = plugin::find_connection_type("postgres");
  OptionNode fields;
  fields.kind = OptionNode::Kind::kMap;
  for (const auto& [name, value] : {std::pair{"database", database}, {"user", "etl"}}) {
    OptionNode node;
    node.kind = OptionNode::Kind::kScalar;
    node.scalar = SourceText(value, {7, 9}, {});
    node.span = {7, 9};
    fields.entries.push_back({SourceText(name, {7, 9}, {}), std::move(node)});
  }
  Diagnostics found;
  const SourceText name("warehouse", Span{1, 2}, {});
  auto values = read_options(type->fields, "", fields, name, found);
  EXPECT_TRUE(values.has_value());
  return {name, type, std::move(*values)};
}

TEST(Connections, PluginsSeeWhatIsWrittenAndDefaults) {
  const plugin::Connection one = connection("dwh");
  const plugin::ConnectionTexts texts(one);
  std::map<std::string, std::string> fields;
  for (size_t i = 0; i < texts.get().count; ++i)
    fields[texts.get().fields[i]] = texts.get().values[i];
  EXPECT_STREQ(texts.get().name, "warehouse");
  EXPECT_STREQ(texts.get().type, "postgres");
  EXPECT_EQ(fields, (std::map<std::string, std::string>{{"host", "localhost"},
                                                        {"port", "5432"},
                                                        {"database", "dwh"},
                                                        {"user", "etl"},
                                                        {"connect_timeout", "10"}}));
}

TEST(Connections, SecretsAreKnown) {
  const plugin::ConnectionType* const type = plugin::find_connection_type("postgres");
  EXPECT_TRUE(type->is_secret("password"));
  EXPECT_FALSE(type->is_secret("user"));
  EXPECT_EQ(plugin::find_connection_type("oracle"), nullptr);
}

const char* const kFakeTypes[] = {"postgres", nullptr};
const leat_option_def kFakeOptions[] = {{sizeof(leat_option_def), "connection", "Which.", nullptr,
                                         kFakeTypes, LEAT_OPTION_CONNECTION, LEAT_REQUIRED, 0, 0},
                                        {sizeof(leat_option_def), "query", "What.", nullptr,
                                         nullptr, LEAT_OPTION_TEXT, LEAT_IS_CODE, 0, 0}};

/// A source of one column, which is known by asking alone.
leat_operator asking_table() {
  leat_operator table = pass_table("asking");
  table.kind = LEAT_SOURCE;
  table.process = nullptr;
  table.options = kFakeOptions;
  table.option_count = 2;
  table.bind = [](const leat_operator*, leat_call* call, const leat_binding* binding,
                  void**) -> int {
    EXPECT_STREQ(binding->connection->name, "warehouse");
    if (binding->is_online == 0) return LEAT_ERROR_OFFLINE;
    return plugin::host().add_column(call, "n", "int64");
  };
  table.next = [](void*, leat_call*, leat_split*) -> int { return LEAT_OK; };
  return table;
}

TEST(Connections, AreFoundByName) {
  FakePlugin fake(asking_table());
  plugin::Connections known;
  known.all.push_back(connection("dwh"));
  fake.set().set_connections(std::move(known));
  bind_ok(fake.definition(), Opt::map({{"connection", "warehouse"}}), nullptr);
  EXPECT_THAT(
      test::bind(fake.definition(), Opt::map({{"connection", "warehoues"}}), nullptr).mistakes,
      testing::ElementsAre("there is no connection 'warehoues' [warehoues]"));
}

TEST(Connections, WhoOnlyLooksLeavesASourceUnchecked) {
  FakePlugin fake(asking_table());
  plugin::Connections known;
  known.all.push_back(connection("dwh"));
  known.is_online = false;
  fake.set().set_connections(std::move(known));
  EXPECT_THAT(
      test::bind(fake.definition(), Opt::map({{"connection", "warehouse"}}), nullptr).mistakes,
      testing::ElementsAre(" [fake.asking]"));
}

int tried = 0;

TEST(Connections, ThePluginOfTheTypeTriesThem) {
  tried = 0;
  const leat_operator table = asking_table();
  leat_plugin plugin{sizeof(leat_plugin),
                     2,
                     0,
                     "fake",
                     "1",
                     &table,
                     1,
                     nullptr,
                     0,
                     "postgres",
                     [](leat_call* call, const leat_connection* of) -> int {
                       ++tried;
                       EXPECT_STREQ(of->name, "warehouse");
                       plugin::host().mistake(call, "database", "there is none", "make it");
                       return LEAT_ERROR;
                     }};
  plugin::PluginSet set;
  ASSERT_TRUE(set.add(&plugin, "fake.so"));
  Diagnostics found;
  EXPECT_FALSE(set.try_connection(connection("dwh"), found));
  EXPECT_EQ(tried, 1);
  ASSERT_EQ(found.count(), 1U);
  EXPECT_EQ(found.errors()[0].message, "there is none");
  EXPECT_EQ(found.errors()[0].where.begin, 7U) << "at the field";
}

TEST(Connections, AnOlderPluginEndsBeforeThem) {
  const leat_operator table = asking_table();
  leat_plugin plugin{offsetof(leat_plugin, connection_type),
                     1,
                     0,
                     "fake",
                     "1",
                     &table,
                     1,
                     nullptr,
                     0,
                     nullptr,
                     nullptr};
  plugin::PluginSet set;
  EXPECT_TRUE(set.add(&plugin, "old.so"));
}

}  // namespace
}  // namespace leat::test
