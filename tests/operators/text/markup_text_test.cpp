// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/text/markup_text.h"

#include <gtest/gtest.h>

namespace leat::io {
namespace {

TEST(MarkupText, Html) {
  EXPECT_EQ(html_text("<a b=\"c\" d='e'>&"), "&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;&amp;");
  EXPECT_EQ(html_text("a\tb\nc\x01\r"), "a\tb\nc\xEF\xBF\xBD&#13;");
}

TEST(MarkupText, Latex) {
  EXPECT_EQ(latex_text("50 % of $a_1 & {b}\\"), "50 \\% of \\$a\\_1 \\& \\{b\\}\\textbackslash{}");
  EXPECT_EQ(latex_text("[1]\n~^#"), "{[}1{]} \\textasciitilde{}\\textasciicircum{}\\#");
}

TEST(MarkupText, Markdown) { EXPECT_EQ(markdown_text("a|b\r\nc"), "a\\|b<br>c"); }

}  // namespace
}  // namespace leat::io
