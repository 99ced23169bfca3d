// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/load/params.h"

#include <string>

#include <gtest/gtest.h>

#include "pipelines/text/diagnostic.h"
#include "tests/pipelines/fake_operators.h"

namespace leat::pipelines {
namespace {

using testing::errors_of;
using testing::load_text;

constexpr const char* kPipeline = R"text(params:
  since: { type: date, default: 2026-01-01 }
  top: { type: int64, default: 10 }
  label: { default: "${env:LABEL:-none}" }
  share: { type: "decimal(4,2)", default: null }
stages:
  - read_csv: in.csv
  - write_csv: out.csv
)text";

TEST(Params, DefaultsAndTypes) {
  const auto loaded = load_text(kPipeline, {.params = {}, .environment = {{"LABEL", "x"}}});
  ASSERT_EQ(loaded.errors, "");
  const auto& parameters = loaded.pipeline->environment.parameters;
  EXPECT_EQ(parameters.at("since").type, kDateType);
  EXPECT_EQ(parameters.at("since").text, "2026-01-01");
  EXPECT_EQ(parameters.at("label").type, kUtf8Type);
  EXPECT_EQ(parameters.at("label").text, "x");
  EXPECT_EQ(parameters.at("share").type, Type::decimal(4, 2));
  EXPECT_TRUE(parameters.at("share").is_null);
  EXPECT_FALSE(parameters.at("since").is_null);
  EXPECT_EQ(load_text(kPipeline).pipeline->environment.parameters.at("label").text, "none");
}

TEST(Params, GivenValuesWinAndAreNotInterpolated) {
  const auto loaded = load_text(
      kPipeline, {.params = {{"top", "5"}, {"label", "${env:LABEL}"}}, .environment = {}});
  ASSERT_EQ(loaded.errors, "");
  EXPECT_EQ(loaded.pipeline->environment.parameters.at("top").text, "5");
  EXPECT_EQ(loaded.pipeline->environment.parameters.at("label").text, "${env:LABEL}");
}

TEST(Params, MistakesInGivenValues) {
  EXPECT_EQ(errors_of(kPipeline, {.params = {{"since", "yesterday"},
                                             {"tpo", "1"},
                                             {"label", "a"},
                                             {"label", "b"},
                                             {"share", "1.234"}},
                                  .environment = {}}),
            R"text(job.yaml:1:1: error: the parameter 'label' is given twice on the command line
params:
^~~~~~
job.yaml:1:1: error: the pipeline has no parameter 'tpo'
params:
^~~~~~
  hint: did you mean 'top'?
job.yaml:2:3: error: the value 'yesterday' given for 'since' is not of type date
  since: { type: date, default: 2026-01-01 }
  ^~~~~
job.yaml:5:3: error: the value '1.234' given for 'share' is not of type decimal(4,2)
  share: { type: "decimal(4,2)", default: null }
  ^~~~~
4 errors
)text");
}

TEST(Params, GivenToAPipelineWithoutAny) {
  EXPECT_EQ(errors_of("stages:\n  - read_csv: in.csv\n  - write_csv: out.csv\n",
                      {.params = {{"x", "1"}}, .environment = {}}),
            "job.yaml:1:1: error: the pipeline has no parameter 'x'\nstages:\n^\n  hint: declare "
            "it under 'params'\n1 error\n");
}

TEST(Params, ValuesOfEachType) {
  const auto accepts = [](const std::string& type, const std::string& value) {
    const std::string text = "params: { p: { type: \"" + type +
                             "\" } }\nstages:\n  - read_csv: in.csv\n  - write_csv: out.csv\n";
    return load_text(text, {.params = {{"p", value}}, .environment = {}}).pipeline.has_value();
  };
  EXPECT_TRUE(accepts("bool", "true"));
  EXPECT_FALSE(accepts("bool", "maybe"));
  EXPECT_TRUE(accepts("int64", "-9223372036854775808"));
  EXPECT_FALSE(accepts("int64", "9223372036854775808"));
  EXPECT_TRUE(accepts("float64", "1e3"));
  EXPECT_TRUE(accepts("float64", "NaN"));
  EXPECT_FALSE(accepts("float64", "none"));
  EXPECT_TRUE(accepts("decimal(5,2)", "123.45"));
  EXPECT_FALSE(accepts("decimal(5,2)", "1234.5"));
  EXPECT_TRUE(accepts("date", "2024-02-29"));
  EXPECT_FALSE(accepts("date", "2023-02-29"));
  EXPECT_TRUE(accepts("timestamp", "2024-02-29T12:00:00"));
  EXPECT_FALSE(accepts("timestamp", "2024-02-29T12:00:00Z"));
  EXPECT_TRUE(accepts("timestamptz", "2024-02-29T12:00:00+01"));
  EXPECT_FALSE(accepts("timestamptz", "2024-02-29T12:00:00"));
  EXPECT_FALSE(accepts("timestamp", "noon"));
  EXPECT_TRUE(accepts("text", ""));
  EXPECT_FALSE(accepts("int64", ""));
}

TEST(Params, DefaultsMayBeExpressions) {
  const auto loaded = load_text(R"text(params:
  day: { type: date, default: current_date - 1 }
  literal: { type: date, default: 2026-01-01 }
  month: { type: date, default: "date_trunc('month', current_date)::date" }
  rows: { type: int64, default: 60 * 60 }
  share: { type: "decimal(4,2)", default: 0.2 + 0.05 }
  at: { type: timestamptz, default: now() }
  label: { default: current_date - 1 }
  none: { type: int64, default: "nullif(1, 1)" }
stages:
  - read_csv: in.csv
  - write_csv: out.csv
)text");
  ASSERT_EQ(loaded.errors, "");
  const auto& parameters = loaded.pipeline->environment.parameters;
  EXPECT_EQ(parameters.at("day").text, "1969-12-31");
  EXPECT_EQ(parameters.at("literal").text, "2026-01-01");
  EXPECT_EQ(parameters.at("month").text, "1970-01-01");
  EXPECT_EQ(parameters.at("rows").text, "3600");
  EXPECT_EQ(parameters.at("share").text, "0.25");
  EXPECT_EQ(parameters.at("at").text, "1970-01-01T00:00:00Z");
  EXPECT_EQ(parameters.at("label").text, "current_date - 1");
  EXPECT_TRUE(parameters.at("none").is_null);
}

TEST(Params, WhatComesFromOutsideIsNoExpression) {
  EXPECT_EQ(errors_of(R"text(params:
  day: { type: date, default: "${env:DAY}" }
  rows: { type: int64, default: 1 + lenght('x') }
stages:
  - read_csv: in.csv
  - write_csv: out.csv
)text",
                      {.params = {}, .environment = {{"DAY", "current_date"}}}),
            R"text(job.yaml:2:31: error: the default 'current_date' is not of type date
  day: { type: date, default: "${env:DAY}" }
                              ^~~~~~~~~~~~
job.yaml:3:37: error: unknown function 'lenght'
  rows: { type: int64, default: 1 + lenght('x') }
                                    ^~~~~~
  hint: did you mean 'length'?
2 errors
)text");
}

