// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/load/param_values.h"

#include <string>

#include <gtest/gtest.h>

#include "tests/pipelines/fake_operators.h"

namespace leat::pipelines {
namespace {

using testing::errors_of;
using testing::load_text;

constexpr const char* kPipeline = R"text(params:
  countries: { type: list<text>, default: [DE, "a, \"b\"", null] }
  days: { type: "list<date>", default: 2026-01-01 }
  limits: { type: list<list<float64>>, default: [[1, 2.5], []] }
stages:
  - read_csv: in.csv
  - write_csv: out.csv
)text";

std::string value_of(const std::string& name, const std::string& given) {
  const auto loaded = load_text(kPipeline, {.params = {{name, given}}, .environment = {}});
  EXPECT_EQ(loaded.errors, "");
  return loaded.errors.empty() ? loaded.pipeline->environment.parameters.at(name).text : "";
}

TEST(ParamValues, ListsOfThePipeline) {
  const auto loaded = load_text(kPipeline);
  ASSERT_EQ(loaded.errors, "");
  const auto& parameters = loaded.pipeline->environment.parameters;
  EXPECT_EQ(parameters.at("countries").type, Type::list(kUtf8Type));
  EXPECT_EQ(parameters.at("countries").text, R"(["DE","a, \"b\"",null])");
  EXPECT_EQ(parameters.at("days").text, R"(["2026-01-01"])") << "one value is a list of one";
  EXPECT_EQ(parameters.at("limits").text, "[[1,2.5],[]]");
}

TEST(ParamValues, ListsOfTheCommandLine) {
  EXPECT_EQ(value_of("countries", "[DE, FR]"), R"(["DE","FR"])");
  EXPECT_EQ(value_of("countries", "DE"), R"(["DE"])");
  EXPECT_EQ(value_of("countries", "[]"), "[]");
  EXPECT_EQ(value_of("countries", "['a, b', \"c]\"]"), R"(["a, b","c]"])");
  EXPECT_EQ(value_of("days", "[2026-01-02]"), R"(["2026-01-02"])");
}

TEST(ParamValues, MistakesNameTheElement) {
  EXPECT_EQ(
      errors_of(kPipeline, {.params = {{"days", "[2026-01-02, soon]"}}, .environment = {}}),
      R"text(job.yaml:3:3: error: the value '[2026-01-02, soon]': the element 'soon' is not of type date
  days: { type: "list<date>", default: 2026-01-01 }
  ^~~~
1 error
)text");
  EXPECT_NE(errors_of(kPipeline, {.params = {{"countries", "[DE"}}, .environment = {}}), "");
  EXPECT_NE(errors_of(kPipeline, {.params = {{"limits", "[{a: 1}]"}}, .environment = {}}), "");
  EXPECT_NE(errors_of(kPipeline, {.params = {{"limits", "[[nan]]"}}, .environment = {}}), "");
}

TEST(ParamValues, Types) {
  EXPECT_TRUE(is_param_type(Type::list(Type::list(kDateType))));
  EXPECT_FALSE(is_param_type(Type::list(kJsonType)));
  EXPECT_FALSE(is_param_type(Type::structure({{"a", kInt64Type}})));
  EXPECT_TRUE(is_value_of(kInt64Type, "12"));
  EXPECT_FALSE(is_value_of(kInt64Type, "1.5"));
}

}  // namespace
}  // namespace leat::pipelines
