// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "cli/one_liner.h"

#include <gtest/gtest.h>

namespace leat::cli {
namespace {

TEST(OneLiner, StagesArePartedByBarsOutsideQuotesAndBrackets) {
  EXPECT_EQ(*pipeline_of_line("read_csv: a.csv | filter: x = ' | ' || y | show"),
            "stages:\n  - read_csv: a.csv\n  - filter: x = ' | ' || y\n  - show:\n");
  EXPECT_EQ(*pipeline_of_line("read_csv: { path: a.csv, delimiter: ' | ' } | filter: (a | b) > 1"),
            "stages:\n  - read_csv: { path: a.csv, delimiter: ' | ' }\n  - filter: (a | b) > 1\n"
            "  - show:\n");
}

TEST(OneLiner, AValueIsOneExpressionWhateverYamlWouldMakeOfIt) {
  EXPECT_EQ(*pipeline_of_line("read_csv: a.csv | filter: a = 'x: y #1' | show: 5"),
            "stages:\n  - read_csv: a.csv\n  - filter: |-\n      a = 'x: y #1'\n  - show: 5\n");
  EXPECT_EQ(*pipeline_of_line("read_csv: a.csv | filter: 'a' = b | write_csv: b.csv"),
            "stages:\n  - read_csv: a.csv\n  - filter: |-\n      'a' = b\n  - write_csv: b.csv\n");
}

TEST(OneLiner, WhatIsNoPipeline) {
  EXPECT_EQ(pipeline_of_line("read_csv: a.csv | | show").error().message, "a stage is empty");
  EXPECT_EQ(pipeline_of_line("filter: a = 'b").error().message, "a quote (') is never closed");
  EXPECT_EQ(pipeline_of_line("read_csv a.csv").error().message, "'read_csv a.csv' is not a stage");
  EXPECT_EQ(pipeline_of_line("read_csv a.csv").error().hint,
            "write the operator, ':' and its options, such as 'read_csv: a.csv'");
}

}  // namespace
}  // namespace leat::cli