TEST(Params, MistakesInDeclarations) {
  EXPECT_EQ(errors_of(R"(params:
  since: { type: dat, default: 2026-01-01, doc: first day to count }
  n: { type: int64, default: abc }
  m: { type: int64 }
  d: { default: "${env:NOPE}" }
  l: { type: list<json>, default: 1 }
  x: 5
  y: { typ: int64, default: 1 }
  z: { default: "${n}" }
  a b: { default: 1 }
stages:
  - read_csv: in.csv
  - filter: amount > $n and amount > $m and amount > $since
  - write_csv: out.csv
)"),
            R"(job.yaml:2:18: error: there is no type 'dat'
  since: { type: dat, default: 2026-01-01, doc: first day to count }
                 ^~~
  hint: write text, bool, int64, float64, decimal(p,s), date, time, timestamp, timestamptz, )"
            R"(uuid, inet, or list<...> of these
job.yaml:3:30: error: the default 'abc' is not of type int64
  n: { type: int64, default: abc }
                             ^~~
job.yaml:4:3: error: the parameter 'm' has no value
  m: { type: int64 }
  ^
  hint: give it with '-p m=VALUE', or write a default
job.yaml:5:18: error: the environment variable 'NOPE' is not set
  d: { default: "${env:NOPE}" }
                 ^~~~~~~~~~~
  hint: set it, or give a default: ${env:NOPE:-value}
job.yaml:6:14: error: a parameter cannot be of type 'list<json>'
  l: { type: list<json>, default: 1 }
             ^~~~~~~~~~
  hint: write text, bool, int64, float64, decimal(p,s), date, time, timestamp, timestamptz, )"
            R"(uuid, inet, or list<...> of these
job.yaml:7:6: error: the parameter 'x' must be a mapping of 'type', 'default' and 'doc'
  x: 5
     ^
  hint: write 'x: { type: text, default: ... }'
job.yaml:8:8: error: the parameter 'y' has no key 'typ'
  y: { typ: int64, default: 1 }
       ^~~
  hint: did you mean 'type'?
job.yaml:9:18: error: the default of a parameter cannot use other parameters
  z: { default: "${n}" }
                 ^~~~
  hint: only ${env:NAME} and ${file:PATH} can be used here
job.yaml:10:3: error: 'a b' cannot be the name of a parameter
  a b: { default: 1 }
  ^~~
  hint: use letters, digits and '_', beginning with a letter
9 errors
)");
}

}  // namespace
}  // namespace leat::pipelines
