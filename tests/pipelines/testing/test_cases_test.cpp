// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/testing/test_cases.h"

#include <gtest/gtest.h>

namespace leat::pipelines {
namespace {

using Texts = std::vector<std::string>;

TestFile read(const std::string& text, Texts& mistakes, const std::string& file = "a.yaml") {
  Diagnostics diagnostics;
  TestFile tests = read_tests(std::make_shared<Document>(file, text), diagnostics);
  for (const Diagnostic& error : diagnostics.errors()) mistakes.push_back(error.message);
  return tests;
}

Texts mistakes_of(const std::string& test) {
  Texts mistakes;
  read("tests:\n" + test, mistakes);
  return mistakes;
}

TEST(TestCases, AreReadWithAllTheirKeys) {
  Texts mistakes;
  const TestFile tests = read(
      "stages: []\n"
      "tests:\n"
      "  - name: one\n"
      "    params: { since: 2025-01-01 }\n"
      "    now: 1970-01-01T00:00:01Z\n"
      "    given: { orders: [{ id: 1 }], more: file.csv }\n"
      "    expect: { a: [{ x: 1 }], b.rejects: { rows: 3 } }\n"
      "    unordered: true\n"
      "  - { name: two, fails: E0412 }\n",
      mistakes);
  EXPECT_EQ(mistakes, Texts());
  ASSERT_EQ(tests.cases.size(), 2u);
  const TestCase& one = tests.cases[0];
  EXPECT_EQ(one.params.at(0).second, "2025-01-01");
  EXPECT_EQ(one.now, 1000000);
  EXPECT_EQ(one.given.at(1).value.scalar.text(), "file.csv");
  EXPECT_EQ(one.expected.at(1).count, 3u);
  EXPECT_TRUE(one.unordered);
  EXPECT_EQ(tests.cases[1].fails->text(), "E0412");
}

TEST(TestCases, EachMistakeIsNamed) {
  EXPECT_EQ(mistakes_of("  - { expect: { a: [] } }\n"), (Texts{"this test has no name"}));
  EXPECT_EQ(mistakes_of("  - { name: a }\n"), (Texts{"the test 'a' expects nothing"}));
  EXPECT_EQ(mistakes_of("  - { name: a, expects: {} }\n"), (Texts{"a test has no key 'expects'"}));
  EXPECT_EQ(mistakes_of("  - { name: a, expect: { s: { row: 1 } } }\n"),
            (Texts{"a mapping can only say how many rows there are"}));
  EXPECT_EQ(mistakes_of("  - { name: a, fails: E9999 }\n"),
            (Texts{"'E9999' is no code of an error"}));
  EXPECT_EQ(mistakes_of("  - { name: a, fails: true, expect: { s: [] } }\n"),
            (Texts{"a run that fails gives no rows"}));
  EXPECT_EQ(mistakes_of("  - { name: a, now: today, fails: true }\n"),
            (Texts{"'today' is not a timestamp"}));
  EXPECT_EQ(mistakes_of("  - { name: a, fails: true }\n  - { name: a, fails: true }\n"),
            (Texts{"two tests are called 'a'"}));
  EXPECT_EQ(mistakes_of("  - { name: a, given: { s: { x: 1 } }, fails: true }\n"),
            (Texts{"'s' must be given a list of rows, or the path of a file"}));
}

TEST(TestCases, AFileBesideThePipelineNamesIt) {
  Texts mistakes;
  EXPECT_EQ(read("tests: []\n", mistakes, "jobs/a.test.yaml").pipeline, "jobs/a.yaml");
  EXPECT_EQ(read("pipeline: b.yaml\ntests: []\n", mistakes, "jobs/a.test.yaml").pipeline,
            "jobs/b.yaml");
  EXPECT_EQ(mistakes, Texts());
  read("test: []\n", mistakes, "a.test.yaml");
  EXPECT_EQ(mistakes,
            (Texts{"a file of tests has no key 'test'", "there is no 'tests' in this file"}));
  EXPECT_EQ(test_file_beside("jobs/a.yaml"), "jobs/a.test.yaml");
}

}  // namespace
}  // namespace leat::pipelines
