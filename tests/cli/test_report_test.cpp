// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "cli/test_report.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace leat::cli {
namespace {

const std::vector<TestFileReport> kReports{
    {"a.yaml",
     "a.yaml",
     {{"one", "a.yaml:3:5", 3, true, "", 0.25},
      {"two < \"2\"", "a.yaml:9:5", 9, false, "s: 1 row expected, 0 found\n  more\n", 0}}}};

TEST(TestReport, TextSaysWhatDiffersBelowTheTest) {
  EXPECT_EQ(text_of(kReports[0]),
            "a.yaml\n"
            "  ok    one\n"
            "  FAIL  two < \"2\" (a.yaml:9:5)\n"
            "        s: 1 row expected, 0 found\n"
            "          more\n");
  EXPECT_EQ(summary_of(kReports), "2 tests: 1 passed, 1 failed\n");
}

TEST(TestReport, JsonCountsThem) {
  const nlohmann::ordered_json json = json_of(kReports);
  EXPECT_EQ(json["failed"], 1);
  EXPECT_EQ(json["files"][0]["tests"][1]["problem"], "s: 1 row expected, 0 found\n  more\n");
  EXPECT_FALSE(json["files"][0]["tests"][0].contains("problem"));
}

TEST(TestReport, JunitIsXml) {
  const std::string xml = junit_of(kReports);
  EXPECT_NE(xml.find("<testsuite name=\"a.yaml\" tests=\"2\" failures=\"1\">"), std::string::npos);
  EXPECT_NE(xml.find("name=\"two &lt; &quot;2&quot;\""), std::string::npos) << xml;
  EXPECT_NE(xml.find("<failure message=\"s: 1 row expected, 0 found\">"), std::string::npos);
}

}  // namespace
}  // namespace leat::cli
