// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/load/targets.h"

#include <unistd.h>

#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/support/temp_dir.h"

namespace leat::pipelines {
namespace {

class TargetsTest : public ::testing::Test {
 protected:
  /// What is reported of sinks with these targets, one after the other.
  std::vector<std::string> mistakes(const std::vector<std::string>& paths) {
    std::string text;
    Spec spec;
    std::vector<BoundStage> stages;
    for (const std::string& path : paths) {
      const auto begin = static_cast<uint32_t>(text.size());
      text += "sink " + path + "\n";
      const Span key{begin, begin + 4};
      const Span value{begin + 5, static_cast<uint32_t>(text.size() - 1)};
      spec.stages.emplace_back().operator_key = SourceText("sink", key, {{0, key.begin}});
      BoundOperator bound;
      if (path != "none") bound.target = SourceText(path, value, {{0, value.begin}});
      stages.push_back({{}, std::move(bound)});
    }
    const Document document("job.yaml", text);
    Diagnostics found;
    report_shared_targets({document, spec, Graph{}, environments_}, stages, found);
    std::vector<std::string> lines;
    for (const Diagnostic& one : found.errors())
      lines.push_back(
          fmt::format("{}: {} / {}", document.place(one.where.begin).line, one.message, one.hint));
    return lines;
  }

  std::vector<expr::Environment> environments_{1};
  test::TempDir folder_;
};

TEST_F(TargetsTest, TargetsOfTheirOwnAreFine) {
  EXPECT_TRUE(
      mistakes({folder_.file("a.csv"), folder_.file("b.csv"), "-", "none", "none"}).empty());
}

TEST_F(TargetsTest, TheSecondOfOneNameIsReported) {
  const std::string file = folder_.file("new/a.csv");
  EXPECT_EQ(mistakes({file, "none", file}),
            (std::vector<std::string>{fmt::format(
                "3: two sinks write '{}' / the other one stands on line 1; give each a path of its "
                "own",
                file)}));
}

TEST_F(TargetsTest, StandardOutputIsOneTarget) { EXPECT_EQ(mistakes({"-", "-"}).size(), 1U); }

TEST_F(TargetsTest, OtherSpellingsAndLinksLeadToTheSameFile) {
  folder_.write("a.csv", "");
  ASSERT_EQ(::symlink("a.csv", folder_.file("link.csv").c_str()), 0);
  EXPECT_EQ(mistakes({folder_.file("a.csv"), folder_.file("./a.csv"), folder_.file("link.csv"),
                      folder_.file("new/../a.csv")})
                .size(),
            3U);
}

TEST_F(TargetsTest, DevicesMayBeSharedAndFoldersAreNoTargets) {
  EXPECT_TRUE(mistakes({"/dev/null", "/dev/null", folder_.path(), folder_.path()}).empty());
}

}  // namespace
}  // namespace leat::pipelines
