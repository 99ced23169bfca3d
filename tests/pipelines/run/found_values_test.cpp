// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/run/found_values.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/temp_dir.h"

namespace leat::pipelines {
namespace {

class FoundValuesTest : public ::testing::Test {
 protected:
  FoundValuesTest() {
    directory_.write("in.csv", "day,kind,n\n2025-01-02,b,1\n2025-01-01,a,2\n2025-01-02,,3\n");
  }

  Result<std::optional<Pipeline>> load(const std::string& stages) {
    document_ = std::make_shared<Document>(
        "job.yaml", "stages:\n  - read_csv: " + directory_.file("in.csv") + "\n" + stages);
    passes_.plan = [this](const Settings&) -> Result<PlanOptions> {
      ++passes_made_;
      if (before_pass_) before_pass_();
      return PlanOptions{1, size_t{64} << 20, true};
    };
    return load_with_first_passes(document_, {}, passes_, diagnostics_);
  }

  /// Of the stage `index`.
  static std::vector<std::string> columns(const Pipeline& pipeline, size_t index) {
    std::vector<std::string> names;
    for (const Field& field : pipeline.stages[index].bound->output->fields())
      names.push_back(field.name);
    return names;
  }

  test::TempDir directory_;
  std::shared_ptr<Document> document_;
  FirstPasses passes_;
  Diagnostics diagnostics_;
  std::function<void()> before_pass_;
  int passes_made_ = 0;
};

using Names = std::vector<std::string>;

TEST_F(FoundValuesTest, NamesAreThoseThereAreInTheirOrder) {
  const auto loaded = load("  - pivot: { on: kind, values: sum(n) }\n  - show\n");
  ASSERT_TRUE(loaded && *loaded);
  EXPECT_EQ(columns(**loaded, 1), (Names{"a", "b", "null"}));
  EXPECT_EQ((**loaded).notes, (Names{"pivot: 3 names were found in a first pass: a, b, null"}));
}

TEST_F(FoundValuesTest, WhatStandsBehindIsFoundNext) {
  const auto loaded = load(
      "  - pivot: { by: kind, on: day, values: sum(n) }\n"
      "  - pivot: { on: '\"2025-01-02\"', values: count(*) }\n  - show\n");
  ASSERT_TRUE(loaded && *loaded);
  EXPECT_EQ(columns(**loaded, 1), (Names{"kind", "2025-01-01", "2025-01-02"}));
  EXPECT_EQ(columns(**loaded, 2), (Names{"1", "3", "null"}));
  EXPECT_EQ(passes_made_, 2);
}

TEST_F(FoundValuesTest, NothingIsFoundWhereNothingIsAsked) {
  const auto loaded = load("  - pivot: { on: kind, values: sum(n), names: [b] }\n  - show\n");
  ASSERT_TRUE(loaded && *loaded);
  EXPECT_EQ(passes_made_, 0);
}

TEST_F(FoundValuesTest, AFileMustNotChangeInBetween) {
  before_pass_ = [this] { directory_.write("in.csv", "day,kind,n\n2025-01-02,c,1\n"); };
  const auto loaded = load("  - pivot: { on: kind, values: sum(n) }\n  - show\n");
  ASSERT_TRUE(loaded);
  EXPECT_FALSE(*loaded);
  ASSERT_EQ(diagnostics_.count(), 1u);
  EXPECT_TRUE(diagnostics_.errors()[0].message.contains("was changed between the first pass"));
}

TEST_F(FoundValuesTest, ABadRowHasItsPlace) {
  const auto loaded = load("  - pivot: { on: 1 / (n - 2), values: sum(n) }\n  - show\n");
  ASSERT_FALSE(loaded);
  EXPECT_TRUE(loaded.error().message.contains("division by zero")) << loaded.error().message;
  ASSERT_TRUE(loaded.error().pipeline);
}

TEST_F(FoundValuesTest, WhatIsWrongBehindIsSaidAfterThePass) {
  const auto loaded =
      load("  - pivot: { on: kind, values: sum(n) }\n  - filter: c > 1\n  - show\n");
  ASSERT_TRUE(loaded);
  EXPECT_FALSE(*loaded);
  ASSERT_EQ(diagnostics_.count(), 1u);
  EXPECT_EQ(diagnostics_.errors()[0].message, "unknown column 'c'");
}

}  // namespace
}  // namespace leat::pipelines
