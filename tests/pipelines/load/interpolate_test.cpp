// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/load/interpolate.h"

#include <set>
#include <string>

#include <gtest/gtest.h>

#include "tests/pipelines/fake_operators.h"
#include "tests/support/temp_dir.h"

namespace leat::pipelines {
namespace {

using testing::errors_of;
/// `text` at offset 100 of a document, byte by byte.
SourceText source(const std::string& text) {
  return SourceText(text, {100, static_cast<uint32_t>(100 + text.size())}, {{0, 100}});
}

const EnvironmentLookup kEnvironment = [](std::string_view name) -> std::optional<std::string> {
  if (name == "HOME") return "/home/u";
  if (name == "EMPTY") return "";
  return std::nullopt;
};

std::string replaced(const std::string& text) {
  const ParamTable params{{"day", {.type = kDateType, .text = "2026-01-01", .broken = false}},
                          {"x", {.type = kUtf8Type, .text = "${day}", .broken = false}}};
  Diagnostics diagnostics;
  Interpolator interpolator(&params, kEnvironment, diagnostics);
  const auto result = interpolator.replace(source(text));
  EXPECT_EQ(result.has_value(), diagnostics.ok());
  return result ? result->text() : "error: " + diagnostics.errors().front().message;
}

TEST(Interpolate, ReplacesParametersAndEnvironment) {
  EXPECT_EQ(replaced("a-${day}.csv"), "a-2026-01-01.csv");
  EXPECT_EQ(replaced("${day}${day}"), "2026-01-012026-01-01");
  EXPECT_EQ(replaced("${env:HOME}/x"), "/home/u/x");
  EXPECT_EQ(replaced("${env:NOPE:-a b}"), "a b");
  EXPECT_EQ(replaced("${env:NOPE:-}"), "");
  EXPECT_EQ(replaced("${env:EMPTY}"), "");
  EXPECT_EQ(replaced("${env:EMPTY:-x}"), "x");
}

TEST(Interpolate, FilesHoldSecrets) {
  const test::TempDir folder;
  const std::string file = folder.write("secret", "sesame street\r\n");
  std::string hidden;
  const EnvironmentLookup environment(
      kEnvironment, nullptr,
      [&](const std::string& secret, const std::string& shown) { hidden = secret + shown; });
  Diagnostics diagnostics;
  Interpolator interpolator(nullptr, environment, diagnostics);
  EXPECT_EQ(interpolator.replace(source("${file:" + file + "}"))->text(), "sesame street");
  EXPECT_EQ(hidden, "sesame street${file:" + file + "}");
  for (const std::string& content :
       {std::string("\xff"), std::string(1, '\0'), std::string(65'537, 'x')}) {
    folder.write("secret", content);
    EXPECT_FALSE(interpolator.replace(source("${file:" + file + "}")));
  }
  EXPECT_FALSE(interpolator.replace(source("${file:" + folder.path() + "}")));
  ASSERT_EQ(diagnostics.count(), 4U);
  EXPECT_TRUE(diagnostics.errors().back().message.ends_with("it is a folder"));
}

TEST(Interpolate, OnlyListedVariablesAreRead) {
  const std::set<std::string, std::less<>> listed{"HOME"};
  const EnvironmentLookup environment(kEnvironment, &listed);
  Diagnostics diagnostics;
  Interpolator interpolator(nullptr, environment, diagnostics);
  EXPECT_EQ(interpolator.replace(source("${env:HOME}"))->text(), "/home/u");
  EXPECT_FALSE(interpolator.replace(source("${env:EMPTY:-default}")));
  ASSERT_EQ(diagnostics.count(), 1U);
  EXPECT_EQ(diagnostics.errors()[0].message,
            "an untrusted pipeline may not read the environment variable 'EMPTY'");
}

TEST(Interpolate, ValuesAreNotInterpolatedAgain) { EXPECT_EQ(replaced("${x}"), "${day}"); }

TEST(Interpolate, Escapes) {
  EXPECT_EQ(replaced("$${day}"), "${day}");
  EXPECT_EQ(replaced("$$day"), "$day");
  EXPECT_EQ(replaced("$$other"), "$$other");
  EXPECT_EQ(replaced("$other ^a$ $5 $ $$"), "$other ^a$ $5 $ $$");
}

TEST(Interpolate, EveryByteKeepsOrGetsAPlace) {
  const ParamTable params{{"p", {.type = kUtf8Type, .text = "long value", .broken = false}}};
  Diagnostics diagnostics;
  Interpolator interpolator(&params, kEnvironment, diagnostics);
  const auto result = interpolator.replace(source("ab${p}cd$${e"));
  ASSERT_TRUE(result);
  EXPECT_EQ(result->text(), "ablong valuecd${e");
  EXPECT_EQ(result->span(1, 2), (Span{101, 102}));
  for (size_t i = 2; i < 12; ++i) EXPECT_EQ(result->span(i, i).begin, 102U) << i;
  EXPECT_EQ(result->span(12, 13), (Span{106, 107}));
  EXPECT_EQ(result->span(14, 15), (Span{109, 110}));
  EXPECT_EQ(result->span(17, 17), (Span{112, 112}));
  EXPECT_EQ(result->span(), (Span{100, 112}));
}

TEST(Interpolate, BrokenParametersAreSilent) {
  const ParamTable params{{"p", {.type = kUtf8Type, .text = {}, .broken = true}}};
  Diagnostics diagnostics;
  Interpolator interpolator(&params, kEnvironment, diagnostics);
  EXPECT_FALSE(interpolator.replace(source("${p}")));
  EXPECT_TRUE(diagnostics.ok());
}

TEST(Interpolate, ExpressionsOnlyLoseTheEscape) {
  Diagnostics diagnostics;
  const ParamTable params;
  Interpolator interpolator(&params, kEnvironment, diagnostics);
  EXPECT_EQ(interpolator.check_expression(source("a > $x and b = '$$y'"))->text(),
            "a > $x and b = '$$y'");
  const auto escaped = interpolator.check_expression(source("a = '$${x}'"));
  ASSERT_TRUE(escaped);
  EXPECT_EQ(escaped->text(), "a = '${x}'");
  EXPECT_EQ(escaped->span(6, 7), (Span{107, 108}));
}

TEST(Interpolate, ReachesEverythingButExpressions) {
  const auto loaded = testing::load_text(R"(params:
  n: { type: int64, default: 4 }
settings: { memory: "${n}GiB", procs: "${n}", fuse: "${env:FUSE:-off}",
  spill: { dir: "/disk/${n}", max: "${n}GiB", compress: "${env:FUSE:-off}" } }
on_error: ${env:POLICY:-skip}
max_rejects: ${n}%
stages:
  - read_csv: { path: "${env:DIR}/in.csv" }
    lanes: ${n}
    capacity: ${n}
    on_error: ${env:POLICY:-fail}
  - filter: amount > $n and name = '$${n}'
  - write_csv: out.csv
)",
                                         {.params = {}, .environment = {{"DIR", "missing"}}});
  ASSERT_EQ(loaded.errors, "");
  EXPECT_EQ(loaded.pipeline->settings.memory, uint64_t{4} << 30);
  EXPECT_EQ(loaded.pipeline->settings.procs, 4);
  EXPECT_FALSE(loaded.pipeline->settings.fuse);
  EXPECT_EQ(loaded.pipeline->settings.spill.dir->text(), "/disk/4");
  EXPECT_EQ(loaded.pipeline->settings.spill.max, uint64_t{4} << 30);
  EXPECT_FALSE(loaded.pipeline->settings.spill.compress);
  EXPECT_EQ(loaded.pipeline->max_rejects->share, 0.04);
  EXPECT_EQ(loaded.pipeline->stages[0].lanes, 4);
  EXPECT_EQ(loaded.pipeline->stages[0].capacity, 4);
  EXPECT_EQ(loaded.pipeline->stages[0].on_error, OnError::kFail);
  EXPECT_EQ(loaded.pipeline->stages[1].on_error, OnError::kSkip);
}

TEST(Interpolate, MistakesInTexts) {
  EXPECT_EQ(errors_of(R"(params:
  number: { type: int64, default: 1 }
  nothing: { default: null }
stages:
  - read_csv: a${nmuber}-${HOME}-${env:FOO}-$number-${-}-${env:9}-${nothing}
  - write_csv: "out ${number"
)"),
            R"(job.yaml:5:16: error: there is no parameter 'nmuber'
  - read_csv: a${nmuber}-${HOME}-${env:FOO}-$number-${-}-${env:9}-${nothing}
               ^~~~~~~~~
  hint: did you mean 'number'?
job.yaml:5:26: error: there is no parameter 'HOME'
  - read_csv: a${nmuber}-${HOME}-${env:FOO}-$number-${-}-${env:9}-${nothing}
                         ^~~~~~~
  hint: for the environment variable write ${env:HOME}
job.yaml:5:34: error: the environment variable 'FOO' is not set
  - read_csv: a${nmuber}-${HOME}-${env:FOO}-$number-${-}-${env:9}-${nothing}
                                 ^~~~~~~~~~
  hint: set it, or give a default: ${env:FOO:-value}
job.yaml:5:45: error: '$number' has a meaning in expressions only, and this is none
  - read_csv: a${nmuber}-${HOME}-${env:FOO}-$number-${-}-${env:9}-${nothing}
                                            ^~~~~~~
  hint: write ${number} for the parameter's value, or $$number for the text itself
job.yaml:5:53: error: '${-}' names nothing
  - read_csv: a${nmuber}-${HOME}-${env:FOO}-$number-${-}-${env:9}-${nothing}
                                                    ^~~~
  hint: write ${parameter}, ${env:NAME}, ${env:NAME:-default} or ${file:PATH}; a plain '${' is written '$${'
job.yaml:5:58: error: '${env:9}' names no environment variable
  - read_csv: a${nmuber}-${HOME}-${env:FOO}-$number-${-}-${env:9}-${nothing}
                                                         ^~~~~~~~
  hint: write ${env:NAME} or ${env:NAME:-default}
job.yaml:5:67: error: the parameter 'nothing' is null, which is no text
  - read_csv: a${nmuber}-${HOME}-${env:FOO}-$number-${-}-${env:9}-${nothing}
                                                                  ^~~~~~~~~~
job.yaml:6:21: error: this '${' has no '}'
  - write_csv: "out ${number"
                    ^~
  hint: a plain '${' is written '$${'
8 errors
)");
}

TEST(Interpolate, MistakesInExpressions) {
  EXPECT_EQ(errors_of(R"(params:
  n: { type: int64, default: 1 }
stages:
  - read_csv: in.csv
  - filter: amount > ${n} and amount > ${env:HOME}
  - write_csv: out.csv
)"),
            R"(job.yaml:5:22: error: '${n}' cannot be used in an expression
  - filter: amount > ${n} and amount > ${env:HOME}
                     ^~~~
  hint: write $n (outside of quotes)
job.yaml:5:40: error: '${env:HOME}' cannot be used in an expression
  - filter: amount > ${n} and amount > ${env:HOME}
                                       ^~~~~~~~~~~
  hint: declare a parameter with 'default: ${env:NAME}', and write $parameter here
2 errors
)");
}

}  // namespace
}  // namespace leat::pipelines
