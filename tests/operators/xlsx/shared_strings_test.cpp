// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/xlsx/shared_strings.h"

#include <gtest/gtest.h>

#include "tests/support/operator_fixture.h"
#include "tests/support/temp_dir.h"
#include "tests/support/workbook.h"

namespace leat::io {
namespace {

class SharedStringsTest : public ::testing::Test {
 protected:
  Result<std::shared_ptr<const SharedStrings>> read(const std::vector<std::string>& texts,
                                                    size_t wanted = SIZE_MAX) {
    const std::string path = folder_.write("b.xlsx", test::WorkbookText{{{"A", ""}}, texts}.file());
    const auto workbook = open_workbook(std::make_shared<Input>(Input{.name = path}));
    return SharedStrings::read(*workbook, wanted, fixture_.memory);
  }

  test::TempDir folder_;
  test::OperatorFixture fixture_{size_t{8} << 20};
};

TEST_F(SharedStringsTest, PlainAndRichTexts) {
  const auto strings = read({"<t>a &lt; b</t>", "<t xml:space=\"preserve\"> c </t>",
                             "<r><t>d</t></r><r><rPr><b/></rPr><t>e</t></r><rPh><t>f</t></rPh>",
                             "<t/>", "", "<t>g_x000A_h</t>", "<t><![CDATA[<i>]]></t>"});
  ASSERT_TRUE(strings) << strings.error().message;
  ASSERT_EQ((*strings)->size(), 7u);
  const char* expected[] = {"a < b", " c ", "de", "", "", "g\nh", "<i>"};
  for (size_t i = 0; i < 7; ++i) EXPECT_EQ((**strings)[i], expected[i]);
}

TEST_F(SharedStringsTest, TextsLongerThanTheWindow) {
  const std::string text(700'000, 'x');
  const auto strings = read({"<t>a</t>", "<t>" + text + "</t>", "<t>b</t>"});
  ASSERT_TRUE(strings) << strings.error().message;
  EXPECT_EQ((**strings)[1], text);
  EXPECT_EQ((**strings)[2], "b");
}

TEST_F(SharedStringsTest, NoMoreThanIsWanted) {
  EXPECT_EQ((*read({"<t>a</t>", "<t>b</t>", "<t>c</t>"}, 2))->size(), 2u);
  EXPECT_EQ((*read({"<t>a</t>"}, 0))->size(), 0u);
}

TEST_F(SharedStringsTest, FaultsAndMemory) {
  EXPECT_EQ(read({"<t>&nbsp;</t>"}).error().message,
            "its list of texts has an entity that it does not explain");
  EXPECT_EQ(read({"<t>a</r></x>"}).error().message,
            "its list of texts has a text that does not end");
  EXPECT_EQ(read({"<t>\xFF</t>"}).error().message, "its list of texts has text that is not UTF-8");
  const auto large = read({"<t>" + std::string(size_t{9} << 20, 'x') + "</t>"});
  ASSERT_FALSE(large);
  EXPECT_EQ(large.error().code, ErrorCode::kMemory);
}

}  // namespace
}  // namespace leat::io
