// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "cli/lineage.h"

#include <memory>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace leat::cli {
namespace {

std::vector<SinkLineage> lineage(const std::string& stages) {
  Diagnostics diagnostics;
  const auto pipeline = pipelines::load(
      std::make_shared<pipelines::Document>("job.yaml", "stages:\n" + stages), {}, diagnostics);
  EXPECT_TRUE(pipeline) << diagnostics.errors()[0].message;
  return pipeline ? lineage_of(*pipeline) : std::vector<SinkLineage>();
}

TEST(Lineage, ColumnsAreFollowedToTheirSources) {
  const auto sinks = lineage(
      "  - rows: [{ id: 1, price: 2, unused: 3 }]\n    name: in\n"
      "  - select: [id as key, price + id as sum, 1 as one]\n"
      "  - sort: key\n"
      "  - write_csv: out.csv\n");
  EXPECT_EQ(lineage_text(sinks),
            "write_csv (out.csv)\n"
            "  key  in.id\n"
            "  sum  in.id, in.price\n"
            "  one  no column\n");
}

TEST(Lineage, ThroughPortsAndUnions) {
  const auto sinks = lineage(
      "  - rows: [{ id: 1 }]\n    name: a\n"
      "  - rows: [{ id: 1 }]\n    name: b\n"
      "  - union: {}\n    from: [a, b]\n"
      "  - distinct: id\n    name: d\n"
      "  - show: {}\n"
      "  - show: {}\n    from: d.duplicates\n");
  ASSERT_EQ(sinks.size(), 2);
  EXPECT_EQ(
      lineage_json(sinks).dump(),
      R"([{"stage":"show","target":null,"columns":[{"column":"id","from":["a.id","b.id"]}]},)"
      R"({"stage":"show","target":null,"columns":[{"column":"id","from":["a.id","b.id"]}]}])");
}

}  // namespace
}  // namespace leat::cli
