// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/load/left_out.h"

#include <memory>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "operators/input/source_options.h"
#include "pipelines/load/pipeline.h"
#include "tests/support/temp_dir.h"

namespace leat::pipelines {
namespace {

class LeftOutTest : public ::testing::Test {
 protected:
  LeftOutTest() {
    for (const std::string country : {"DE", "FR", "IT"})
      folder_.write("c=" + country + "/x.csv", "id\n1\n");
  }
  /// How many files the first stage reads when `stages` stand behind it.
  size_t files(const std::string& stages, const std::string& on_error = "fail") {
    const std::string text =
        fmt::format("stages:\n  - read_csv: {}/c=*/x.csv\n    name: a\n    on_error: {}\n{}",
                    folder_.path(), on_error, stages);
    Diagnostics diagnostics;
    const auto pipeline =
        load(std::make_shared<Document>("job.yaml", text), LoadOptions{}, diagnostics);
    EXPECT_TRUE(pipeline) << (diagnostics.ok() ? "" : diagnostics.errors().front().message);
    return pipeline ? io::file_source_of(*pipeline->stages.front().bound)->left() : 0;
  }
  test::TempDir folder_;
};

TEST_F(LeftOutTest, AFilterRightBehindTheSource) {
  EXPECT_EQ(files("  - filter: c = 'DE'\n  - show\n"), 1u);
  EXPECT_EQ(files("  - filter: id = 1 and c in ('DE', 'FR')\n  - show\n"), 2u);
  EXPECT_EQ(files("  - filter: c = 'XX'\n  - show\n"), 0u);
  EXPECT_EQ(files("  - derive: { y: id }\n  - filter: c = 'DE'\n  - show\n"), 3u);
}

TEST_F(LeftOutTest, NotWhereOthersReadToo) {
  EXPECT_EQ(files("  - filter: c = 'DE'\n  - show\n  - write_csv: x.csv\n    from: a\n"), 3u);
  EXPECT_EQ(files("  - filter: c = 'DE'\n  - show\n  - write_csv: x.csv\n    from: a.rejects\n",
                  "reject"),
            3u);
}

}  // namespace
}  // namespace leat::pipelines
