// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/tracing/trace.h"

#include <gtest/gtest.h>

#include "tests/support/temp_dir.h"

namespace leat::pipelines {
namespace {

using Texts = std::vector<std::string>;

class TraceTest : public ::testing::Test {
 protected:
  TraceTest() { directory_.write("in.csv", "id,k\n1,a\n2,b\n3,b\n3,b\n4,\n"); }

  /// Follows rows through stages that begin with a reader called `in`.
  Result<Trace> follow(const std::string& stages, const TraceQuestion& question) {
    const std::string text =
        "stages:\n  - read_csv: " + directory_.path() + "/in.csv\n    name: in\n" + stages;
    return trace("job.yaml", text, {}, {2, size_t{256} << 20, true}, question);
  }
  /// `stage: outcome detail` of each step of the first row.
  Texts steps(const std::string& stages, const std::string& where) {
    const Result<Trace> trace = follow(stages, {.where = where});
    if (!trace) return {trace.error().message};
    constexpr const char* kNames[] = {"kept",    "changed",  "grouped", "port",
                                      "dropped", "rejected", "written", "not followed"};
    Texts steps;
    for (const TraceStep& step : trace->rows.at(0).steps) {
      std::string text = step.stage + ": " + kNames[static_cast<size_t>(step.outcome)];
      if (!step.detail.empty()) text += " " + step.detail;
      for (const TracedValues& row : step.rows) {
        for (const auto& [name, value] : row) text += " " + name + "=" + value;
      }
      steps.push_back(std::move(text));
    }
    return steps;
  }

  test::TempDir directory_;
};

TEST_F(TraceTest, TheConditionThatFailedIsNamedWithItsValues) {
  EXPECT_EQ(
      steps("  - filter: id > 0 and k = 'b' and id / 0 > 1\n  - write_csv: out.csv\n", "id = 1"),
      Texts{"filter: dropped `k = 'b'` is false (k \"a\")"});
  EXPECT_EQ(steps("  - filter: k = 'b'\n  - write_csv: out.csv\n", "id = 4"),
            Texts{"filter: dropped `k = 'b'` is NULL (k null)"});
}

TEST_F(TraceTest, RowsAreFollowedThroughSortsGroupsAndSinks) {
  EXPECT_EQ(steps("  - sort: k desc\n  - aggregate: { by: k, columns: { n: count(*) } }\n"
                  "  - sort: n\n  - write_csv: out.csv\n",
                  "id = 3"),
            (Texts{"sort: kept", "aggregate: grouped k=\"b\" n=3", "sort-2: kept",
                   "write_csv: written out.csv"}));
}

TEST_F(TraceTest, BadRowsAreRejectedWithTheReason) {
  EXPECT_EQ(steps("  - derive: { x: 10 / (id - 2) }\n  - write_csv: out.csv\n", "id = 2"),
            Texts{"derive: rejected division by zero: 10 / 0"});
  EXPECT_EQ(
      steps("  - sort: id\n  - derive: { x: 10 / (id - 2) }\n  - write_csv: out.csv\n", "id = 2"),
      (Texts{"sort: kept", "derive: rejected"}));
}

TEST_F(TraceTest, BothSidesOfAJoin) {
  const std::string stages =
      "  - rows: [{ k: b, name: Bo }, { k: z, name: Zed }]\n    name: names\n"
      "  - join: { with: names, on: k }\n    from: in\n  - write_csv: out.csv\n";
  EXPECT_EQ(steps(stages, "id = 2"),
            (Texts{"join: changed name=\"Bo\"", "write_csv: written out.csv"}));
  EXPECT_EQ(steps(stages, "id = 1"), Texts{"join: dropped it has no partner"});
  EXPECT_EQ(steps(stages, "name = 'Zed'"), Texts{"join: dropped it has no partner"});
}

TEST_F(TraceTest, PortsThatAreReadAreWaysOut) {
  EXPECT_EQ(steps("  - distinct: k\n    name: d\n  - write_csv: out.csv\n  - write_csv: more.csv\n"
                  "    from: d.duplicates\n",
                  "id = 3"),
            (Texts{"d: port duplicates", "write_csv-2: written more.csv"}));
}

TEST_F(TraceTest, WhatMakesOtherRowsEndsTheTrail) {
  EXPECT_EQ(steps("  - summarize: {}\n  - write_csv: out.csv\n", "id = 2"),
            Texts{"summarize: not followed"});
}

TEST_F(TraceTest, MatchesAreCountedAndTheFirstFollowed) {
  const Result<Trace> trace =
      follow("  - write_csv: out.csv\n", {.where = "id > 1", .at = "", .rows = 2});
  ASSERT_TRUE(trace) << trace.error().message;
  EXPECT_EQ(trace->matches, 4);
  ASSERT_EQ(trace->rows.size(), 2);
  EXPECT_EQ(trace->rows[1].number, 3);
  EXPECT_EQ(trace->rows[1].place.line, 4);
  EXPECT_EQ(trace->rows[1].values, (TracedValues{{"id", "3"}, {"k", "\"b\""}}));
}

TEST_F(TraceTest, QuestionsThatCannotBeAnswered) {
  const std::string sink = "  - write_csv: out.csv\n";
  EXPECT_EQ(steps(sink, "no > 1"), Texts{"--where, of the rows of 'in': unknown column 'no'"});
  const Result<Trace> trace = follow(sink, {.where = "id > 1", .at = "on"});
  ASSERT_FALSE(trace);
  EXPECT_EQ(trace.error().message, "there is no stage 'on'");
}

TEST_F(TraceTest, RowsThatAreEqualInAllColumns) {
  const Result<Trace> trace = follow("  - distinct: {}\n  - write_csv: out.csv\n",
                                     {.where = "id = 3", .at = "", .rows = 2});
  ASSERT_TRUE(trace) << trace.error().message;
  EXPECT_EQ(trace->rows.at(0).steps.at(0).outcome, TraceStep::Outcome::kKept);
  EXPECT_EQ(trace->rows.at(1).steps.at(0).outcome, TraceStep::Outcome::kDropped);
  EXPECT_EQ(trace->rows.at(1).steps.at(0).detail, "another row with the same key was kept");
}

}  // namespace
}  // namespace leat::pipelines
