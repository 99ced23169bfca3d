// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "pipelines/run/plan.h"
#include "tests/pipelines/fake_stages.h"

namespace leat::pipelines {
namespace {

using testing::Collected;
using testing::FakePipeline;

const auto kAll = [](int64_t) { return true; };

class ExplainTest : public ::testing::Test {
 protected:
  ExplainTest() { fake_.numbers(10, 5).keep(kAll).descending().collect(out_); }
  std::string text(PlanFormat format) {
    const Result<Plan> plan = make_plan(fake_.pipeline(), {2, size_t{1} << 30, true});
    EXPECT_TRUE(plan);
    return to_text(*plan, fake_.pipeline(), format);
  }

  FakePipeline fake_;
  Collected out_;
};

TEST_F(ExplainTest, TextHasSegmentsTreesAndEdges) {
  EXPECT_EQ(text(PlanFormat::kText),
            "plan of fake: 2 processors, memory limit 1 GiB, at least 24 MiB, fused\n"
            "segment 1: 2 lanes, 6 splits ahead\n"
            "  split    numbers (fake) -> n int64\n"
            "    map      keep (fake) -> n int64\n"
            "      partial  descending (fake), states to segment 2\n"
            "segment 2: 2 lanes, 6 splits ahead\n"
            "  final    descending (fake) -> n int64\n"
            "    encode   collect (fake)\n");
}

TEST_F(ExplainTest, DotHasAClusterForEachSegment) {
  const std::string dot = text(PlanFormat::kDot);
  EXPECT_TRUE(dot.starts_with("digraph plan {\n")) << dot;
  EXPECT_TRUE(dot.contains("subgraph cluster_2")) << dot;
  EXPECT_TRUE(dot.contains("  s1n2i0 -> s2h [label=\"states\"];\n")) << dot;
}

TEST_F(ExplainTest, MermaidHasTheSameArrows) {
  const std::string mermaid = text(PlanFormat::kMermaid);
  EXPECT_TRUE(mermaid.starts_with("flowchart LR\n")) << mermaid;
  EXPECT_TRUE(mermaid.contains("  s1n2i0 -->|\"states\"| s2h\n")) << mermaid;
}

TEST_F(ExplainTest, NamesAreQuoted) {
  fake_.pipeline().stages[1].name = "a\"b\\c\x1b";
  EXPECT_TRUE(text(PlanFormat::kDot).contains("map a\\\"b\\\\c  (fake)"));
  EXPECT_TRUE(text(PlanFormat::kMermaid).contains("map a#quot;b\\c  (fake)"));
}

TEST(Explain, LongBranchesSayWhereTheyAreCutAndStayReadable) {
  FakePipeline fake;
  Collected out;
  fake.numbers(10, 5);
  for (size_t i = 0; i < 3000; ++i) fake.keep(kAll);
  fake.collect(out);
  const Result<Plan> plan = make_plan(fake.pipeline(), {2, size_t{1} << 30, true});
  ASSERT_TRUE(plan);
  const std::string text = to_text(*plan, fake.pipeline());
  EXPECT_TRUE(text.contains("keep (fake) -> n int64, in goroutines of its own\n"));
  EXPECT_LT(text.size(), 3000u * 100);
}

}  // namespace
}  // namespace leat::pipelines
