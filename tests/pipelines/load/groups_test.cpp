// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/load/groups.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pipelines/load/pipeline.h"
#include "tests/pipelines/fake_operators.h"

namespace leat::pipelines {
namespace {

using ::testing::ElementsAre;
using testing::errors_of;
using ::testing::HasSubstr;
using testing::load_text;

/// Every stage with what it reads: `name <- input.port`.
std::vector<std::string> wiring_of(const std::string& text) {
  const auto loaded = load_text(text);
  EXPECT_EQ(loaded.errors, "");
  std::vector<std::string> lines;
  if (!loaded.pipeline) return lines;
  for (const Stage& stage : loaded.pipeline->stages) {
    std::string line = stage.name;
    for (const From& input : stage.from) {
      line += " <- " + loaded.pipeline->stages[input.stage].name;
      if (input.port == From::kRejects) line += ".rejects";
    }
    lines.push_back(std::move(line));
  }
  return lines;
}

constexpr const char* kCleaned = R"(groups:
  cleaned:
    params: { file: { type: text }, least: { type: int64, default: 1 } }
    output: kept
    stages:
      - read_csv: "${file}"
        name: raw
      - filter: amount > $least
        name: kept
)";

TEST(Groups, AUseIsOneStageToTheOutside) {
  EXPECT_THAT(wiring_of(std::string(kCleaned) + R"(stages:
  - use: cleaned
    params: { file: in.csv }
    name: a
  - write_csv: all.csv
  - write_csv: raw.csv
    from: a.raw
)"),
              ElementsAre("a.raw", "a.kept <- a.raw", "write_csv <- a.kept", "write_csv <- a.raw"));
}

TEST(Groups, EveryUseHasStagesAndParametersOfItsOwn) {
  const auto loaded = load_text(std::string(kCleaned) + R"(stages:
  - use: cleaned
    params: { file: in.csv, least: 5 }
    name: a
  - write_csv: a.csv
  - use: cleaned
    params: { file: in.csv }
    name: b
  - write_csv: b.csv
)");
  ASSERT_EQ(loaded.errors, "");
  std::vector<std::string> names;
  for (const Stage& stage : loaded.pipeline->stages) names.push_back(stage.name);
  EXPECT_THAT(names, ElementsAre("a.raw", "a.kept", "write_csv", "b.raw", "b.kept", "write_csv"));
}

TEST(Groups, InputsStandForStagesOutside) {
  const std::string groups = R"(groups:
  small:
    inputs: [rows]
    stages:
      - filter: amount < 10
  both:
    inputs: [left, right]
    output: l
    stages:
      - { filter: amount > 1, from: left, name: l }
      - { write_csv: r.csv, from: right }
stages:
)";
  EXPECT_THAT(wiring_of(groups + R"(  - read_csv: in.csv
  - use: small
  - write_csv: out.csv
)"),
              ElementsAre("read_csv", "small.filter <- read_csv", "write_csv <- small.filter"));
  EXPECT_THAT(
      wiring_of(groups + R"(  - read_csv: in.csv
    name: in
    on_error: reject
  - use: both
    from: { left: in, right: in.rejects }
  - write_csv: out.csv
)"),
      ElementsAre("in", "both.l <- in", "both.write_csv <- in.rejects", "write_csv <- both.l"));
}

TEST(Groups, GroupsUseGroups) {
  EXPECT_THAT(wiring_of(std::string(kCleaned) + R"(  outer:
    params: { path: { type: text } }
    stages:
      - use: cleaned
        params: { file: "${path}" }
        name: in
      - filter: amount > 2
stages:
  - use: outer
    params: { path: in.csv }
    name: o
  - write_csv: out.csv
  - write_csv: raw.csv
    from: o.in.raw
)"),
              ElementsAre("o.in.raw", "o.in.kept <- o.in.raw", "o.filter <- o.in.kept",
                          "write_csv <- o.filter", "write_csv <- o.in.raw"));
}

