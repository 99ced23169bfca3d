// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "cli/why_report.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace leat::cli {
namespace {

using pipelines::Trace;
using pipelines::TracedRow;
using pipelines::TraceStep;
using StepKind = TraceStep::Outcome;

Trace some_trace() {
  TracedRow row{
      .stage = "orders", .number = 1200, .place = {"a.csv", 1201, 1}, .values = {}, .steps = {}};
  row.values = {{"id", "7"}, {"note", "null"}};
  row.steps = {{"f", "filter", StepKind::kKept, "", {}, 1},
               {"joined", "join", StepKind::kChanged, "", {{{"name", "\"Anna\""}}, {}}, 5},
               {"sums", "aggregate", StepKind::kGrouped, "", {{{"n", "2"}}}, 1},
               {"r", "route", StepKind::kPort, "cheap", {}, 0},
               {"d", "derive", StepKind::kRejected, "division by zero", {}, 0},
               {"t", "top", StepKind::kDropped, "", {}, 0},
               {"show", "show", StepKind::kWritten, "", {}, 0},
               {"p", "pivot", StepKind::kNotFollowed, "", {}, 0}};
  return {.matches = 3000, .stages = {"orders", "customers"}, .rows = {row}};
}

TEST(WhyText, ALineForEachStage) {
  EXPECT_EQ(why_text(some_trace(), {.where = "id = 7", .at = "", .rows = 1}, 0),
            "3,000 rows of 'orders', 'customers' have id = 7, of which the first 1 is followed "
            "(--rows)\n"
            "\n"
            "orders row 1,200 (a.csv:1201): id 7, note NULL\n"
            "  f       kept\n"
            "  joined  5 rows: name \"Anna\"; as it was; ...\n"
            "  sums    in the group n 2\n"
            "  r       left by the port 'cheap'\n"
            "  d       rejected: division by zero\n"
            "  t       dropped\n"
            "  show    shown\n"
            "  p       makes other rows, so it is not followed further\n");
}

TEST(WhyText, NothingIsFound) {
  EXPECT_EQ(why_text({.matches = 0, .stages = {"a"}, .rows = {}}, {.where = "x > 1"}, 0),
            "no row of 'a' has x > 1\n");
}

TEST(WhyText, LinesFitTheTerminal) {
  const std::string text = why_text(some_trace(), {.where = "id = 7"}, 20);
  EXPECT_NE(text.find("\norders row 1,200 (a\u2026\n"), std::string::npos) << text;
}

TEST(WhyJson, ValuesAreValues) {
  const auto json = why_json(some_trace());
  EXPECT_EQ(json["matches"], 3000);
  const auto& row = json["rows"][0];
  EXPECT_EQ(row["file"], "a.csv");
  EXPECT_EQ(row["line"], 1201);
  EXPECT_EQ(row["values"].dump(), R"({"id":7,"note":null})");
  EXPECT_EQ(row["steps"][1]["rows"][0]["name"], "Anna");
  EXPECT_EQ(
      row["steps"][4].dump(),
      R"({"stage":"d","operator":"derive","outcome":"rejected","detail":"division by zero","rows":[]})");
  Trace without = some_trace();
  without.rows[0].place = {};
  EXPECT_TRUE(why_json(without)["rows"][0]["file"].is_null());
}

}  // namespace
}  // namespace leat::cli
