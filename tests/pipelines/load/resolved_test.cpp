// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/load/resolved.h"

#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "pipelines/load/pipeline.h"
#include "pipelines/text/diagnostic.h"
#include "tests/pipelines/fake_operators.h"

namespace leat::pipelines {
namespace {

std::string resolved(const std::string& text) {
  const auto document = std::make_shared<Document>("job.yaml", text);
  std::string out;
  LoadOptions options;
  options.operators = testing::fake_operators();
  options.resolved = &out;
  Diagnostics diagnostics;
  static_cast<void>(load(document, options, diagnostics));
  EXPECT_EQ(render(*document, diagnostics), "");
  return out;
}

TEST(Resolved, GroupsAndParametersArePutIn) {
  const std::string text = R"(groups:
  clean:
    params: { file: { type: text }, least: { type: int64, default: -1 } }
    output: kept
    stages:
      - read_csv: "${file}"
        name: raw
      - filter: amount > $least
        name: kept
params:
  top: { type: int64, default: 5 }
settings: { memory: 1GiB, spill: { compress: off } }
max_rejects: 1%
stages:
  - use: clean
    params: { file: in.csv, least: "${top}" }
    name: a
  - write_csv: a.csv
  - use: clean
    params: { file: in.csv }
    name: b
  - sort: { by: [amount] }
  - write_csv: { path: "b.csv" }
    doc: the second
  - write_csv: raw.csv
    from: a.raw
)";
  const std::string expected = R"(settings:
  memory: 1GiB
  spill:
    compress: off
max_rejects: 1%
stages:
  - read_csv: "in.csv"
    name: a-raw
  - filter: amount > 5
    name: a-kept
  - write_csv: a.csv
  - read_csv: "in.csv"
    name: b-raw
  - filter: amount > (-1)
    name: b-kept
  - sort:
      by:
        - amount
  - write_csv:
      path: "b.csv"
    doc: the second
  - write_csv: raw.csv
    from: a-raw
)";
  EXPECT_EQ(resolved(text), expected);
  EXPECT_EQ(resolved(expected), expected) << "it is a pipeline itself";
}

TEST(Resolved, ValuesAreLiterals) {
  const auto param = [](const Type& type, std::optional<std::string> text) {
    Param out;
    out.type = type;
    out.text = std::move(text);
    return out;
  };
  const ParamTable params{{"t", param(kUtf8Type, "it's")},
                          {"n", param(kInt64Type, "-5")},
                          {"d", param(kDateType, "2026-01-01")},
                          {"x", param(kFloat64Type, std::nullopt)},
                          {"b", param(kBoolType, "true")}};
  EXPECT_EQ(with_values("a = $t and b > $n", params), "a = 'it''s' and b > (-5)");
  EXPECT_EQ(with_values("$d <= day or $b", params), "'2026-01-01'::date <= day or true");
  EXPECT_EQ(with_values("coalesce(v, $x)", params), "coalesce(v, null::float64)");
  EXPECT_EQ(with_values("'$t' || \"$n\" || '''$t' || $t", params),
            "'$t' || \"$n\" || '''$t' || 'it''s'");
  EXPECT_EQ(with_values("$nothing + $", params), "$nothing + $");
}

}  // namespace
}  // namespace leat::pipelines
