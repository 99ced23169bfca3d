// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "cli/graph_picture.h"

#include <gtest/gtest.h>

#include "tests/pipelines/fake_operators.h"

namespace leat::cli {
namespace {

using pipelines::testing::load_text;

constexpr const char* kText = R"(stages:
  - read_csv: in.csv
    name: in
    on_error: reject
  - write_csv: out.csv
  - write_csv: bad.csv
    name: bad
    from: in.rejects
)";

TEST(GraphPicture, NamesStagesAndPorts) {
  const auto loaded = load_text(kText);
  ASSERT_TRUE(loaded.pipeline) << loaded.errors;
  EXPECT_EQ(graph_picture(*loaded.pipeline, "mermaid"),
            "flowchart LR\n  s0[\"in (read_csv)\"]\n  s1[\"write_csv\"]\n"
            "  s2[\"bad (write_csv)\"]\n  s0 --> s1\n  s0 -->|\"rejects\"| s2\n");
  EXPECT_NE(graph_picture(*loaded.pipeline, "dot").find("s0 -> s2 [label=\"rejects\"];"),
            std::string::npos);
}

TEST(GraphPicture, BoxesOfOneLayerStandBelowEachOther) {
  const auto loaded = load_text(kText);
  ASSERT_TRUE(loaded.pipeline) << loaded.errors;
  const std::string svg = graph_picture(*loaded.pipeline, "svg");
  EXPECT_NE(svg.find("<rect class=\"box\" x=\"12\" y=\"12\""), std::string::npos) << svg;
  EXPECT_NE(svg.find("<rect class=\"box\" x=\"272\" y=\"12\""), std::string::npos) << svg;
  EXPECT_NE(svg.find("<rect class=\"box\" x=\"272\" y=\"68\""), std::string::npos) << svg;
}

TEST(GraphPicture, SvgHasColoursOfLightAndDarkPagesAndNeedsNothingElse) {
  const auto loaded = load_text(
      "stages:\n  - read_csv: in.csv\n    name: the_largest_of_all_orders\n"
      "  - write_csv: out.csv\n");
  ASSERT_TRUE(loaded.pipeline) << loaded.errors;
  const std::string svg = graph_picture(*loaded.pipeline, "svg");
  EXPECT_NE(svg.find("@media(prefers-color-scheme:dark)"), std::string::npos) << svg;
  EXPECT_EQ(svg.find("href"), std::string::npos) << svg;
  EXPECT_NE(svg.find(">the_largest_\u2026rs (read_csv)</text>"), std::string::npos) << svg;
}

}  // namespace
}  // namespace leat::cli
