// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/operators/input/source_run.h"

namespace leat {

extern const OperatorDef operator_generate;

namespace {

using test::Opt;
using Rows = std::vector<std::string>;

Rows made_by(const test::Binding& binding, OnError on_error = OnError::kFail) {
  test::OperatorFixture fixture(size_t{1} << 30, on_error);
  test::Run made = test::run_source(fixture, *binding.bound);
  EXPECT_EQ(made.error_message(), "");
  return std::move(made.rows);
}

test::Binding generate(const char* rows, std::vector<std::pair<std::string, Opt>> columns) {
  return test::bind(operator_generate,
                    Opt::map({{"rows", rows}, {"columns", Opt::map(std::move(columns))}}), nullptr);
}

TEST(Generate, ExpressionsOfTheNumber) {
  EXPECT_EQ(made_by(generate("3", {{"x", "n * 10"}, {"y", "x + 1"}})),
            (Rows{"0|1", "10|11", "20|21"}));
  EXPECT_EQ(made_by(generate("2", {{"n", "n + 5"}, {"m", "n"}})), (Rows{"5|5", "6|6"}));
  EXPECT_EQ(made_by(generate("0", {{"x", "n"}})), Rows{});
}

TEST(Generate, NumbersGoOnFromSplitToSplit) {
  const Rows rows = made_by(generate("200000", {{"x", "n"}}));
  ASSERT_EQ(rows.size(), 200'000u);
  for (const size_t i : {0, 4096, 65'535, 65'536, 199'999}) EXPECT_EQ(rows[i], std::to_string(i));
}

TEST(Generate, ABadRowIsDealtWith) {
  EXPECT_EQ(made_by(generate("4", {{"x", "6 / (n - 1)"}}), OnError::kSkip), (Rows{"-6", "6", "3"}));
}

TEST(Generate, Mistakes) {
  EXPECT_EQ(generate("-1", {{"x", "n"}}).mistakes.size(), 1u);
  EXPECT_EQ(generate("1", {{"x", "m"}, {"y", "x"}, {"z", "k"}}).mistakes,
            (Rows{"unknown column 'm' [m]", "unknown column 'k' [k]"}));
  EXPECT_EQ(generate("1", {}).mistakes.size(), 1u);
}

}  // namespace
}  // namespace leat
