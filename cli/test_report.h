// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What `leat test` says of the tests it has run: for people, as JSON, for CI.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace leat::cli {

/// A test that was run.
struct TestReport {
  std::string name;
  std::string place;  ///< `orders.yaml:12:11`
  uint64_t line = 0;
  bool passed = false;
  std::string problem;  ///< Lines; "" when it passed.
  double seconds = 0;
};

/// The tests of one file.
struct TestFileReport {
  std::string file;
  std::string pipeline;
  std::vector<TestReport> tests;
};

/// A line for each test of a file, and what is different below those that failed.
std::string text_of(const TestFileReport& report);
/// The last line.
std::string summary_of(const std::vector<TestFileReport>& reports);
/// `files`, `passed` and `failed`.
nlohmann::ordered_json json_of(const std::vector<TestFileReport>& reports);
/// The form that CI reads, of JUnit.
std::string junit_of(const std::vector<TestFileReport>& reports);

}  // namespace leat::cli
