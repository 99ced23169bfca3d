// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/xlsx/xml_scanner.h"

#include <gtest/gtest.h>

namespace leat::io {
namespace {

/// The tokens of `text` in one line.
std::string tokens(std::string_view text) {
  std::string out;
  XmlScanner scanner(text);
  for (;;) {
    switch (scanner.next()) {
      case XmlScanner::Token::kStart:
        out += '<' + std::string(scanner.name()) + (scanner.is_empty() ? "/>" : ">");
        break;
      case XmlScanner::Token::kEnd: out += "</" + std::string(scanner.name()) + '>'; break;
      case XmlScanner::Token::kText:
        out += (scanner.is_literal() ? "[" : "\"") + std::string(scanner.text()) + '"';
        break;
      case XmlScanner::Token::kCut: return out + " cut at " + std::to_string(scanner.position());
      case XmlScanner::Token::kNone: return out;
      case XmlScanner::Token::kFault: return out + " fault: " + scanner.fault();
    }
  }
}

TEST(XmlScanner, TokensOfAPiece) {
  EXPECT_EQ(tokens("<?xml version='1.0'?><x:a b=\"1>2\"><c/>t &amp; u<!-- <d> --></x:a>"),
            "<a><c/>\"t &amp; u\"</a>");
  EXPECT_EQ(tokens("<a><![CDATA[<b>]]></a >"), "<a>[<b>\"</a>");
}

TEST(XmlScanner, WhatIsCutIsToldFromWhatIsWrong) {
  EXPECT_EQ(tokens("<a>x"), "<a> cut at 3");
  EXPECT_EQ(tokens("<a b=\""), " cut at 0");
  EXPECT_EQ(tokens("<a><!-- "), "<a> cut at 3");
  EXPECT_EQ(tokens("<a><![CD"), "<a> cut at 3");
  EXPECT_EQ(tokens("<a<b>"), " fault: a '<' inside of a tag");
  EXPECT_EQ(tokens("< a>"), " fault: a tag without a name");
  EXPECT_EQ(tokens("<!DOCTYPE a [<!ENTITY b 'c'>]><a/>"),
            " fault: a document type, which a spreadsheet has no use for");
}

TEST(XmlScanner, Attributes) {
  XmlScanner scanner("<c x:r = \"B7\" s='3' t=\"a>b\">");
  ASSERT_EQ(scanner.next(), XmlScanner::Token::kStart);
  EXPECT_EQ(scanner.attribute("r"), "B7");
  EXPECT_EQ(scanner.attribute("s"), "3");
  EXPECT_EQ(scanner.attribute("t"), "a>b");
  EXPECT_FALSE(scanner.attribute("u"));
}

TEST(XmlScanner, SkipsElements) {
  XmlScanner scanner("<a><b><a/><a></a></b></a><c/>");
  ASSERT_EQ(scanner.next(), XmlScanner::Token::kStart);
  ASSERT_TRUE(scanner.skip_element());
  ASSERT_EQ(scanner.next(), XmlScanner::Token::kStart);
  EXPECT_EQ(scanner.name(), "c");
  XmlScanner cut("<a><b>");
  cut.next();
  EXPECT_FALSE(cut.skip_element());
}

TEST(XmlScanner, References) {
  std::string out;
  EXPECT_TRUE(append_xml_text("&lt;&#65;&#x20AC;&quot;&apos;&gt;&amp;amp;", out));
  EXPECT_EQ(out, "<A€\"'>&amp;");
  for (const char* text : {"&nbsp;", "&", "&#xD800;", "&#0;", "&#x110000;", "&#;", "&#12"}) {
    std::string rest;
    EXPECT_FALSE(append_xml_text(text, rest)) << text;
  }
}

TEST(XmlScanner, CharactersThatXmlCannotHold) {
  std::string text = "a_x000D_b_x005F_x0041_ _x00_ _xZZZZ_ _x0001";
  unescape_xlsx(text);
  EXPECT_EQ(text, "a\rb_x0041_ _x00_ _xZZZZ_ _x0001");
}

}  // namespace
}  // namespace leat::io
