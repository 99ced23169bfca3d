// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "cli/param_file.h"

#include <gtest/gtest.h>

namespace leat::cli {
namespace {

using Params = std::vector<std::pair<std::string, std::string>>;

TEST(ParamFile, ScalarsAndListsInTheOrderOfTheText) {
  const pipelines::Document document("p.yaml", "day: 2026-01-01\nnames: [DE, 'a\"b']\n");
  Diagnostics diagnostics;
  EXPECT_EQ(read_params(document, diagnostics),
            (Params{{"day", "2026-01-01"}, {"names", R"(["DE", "a\"b"])"}}));
  EXPECT_TRUE(diagnostics.ok());
}

TEST(ParamFile, OtherShapesAreMistakes) {
  for (const char* const text : {"- a\n", "a:\n", "a: {b: 1}\n", "a: [[1]]\n"}) {
    const pipelines::Document document("p.yaml", text);
    Diagnostics diagnostics;
    read_params(document, diagnostics);
    EXPECT_EQ(diagnostics.count(), 1u) << text;
  }
}

TEST(EnvFile, LinesOfNamesAndValues) {
  const Result<Variables> variables =
      parse_env_file("# all\n\nA=1\nexport B = two words \nC='x=y'\nD=\r\n", "v.env");
  ASSERT_TRUE(variables);
  EXPECT_EQ(*variables, (Variables{{"A", "1"}, {"B", "two words"}, {"C", "x=y"}, {"D", ""}}));
}

TEST(EnvFile, AnotherLineIsNamed) {
  const Result<Variables> variables = parse_env_file("A=1\nB\n", "v.env");
  ASSERT_FALSE(variables);
  EXPECT_EQ(variables.error().message, "v.env:2: the line is not of the form NAME=VALUE");
}

}  // namespace
}  // namespace leat::cli
