// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "cli/reference/describe_functions.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace leat::cli {
namespace {

TEST(DescribeFunctions, APageHasEverySignatureOfAName) {
  EXPECT_EQ(describe_function("abs").substr(0, 24), "abs(x int64) -> int64\n  ");
  EXPECT_NE(describe_function("abs").find("\n\nabs(x float64) -> float64\n"), std::string::npos);
  EXPECT_EQ(describe_function("max"),
            "max(value [, n]) -> the value's type, with n a list of it\n  The largest value that "
            "is not NULL; with a constant `n` a list of the n largest.\n"
            "  Example: max(name)  ->  c\n");
  EXPECT_EQ(describe_function("no_such"), "");
}

TEST(DescribeFunctions, TheListNamesEachOnceUnderItsSection) {
  const std::string list = list_functions();
  EXPECT_EQ(list.find("\n  substr "), list.rfind("\n  substr "));
  EXPECT_LT(list.find("aggregates:\n"), list.find("\n  max "));
  EXPECT_LT(list.find("\ntext:\n"), list.find("\n  substr "));
}

TEST(DescribeFunctions, AsJson) {
  const nlohmann::json one = functions_json("count");
  ASSERT_EQ(one.size(), 1u);
  EXPECT_EQ(one[0]["section"], "aggregates");
  EXPECT_EQ(one[0]["result"], "3");
}

TEST(DescribeFunctions, HintsAtSimilarNames) {
  EXPECT_EQ(similar_function("cuont"), "did you mean 'count'?");
  EXPECT_EQ(similar_function("zzzzzzzzzzz"), "`leat functions` lists them");
}

}  // namespace
}  // namespace leat::cli
