// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/xlsx/xlsx_encoder.h"

#include <gtest/gtest.h>

#include "tests/support/operator_fixture.h"

namespace leat::io {
namespace {

class XlsxEncoderTest : public ::testing::Test {
 protected:
  /// The XML of one cell, without its name; empty when its row is faulty.
  std::string cell(const Type& type, test::Cell value) {
    const SchemaRef schema = test::make_schema({{"x", type}});
    XlsxEncoder encoder(*schema, fixture_.memory);
    faults_.clear();
    const auto bytes =
        encoder.encode(test::make_batch(fixture_.memory, schema, {{std::move(value)}}), faults_);
    const std::string text((*bytes)->as<char>(), (*bytes)->size());
    if (text.empty()) return {};
    const size_t begin = text.find("\"A\x01");
    EXPECT_TRUE(text.starts_with("<row r=\"\x02\">"));
    if (begin == std::string::npos) return "none";
    return text.substr(begin + 3, text.rfind("</c>") - begin - 3);
  }

  test::OperatorFixture fixture_;
  std::vector<RowFault> faults_;
};

TEST_F(XlsxEncoderTest, NumbersUpToFifteenDigits) {
  EXPECT_EQ(cell(kInt64Type, 123456789012345), "\"><v>123456789012345</v>");
  EXPECT_EQ(cell(kInt64Type, 1234567890123456),
            "\" t=\"inlineStr\"><is><t>1234567890123456</t></is>");
  EXPECT_EQ(cell(Type::decimal(38, 18), int64_t{1'500'000'000'000'000'000}), "\"><v>1.5</v>");
  EXPECT_EQ(cell(Type::decimal(18, 2), int64_t{123'456'789'012'345'670}),
            "\" t=\"inlineStr\"><is><t>1234567890123456.7</t></is>");
  EXPECT_EQ(cell(kFloat64Type, 0.1), "\"><v>0.1</v>");
  EXPECT_EQ(cell(kFloat64Type, std::nan("")), "\" t=\"inlineStr\"><is><t>NaN</t></is>");
  EXPECT_EQ(cell(kBoolType, true), "\" t=\"b\"><v>1</v>");
  EXPECT_EQ(cell(kInt64Type, test::null_cell), "none");
}

TEST_F(XlsxEncoderTest, TextIsEscaped) {
  EXPECT_EQ(cell(kUtf8Type, "=a<b&\"c\">"),
            "\" t=\"inlineStr\"><is><t>=a&lt;b&amp;&quot;c&quot;&gt;</t></is>");
  EXPECT_EQ(cell(kUtf8Type, " a\n"),
            "\" t=\"inlineStr\"><is><t xml:space=\"preserve\"> a\n</t></is>");
  EXPECT_EQ(cell(kUtf8Type, "\r\x01_x0041_ \xEF\xBF\xBF."),
            "\" t=\"inlineStr\"><is><t>_x000D__x0001__x005F_x0041_ _xFFFF_.</t></is>");
  EXPECT_EQ(cell(kUtf8Type, ""), "\" t=\"inlineStr\"><is><t></t></is>");
}

TEST_F(XlsxEncoderTest, TextsThatAreTooLong) {
  EXPECT_NE(cell(kUtf8Type, std::string(32'767, 'x')), "");
  EXPECT_EQ(cell(kUtf8Type, std::string(32'768, 'x')), "");
  ASSERT_EQ(faults_.size(), 1u);
  EXPECT_EQ(faults_[0].error.message,
            "the text in column 'x' has 32768 characters, and a cell of a spreadsheet holds 32767");
  std::string wide;
  for (int i = 0; i < 16'383; ++i) wide += "\xF0\x9F\x98\x80";  // two units of UTF-16 each
  EXPECT_NE(cell(kUtf8Type, wide), "");
  EXPECT_EQ(cell(kUtf8Type, wide + "\xF0\x9F\x98\x80"), "");
}

TEST_F(XlsxEncoderTest, TheHeader) {
  EXPECT_EQ(xlsx_header(*test::make_schema({{"a&b", kInt64Type}, {"c", kInt64Type}})),
            "<row r=\"\x02\"><c r=\"A\x01\" t=\"inlineStr\"><is><t>a&amp;b</t></is></c><c "
            "r=\"B\x01\" t=\"inlineStr\"><is><t>c</t></is></c></row>\n");
}

}  // namespace
}  // namespace leat::io
