// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/text/normalize.h"

#include <gtest/gtest.h>

namespace leat::expr {
namespace {

TEST(Normalize, FormsOfALetterWithItsAccent) {
  EXPECT_EQ(normalized("e\u0301", NormalForm::kNfc), "\u00e9");
  EXPECT_EQ(normalized("\u00e9", NormalForm::kNfd), "e\u0301");
  EXPECT_EQ(normalized("\ufb01", NormalForm::kNfc), "\ufb01");
  EXPECT_EQ(normalized("\ufb01", NormalForm::kNfkc), "fi");
  EXPECT_EQ(normalized("\u00b2", NormalForm::kNfkd), "2");
  EXPECT_EQ(normalized("", NormalForm::kNfc), "");
  EXPECT_EQ(normalized("\xff", NormalForm::kNfc), "\xff");
}

TEST(Normalize, NamesOfForms) {
  EXPECT_EQ(parse_normal_form("nfkc"), NormalForm::kNfkc);
  EXPECT_EQ(parse_normal_form("NFCX"), std::nullopt);
  EXPECT_EQ(parse_normal_form(""), std::nullopt);
}

TEST(Normalize, LettersLoseTheirMarks) {
  EXPECT_EQ(without_accents("Crème Brûlée Œuvre"), "Creme Brulee OEuvre");
  EXPECT_EQ(without_accents("한국"), "한국");  // decomposed and put together again
  EXPECT_EQ(without_accents("плащ"), "плащ");
}

}  // namespace
}  // namespace leat::expr
