// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// One test of a pipeline, checked and run. See trial.cpp.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "operators/diagnostic.h"
#include "pipelines/load/pipeline.h"
#include "pipelines/run/captured_rows.h"
#include "pipelines/run/plan.h"
#include "pipelines/run/run.h"
#include "pipelines/testing/row_match.h"
#include "pipelines/testing/test_cases.h"

namespace leat::pipelines {

/// Where and how a test runs.
struct TrialOptions {
  LoadOptions load = {};  ///< Of the pipeline; the test adds to it.
  PlanOptions plan = {};
};

/// Text to put in the place of what a test expects.
struct TestUpdate {
  Span where;
  std::string text;
};

struct TrialResult {
  bool passed = false;
  std::string problem;              ///< Lines for people; "" when it passed.
  std::vector<TestUpdate> updates;  ///< With these it would have passed.
  double seconds = 0;
};

/// A test that is ready to run. THREADS: one.
class Trial {
 public:
  /// `of_test` gets what is wrong with the test, `of_pipeline` what is wrong with the pipeline.
  /// nullopt when anything is. SUSPENDS (sources may open files).
  static std::optional<Trial> make(const TestCase& test, const Document& test_document,
                                   std::shared_ptr<Document> pipeline, const TrialOptions& options,
                                   Diagnostics& of_test, Diagnostics& of_pipeline);

  /// Runs what the test looks at; nothing is published. ERRORS: there is no plan for it. THREADS:
  /// an OS thread outside any runtime.
  Result<TrialResult> run(const TrialOptions& options);

 private:
  struct Target {
    const ExpectedRows* expected;  ///< Null: only whether the run fails is asked.
    std::unique_ptr<CapturedRows> captured;
    WantedRows wanted;
  };

  Trial(const TestCase& test, const Document& document) : test_(test), document_(document) {}

  void find_targets(Diagnostics& of_test);
  void read_wanted(Target& target, Diagnostics& of_test);
  void judge_failure(const RunReport& report, TrialResult& result) const;
  void judge_rows(TrialResult& result) const;
  TestUpdate update_of(const Target& target) const;

  const TestCase& test_;
  const Document& document_;  // of the test
  std::optional<Pipeline> pipeline_;
  std::vector<Target> targets_;
};

}  // namespace leat::pipelines
