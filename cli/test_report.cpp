// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "cli/test_report.h"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "operators/text/utf8.h"

namespace leat::cli {
namespace {

size_t failed_of(const TestFileReport& report) {
  return static_cast<size_t>(std::count_if(report.tests.begin(), report.tests.end(),
                                           [](const TestReport& test) { return !test.passed; }));
}

std::string indented(std::string_view text, std::string_view by) {
  std::string out;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    out += fmt::format("{}{}\n", by, text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

/// `text` in XML, which has no way to write most control characters.
std::string xml(std::string_view text) {
  std::string out;
  for (const char c : io::replace_invalid_utf8(text)) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      default: {
        const auto byte = static_cast<unsigned char>(c);
        out += byte < 0x20 && c != '\n' && c != '\t' ? '?' : c;
      }
    }
  }
  return out;
}

}  // namespace

std::string text_of(const TestFileReport& report) {
  std::string text = fmt::format("{}\n", report.file);
  for (const TestReport& test : report.tests) {
    if (test.passed) {
      text += fmt::format("  ok    {}\n", test.name);
    } else {
      text += fmt::format("  FAIL  {} ({})\n{}", test.name, test.place,
                          indented(test.problem, "        "));
    }
  }
  return text;
}

std::string summary_of(const std::vector<TestFileReport>& reports) {
  size_t tests = 0;
  size_t failed = 0;
  for (const TestFileReport& report : reports) {
    tests += report.tests.size();
    failed += failed_of(report);
  }
  return fmt::format("{} test{}: {} passed, {} failed\n", tests, tests == 1 ? "" : "s",
                     tests - failed, failed);
}

nlohmann::ordered_json json_of(const std::vector<TestFileReport>& reports) {
  using Json = nlohmann::ordered_json;
  Json files = Json::array();
  size_t tests = 0;
  size_t failed = 0;
  for (const TestFileReport& report : reports) {
    Json cases = Json::array();
    for (const TestReport& test : report.tests) {
      Json entry{{"name", test.name},
                 {"line", test.line},
                 {"passed", test.passed},
                 {"seconds", test.seconds}};
      if (!test.passed) entry["problem"] = test.problem;
      cases.push_back(std::move(entry));
    }
    files.push_back(
        {{"file", report.file}, {"pipeline", report.pipeline}, {"tests", std::move(cases)}});
    tests += report.tests.size();
    failed += failed_of(report);
  }
  return {{"files", std::move(files)}, {"passed", tests - failed}, {"failed", failed}};
}

std::string junit_of(const std::vector<TestFileReport>& reports) {
  std::string suites;
  for (const TestFileReport& report : reports) {
    suites += fmt::format("  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\">\n",
                          xml(report.file), report.tests.size(), failed_of(report));
    for (const TestReport& test : report.tests) {
      suites += fmt::format(
          "    <testcase classname=\"{}\" name=\"{}\" file=\"{}\" line=\"{}\" "
          "time=\"{:.3f}\"",
          xml(report.file), xml(test.name), xml(report.file), test.line, test.seconds);
      if (test.passed) {
        suites += "/>\n";
        continue;
      }
      const std::string first = test.problem.substr(0, test.problem.find('\n'));
      suites += fmt::format(">\n      <failure message=\"{}\">{}</failure>\n    </testcase>\n",
                            xml(first), xml(test.problem));
    }
    suites += "  </testsuite>\n";
  }
  return fmt::format("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n{}</testsuites>\n",
                     suites);
}

}  // namespace leat::cli
