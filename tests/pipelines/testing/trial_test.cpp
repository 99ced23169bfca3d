// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/testing/trial.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace leat::pipelines {
namespace {

using Texts = std::vector<std::string>;

constexpr const char* kStages =
    "params:\n"
    "  least: { type: int64, default: 0 }\n"
    "stages:\n"
    "  - read_csv: { path: missing.csv, columns: { id: int64, day: date, price: 'decimal(9,2)' } "
    "}\n"
    "    name: orders\n"
    "  - filter: price > $least\n"
    "    name: dear\n"
    "  - expect: { all: { some: count(*) > 0 } }\n"
    "  - write_csv: never.csv\n";

struct Tried {
  Texts mistakes;
  TrialResult result;
};

/// Runs the only test, which is written below the stages.
Tried run_test(const std::string& test) {
  const auto document = std::make_shared<Document>(
      "job.yaml", std::string(kStages) + "tests:\n  - name: it\n" + test);
  Tried tried;
  Diagnostics found;
  const TestFile file = read_tests(document, found);
  const TrialOptions options{.load = {}, .plan = {2, size_t{256} << 20, true}};
  EXPECT_TRUE(found.ok());
  Diagnostics of_pipeline;
  auto trial = Trial::make(file.cases.at(0), *document, document, options, found, of_pipeline);
  for (const Diagnostic& error : of_pipeline.errors()) tried.mistakes.push_back(error.message);
  for (const Diagnostic& error : found.errors()) tried.mistakes.push_back(error.message);
  if (!trial) return tried;
  Result<TrialResult> result = trial->run(options);
  EXPECT_TRUE(result.has_value());
  if (result) tried.result = std::move(*result);
  return tried;
}

constexpr const char* kGiven =
    "    given: { orders: [{ id: 1, price: 5 }, { id: 2, price: 0.50 }] }\n";

TEST(Trial, CellsHaveTheTypesOfTheirColumns) {
  const Tried tried = run_test(std::string(kGiven) +
                               "    params: { least: 1 }\n"
                               "    expect: { dear: [{ id: 1, price: 5.00, day: null }] }\n");
  EXPECT_EQ(tried.mistakes, Texts());
  EXPECT_TRUE(tried.result.passed) << tried.result.problem;
}

TEST(Trial, WhatDiffersIsSaidAndWhatWouldHaveBeenRight) {
  const Tried tried =
      run_test(std::string(kGiven) + "    expect: { dear: [{ price: 5 }, { price: 0.7 }] }\n");
  EXPECT_FALSE(tried.result.passed);
  EXPECT_EQ(tried.result.problem,
            "dear: row 2 differs:\n"
            "    column  expected  found\n"
            "  ! price   0.70      0.50\n");
  ASSERT_EQ(tried.result.updates.size(), 1u);
  EXPECT_EQ(tried.result.updates[0].text, " [{ price: 5.00 }, { price: 0.50 }]");
}

TEST(Trial, ARunMayBeExpectedToFail) {
  EXPECT_TRUE(run_test("    given: { orders: [] }\n    fails: true\n").result.passed);
  EXPECT_TRUE(run_test("    given: { orders: [] }\n    fails: data\n").result.passed);
  EXPECT_FALSE(run_test("    given: { orders: [] }\n    fails: io\n").result.passed);
  EXPECT_TRUE(run_test("    given: { orders: [] }\n    fails: E0412\n").result.passed);
  EXPECT_FALSE(run_test("    given: { orders: [] }\n    fails: E0413\n").result.passed);
  EXPECT_EQ(run_test(std::string(kGiven) + "    fails: true\n").result.problem,
            "the run was expected to fail, and did not\n");
  const Tried failed = run_test("    given: { orders: [] }\n    expect: { expect: { rows: 0 } }\n");
  EXPECT_NE(failed.result.problem.find("the run failed:\n"), std::string::npos);
}

TEST(Trial, ATestThatCannotBeRightIsAMistake) {
  EXPECT_EQ(run_test(std::string(kGiven) + "    expect: { deer: [] }\n").mistakes,
            (Texts{"there is no stage called 'deer'"}));
  EXPECT_EQ(run_test(std::string(kGiven) + "    expect: { dear: [{ prize: 1 }] }\n").mistakes,
            (Texts{"'dear' has no column 'prize'"}));
  EXPECT_EQ(run_test(std::string(kGiven) + "    expect: { dear: [{ id: one }] }\n").mistakes,
            (Texts{"the column 'id' is int64, and 'one' is none"}));
}

}  // namespace
}  // namespace leat::pipelines