TEST(Groups, InsideNamesMeanStagesOfTheGroup) {
  EXPECT_THAT(errors_of(R"(groups:
  g:
    stages:
      - read_csv: in.csv
        name: raw
      - filter: amount > 1
        from: orders
stages:
  - read_csv: in.csv
    name: orders
  - write_csv: orders.csv
  - use: g
  - write_csv: out.csv
)"),
              HasSubstr("job.yaml:7:15: error: there is no stage called 'orders'"));
}

TEST(Groups, MistakesInGroupsAreToldOnce) {
  const std::string errors = errors_of(R"(groups:
  g:
    stages:
      - read_csv: in.csv
      - filter: amuont > 1
stages:
  - use: g
    name: a
  - write_csv: a.csv
  - use: g
    name: b
  - write_csv: b.csv
)");
  EXPECT_THAT(errors, HasSubstr("job.yaml:5:17: error: unknown column 'amuont'"));
  EXPECT_THAT(errors, HasSubstr("\n1 error\n"));
}

struct Mistake {
  const char* stages;
  const char* message;
};

TEST(Groups, MistakesInUses) {
  const std::string groups = std::string(kCleaned) + R"(  one:
    inputs: rows
    stages:
      - filter: amount > 1
  two:
    inputs: [a, b]
    stages:
      - filter: amount > 1
  self:
    stages:
      - use: self
  lost:
    output: kpet
    stages:
      - read_csv: in.csv
        name: kept
stages:
)";
  for (const Mistake& mistake : std::vector<Mistake>{
           {"  - use: cleand\n    params: { file: in.csv }\n", "there is no group 'cleand'"},
           {"  - use: cleaned\n", "the parameter 'file' has no value"},
           {"  - use: cleaned\n    params: { file: in.csv, lest: 2 }\n",
            "the group 'cleaned' has no parameter 'lest'"},
           {"  - use: cleaned\n    params: { file: in.csv, least: x }\n",
            "the value 'x' given for 'least' is not of type int64"},
           {"  - use: cleaned\n    params: { file: in.csv }\n    lanes: 2\n",
            "'lanes' belongs to single stages, not to a group"},
           {"  - use: cleaned\n    params: { file: in.csv }\n    from: x\n",
            "the group 'cleaned' has no inputs"},
           {"  - use: one\n", "the group 'one' has nothing to read, as it stands first"},
           {"  - read_csv: in.csv\n  - use: two\n", "the group 'two' has the inputs 'a', 'b'"},
           {"  - read_csv: in.csv\n    name: in\n  - use: two\n    from: { a: in, c: in }\n",
            "the group 'two' has no input 'c'"},
           {"  - read_csv: in.csv\n    name: in\n  - use: two\n    from: { a: in }\n",
            "the input 'b' of the group 'two' is missing"},
           {"  - use: self\n", "the group 'self' uses itself"},
           {"  - use: lost\n", "the group 'lost' has no stage 'kpet' to be its output"},
           {"  - use: cleaned\n    params: { file: in.csv }\n  - write_csv: a.csv\n"
            "  - use: cleaned\n    params: { file: in.csv }\n",
            "two stages are called 'cleaned'"}}) {
    EXPECT_THAT(errors_of(groups + mistake.stages + "  - write_csv: out.csv\n"),
                HasSubstr(mistake.message));
  }
}

TEST(Groups, WhatIsCopiedIsCounted) {
  std::string text = "groups:\n  g0:\n    stages:\n      - read_csv: in.csv\n";
  for (int i = 1; i <= 20; ++i) {
    const std::string inner = "      - use: g" + std::to_string(i - 1) + "\n";
    text += "  g" + std::to_string(i) + ":\n    stages:\n";
    for (const char* name : {"a", "b", "c"}) text += inner + "        name: " + name + "\n";
  }
  text += "stages:\n  - use: g20\n  - write_csv: out.csv\n";
  EXPECT_THAT(errors_of(text), HasSubstr("have 100000 values at most"));
}

}  // namespace
}  // namespace leat::pipelines
