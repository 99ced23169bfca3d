// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/plugin/connectors.h"

#include <filesystem>
#include <fstream>

#include "tests/operators/plugin/fake_plugin.h"

namespace leat::test {
namespace {

TEST(Connectors, OperatorsBelongToPackages) {
  const plugin::Connector* const connector = plugin::connector_of("read_parquet");
  ASSERT_NE(connector, nullptr);
  EXPECT_EQ(connector->package, "leat-parquet");
  EXPECT_EQ(plugin::connector_of("write_parquet"), connector);
  EXPECT_EQ(plugin::connector_of("read_csv"), nullptr);
}

TEST(Connectors, AreLookedForBesideTheProgramAlone) {
  const auto program = std::filesystem::canonical("/proc/self/exe").parent_path();
  constexpr std::string_view kOperators[] = {"read_nothing"};
  const plugin::Connector connector{"no_such_connector", "leat-nothing", kOperators};
  EXPECT_EQ(plugin::find_connector(connector), std::nullopt);
  const auto folder = program / "connectors";
  std::filesystem::create_directories(folder);
  const auto file = folder / "no_such_connector.so";
  std::ofstream(file) << "anything";
  EXPECT_EQ(plugin::find_connector(connector), file.string());
  EXPECT_EQ(plugin::connector_at(file.string()), nullptr) << "none of those that leat knows";
  std::filesystem::remove(file);
}

TEST(Connectors, OperatorsOfOurOwnHaveNoDotAndAreNotThoseBuiltIn) {
  for (const auto& [vendor, name, given] : {std::tuple{"leat", "pass", "pass"},
                                            {"acme", "pass", "acme.pass"},
                                            {"leat", "filter", ""}}) {
    const leat_operator table = pass_table(name);
    const leat_plugin plugin{sizeof(leat_plugin), 1, 0, vendor, "1", &table, 1, nullptr, 0};
    plugin::PluginSet set;
    const Status added = set.add(&plugin, "some.so");
    EXPECT_EQ(added.has_value(), *given != '\0') << vendor << name;
    if (added) {
      EXPECT_EQ(set.operators().front()->name, given);
    } else {
      EXPECT_TRUE(added.error().message.contains("'filter' is built in"));
    }
  }
}

}  // namespace
}  // namespace leat::test
