// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/html/html_encoder.h"

#include <gtest/gtest.h>

#include "tests/support/operator_fixture.h"

namespace leat::io {
namespace {

TEST(HtmlEncoder, EverythingIsEscaped) {
  test::OperatorFixture fixture;
  const SchemaRef schema = test::make_schema({{"<n>", kInt64Type}, {"t", kUtf8Type}});
  HtmlEncoder encoder(fixture.memory);
  std::vector<RowFault> faults;
  const auto rows = encoder.encode(
      test::make_batch(fixture.memory, schema,
                       {{1, "<script>alert('&')</script>"}, {test::null_cell, test::null_cell}}),
      faults);
  ASSERT_TRUE(rows);
  EXPECT_EQ(std::string((*rows)->as<char>(), (*rows)->size()),
            "<tr><td style=\"text-align:right\">1</td><td>&lt;script&gt;alert(&#39;&amp;&#39;)&lt;"
            "/script&gt;</td></tr>\n<tr><td style=\"text-align:right\"></td><td></td></tr>\n");
  EXPECT_EQ(html_begin(*schema, HtmlForm::kTable, "a<b"),
            "<table>\n<caption>a&lt;b</caption>\n<thead>\n<tr><th>&lt;n&gt;</th><th>t</th></tr>\n"
            "</thead>\n<tbody>\n");
  EXPECT_TRUE(html_begin(*schema, HtmlForm::kDocument, "").starts_with("<!DOCTYPE html>"));
  EXPECT_TRUE(html_end(HtmlForm::kDocument).ends_with("</html>\n"));
}

}  // namespace
}  // namespace leat::io
