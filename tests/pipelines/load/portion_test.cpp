// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/load/portion.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "pipelines/load/pipeline.h"
#include "pipelines/text/diagnostic.h"
#include "tests/support/temp_dir.h"

namespace leat::pipelines {
namespace {

class PortionTest : public ::testing::Test {
 protected:
  PortionTest() { directory_.write("in.csv", "n,w\n1,a\n"); }

  /// `stage<input` for each stage that is left, or what is wrong.
  std::vector<std::string> take(const Portion& portion) {
    const std::string in = directory_.file("in.csv");
    const auto document = std::make_shared<Document>(
        "job.yaml", "stages:\n  - read_csv: " + in +
                        "\n    name: a\n    on_error: reject\n  - filter: n > 0\n    name: big\n"
                        "  - write_csv: " +
                        directory_.file("out.csv") +
                        "\n    name: out\n  - read_csv: missing.csv\n    name: b\n"
                        "  - filter: x\n    name: unread\n");
    LoadOptions options;
    options.portion = portion;
    Diagnostics diagnostics;
    const std::optional<Pipeline> pipeline = load(document, options, diagnostics);
    std::vector<std::string> out;
    if (!pipeline) {
      for (const Diagnostic& error : diagnostics.errors()) out.push_back(error.message);
      return out;
    }
    for (const Stage& stage : pipeline->stages) {
      std::string edge = stage.name;
      for (const From& from : stage.from)
        edge += "<" + pipeline->stages[from.stage].name + (from.port == From::kRejects ? "!" : "");
      out.push_back(edge);
    }
    return out;
  }

  test::TempDir directory_;
};

using Edges = std::vector<std::string>;

TEST_F(PortionTest, OnlyWhatAStageNeedsIsBound) {
  EXPECT_EQ(take({.to = "big"}), (Edges{"a", "big<a", "show<big"}));
  EXPECT_EQ(take({.to = "out"}), (Edges{"a", "big<a", "show<big"})) << "what the sink writes";
  EXPECT_EQ(take({.to = "a.rejects"}), (Edges{"a", "show<a!"}));
}

TEST_F(PortionTest, RowsMayGoIntoAFile) {
  EXPECT_EQ(take({.to = "big", .into = directory_.file("rows.jsonl")}),
            (Edges{"a", "big<a", "write_jsonl<big"}));
}

TEST_F(PortionTest, ALimitStandsBehindEachSource) {
  EXPECT_EQ(take({.to = "big", .source_limit = 1}),
            (Edges{"a", "limit<a", "big<limit", "show<big"}));
}

TEST_F(PortionTest, ALimitLeavesRejectsAlone) {
  EXPECT_EQ(take({.to = "a.rejects", .source_limit = 1}), (Edges{"a", "limit<a", "show<a!"}));
}

TEST_F(PortionTest, StagesAndPortsThatDoNotExistAreNamed) {
  EXPECT_EQ(take({.to = "bog"}), (Edges{"there is no stage called 'bog'"}));
  EXPECT_EQ(take({.to = "big.else"}), (Edges{"the stage 'big' has no port 'else'"}));
  EXPECT_EQ(take({.to = "big.rejects"}), (Edges{"the stage 'big' rejects no rows"}));
}

}  // namespace
}  // namespace leat::pipelines
