// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The operator: options, columns and mistakes. Documents are tested in
// tests/operators/tree/xml_records_test.cpp.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/operators/input/source_run.h"
#include "tests/operators/sources/json_source_run.h"
#include "tests/support/temp_dir.h"

namespace leat {

extern const OperatorDef operator_read_xml;

namespace {

using test::Opt;
using ::testing::ElementsAre;

class ReadXmlTest : public ::testing::Test {
 protected:
  using Options = std::vector<std::pair<std::string, Opt>>;

  std::vector<std::string> rows(std::string_view content, Options options = {},
                                OnError on_error = OnError::kFail) {
    options.emplace_back("path", folder_.write("a.xml", content));
    const test::Binding binding = test::bind_source(operator_read_xml, Opt::map(options));
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

constexpr std::string_view kOrders =
    "<orders>\n<order id=\"1\"><day>2025-01-02</day><qty>7</qty></order>\n"
    "<order id=\"2\"><qty>x</qty></order>\n</orders>";

TEST_F(ReadXmlTest, TypesAreGuessedFromTheSample) {
  EXPECT_THAT(rows(kOrders), ElementsAre("1|20090|7", "2|NULL|x"));
  EXPECT_THAT(types_, ElementsAre("id int64", "day date", "qty utf8"));
}

TEST_F(ReadXmlTest, DeclaredColumnsAndBadValues) {
  const auto read = rows(
      kOrders, {{"records", "//order"}, {"columns", Opt::map({{"qty", "int64"}})}}, OnError::kSkip);
  ASSERT_EQ(read.size(), 2u);
  EXPECT_EQ(read[0], "7");
  EXPECT_THAT(read[1], ::testing::HasSubstr("a.xml:3:1"));
}

TEST_F(ReadXmlTest, Mistakes) {
  EXPECT_THAT(rows(kOrders, {{"records", "orders"}}),
              ElementsAre("'orders' is no path to records [orders]"));
  EXPECT_THAT(rows("<a/>")[0], ::testing::HasSubstr("has no records with fields"));
  EXPECT_THAT(rows("{}")[0], ::testing::HasSubstr("the file is not valid XML"));
}

}  // namespace
}  // namespace leat
