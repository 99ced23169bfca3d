// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "cli/summary_pipeline.h"

#include <gtest/gtest.h>

#include "cli/data_file.h"
#include "tests/support/temp_dir.h"

namespace leat::cli {
namespace {

TEST(SummaryPipeline, HasARowForEachColumnWithTheFiguresOfItsType) {
  test::TempDir directory;
  const std::string path = directory.write("in.csv", "n,a \"'b\n1,x\n2,\n3,x\n");
  const Schema schema({{"n", kInt64Type}, {"a \"'b", kUtf8Type}});
  RunArguments arguments;
  arguments.is_only = false;  // no sandbox: this process goes on
  arguments.portion.to = "";
  const auto document =
      std::make_shared<pipelines::Document>("summary", summary_pipeline(path, schema));
  const auto shown = collect_rows(arguments, document);
  ASSERT_TRUE(shown) << document->text();
  ASSERT_EQ(shown->rows.size(), 2u);
  EXPECT_EQ(shown->rows[0].dump(),
            R"({"column":"n","type":"int64","nulls":0,"distinct":3,"least":"1","greatest":"3",)"
            R"("mean":"2","q25":"1.5","median":"2","q75":"2.5","commonest":"1"})");
  EXPECT_EQ(shown->rows[1]["nulls"], 1);
  EXPECT_EQ(shown->rows[1]["commonest"], "x");
  EXPECT_TRUE(shown->rows[1]["mean"].is_null());
}

}  // namespace
}  // namespace leat::cli
