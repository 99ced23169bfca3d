// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The operator: options, columns and mistakes. Documents are tested in
// tests/operators/tree/yaml_records_test.cpp.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/operators/input/source_run.h"
#include "tests/operators/sources/json_source_run.h"
#include "tests/support/temp_dir.h"

namespace leat {

extern const OperatorDef operator_read_yaml;

namespace {

using test::Opt;
using ::testing::ElementsAre;

class ReadYamlTest : public ::testing::Test {
 protected:
  using Options = std::vector<std::pair<std::string, Opt>>;

  std::vector<std::string> rows(std::string_view content, Options options = {},
                                OnError on_error = OnError::kFail) {
    options.emplace_back("path", folder_.write("a.yaml", content));
    const test::Binding binding = test::bind_source(operator_read_yaml, Opt::map(options));
    if (!binding.bound) return binding.mistakes;
    types_.clear();
    for (const Field& field : binding.bound->output->fields())
      types_.push_back(field.name + ' ' + to_string(field.type));
    test::ReadAll all(binding, on_error);
    std::vector<std::string> rows = all.output.rows;
    for (const Error& fault : all.fixture.faults.absorbed())
      rows.push_back("! " + test::text_of(fault));
    if (!all.status) rows.push_back("! " + all.status.error().message);
    return rows;
  }

  test::TempDir folder_;
  std::vector<std::string> types_;
};

TEST_F(ReadYamlTest, TypesAreGuessedAsInCsvAndQuotesAreText) {
  EXPECT_THAT(
      rows("- { id: 1, zip: 007, n: \"5\", day: 2025-01-02, tags: [a] }\n- { id: 2, ok: true }\n"),
      ElementsAre("1|007|5|20090|[a]|NULL", "2|NULL|NULL|NULL|NULL|true"));
  EXPECT_THAT(types_, ElementsAre("id int64", "zip utf8", "n utf8", "day date", "tags list<utf8>",
                                  "ok bool"));
}

TEST_F(ReadYamlTest, DeclaredColumnsAndBadValues) {
  const auto read =
      rows("all:\n- qty: 7\n- qty: x\n",
           {{"records", "$.all[*]"}, {"columns", Opt::map({{"qty", "int64"}})}}, OnError::kSkip);
  ASSERT_EQ(read.size(), 2u);
  EXPECT_EQ(read[0], "7");
  EXPECT_THAT(read[1], ::testing::HasSubstr("a.yaml:3:3"));
}

TEST_F(ReadYamlTest, Mistakes) {
  EXPECT_EQ(rows("- 1\n").size(), 1u);
  EXPECT_THAT(rows("- a: 1\n", {{"records", "a[*"}}).front(), ::testing::HasSubstr("a[*"));
}

}  // namespace
}  // namespace leat
