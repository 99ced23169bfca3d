// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/operators/expr/expression_tester.h"

namespace leat::expr {
namespace {

using Values = std::vector<std::string>;

TEST(FunctionsEncoding, Base64OfEveryLength) {
  ExpressionTester tester;
  tester.add({"s", kUtf8Type, {"", "f", "fo", "foo", "foob", "fooba", "foobar", std::nullopt}});
  EXPECT_EQ(tester.evaluate("to_base64(s)").values,
            (Values{"", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy", "null"}));
  EXPECT_EQ(tester.evaluate("from_base64(to_base64(s))").values,
            (Values{"", "f", "fo", "foo", "foob", "fooba", "foobar", "null"}));
  EXPECT_EQ(tester.evaluate("decode(rtrim(to_base64(s), '='), 'base64')").values,
            (Values{"", "f", "fo", "foo", "foob", "fooba", "foobar", "null"}));
  EXPECT_EQ(tester.value("length(encode(repeat('x', 60), 'base64'))"), "81");
  EXPECT_EQ(tester.value("decode(encode(repeat('x', 60), 'base64'), 'base64') = repeat('x', 60)"),
            "true");
  EXPECT_EQ(tester.value("from_base64('8J-YgA')"), "\U0001f600");
}

TEST(FunctionsEncoding, WhatIsNotEncodedSoIsRefused) {
  ExpressionTester tester;
  EXPECT_EQ(tester.value("from_base64('Z')"), "error: the base64 has an incomplete last group");
  EXPECT_EQ(tester.value("from_base64('Zg=')"), "error: the base64 has an incomplete last group");
  EXPECT_EQ(tester.value("from_base64('Zg==Zg==')"),
            "error: the base64 has another character than base64 has");
  EXPECT_EQ(tester.value("from_base64('/w==')"), "error: the bytes of the base64 are no UTF-8");
  EXPECT_EQ(tester.value("decode('4', 'hex')"),
            "error: the hex has an odd number of hexadecimal digits");
  EXPECT_EQ(tester.value("decode('4g', 'hex')"),
            "error: the hex has another character than a hexadecimal digit");
  EXPECT_EQ(tester.value("decode('41 5A', 'hex')"), "AZ");
  EXPECT_EQ(tester.value("url_decode('%4')"),
            "error: the URL has a % without two hexadecimal digits behind it");
  EXPECT_EQ(tester.value("encode('a', 'rot13')"), "error: 'rot13' is no encoding");
}

TEST(FunctionsEncoding, PartsOfUrls) {
  ExpressionTester tester;
  tester.add({"u",
              kUtf8Type,
              {"https://anna:pw@leat.example:8080/a/b?x=1&y=2#top", "//host/p", "mailto:a@b.c",
               "http://[::1]:80/", "/only/path", "http://host?", std::nullopt}});
  const auto part = [&](const std::string& name) {
    return tester.evaluate("parse_url(u)." + name).values;
  };
  EXPECT_EQ(part("scheme"), (Values{"https", "null", "mailto", "http", "null", "http", "null"}));
  EXPECT_EQ(part("user"), (Values{"anna:pw", "null", "null", "null", "null", "null", "null"}));
  EXPECT_EQ(part("host"),
            (Values{"leat.example", "host", "null", "[::1]", "null", "host", "null"}));
  EXPECT_EQ(part("port"), (Values{"8080", "null", "null", "80", "null", "null", "null"}));
  EXPECT_EQ(part("path"), (Values{"/a/b", "/p", "a@b.c", "/", "/only/path", "", "null"}));
  EXPECT_EQ(part("query"), (Values{"x=1&y=2", "null", "null", "null", "null", "", "null"}));
  EXPECT_EQ(part("fragment"), (Values{"top", "null", "null", "null", "null", "null", "null"}));
  EXPECT_EQ(tester.value("parse_url('http://a').port"), "null");
  EXPECT_EQ(tester.mistakes("parse_url(u).colour").substr(0, 9), "[.colour]");
  EXPECT_EQ(tester.evaluate("url_parameter(u, 'y')").values[0], "2");
  EXPECT_EQ(tester.evaluate("url_parameter(u, 'z')").values[0], "null");
  EXPECT_EQ(tester.value("url_parameter('?a+b=1&q=x+y%21&q=2', 'q')"), "x y!");
}

TEST(FunctionsEncoding, Bases) {
  ExpressionTester tester;
  EXPECT_EQ(tester.value("to_hex(-1)"), "ffffffffffffffff");
  EXPECT_EQ(tester.value("bin(0)"), "0");
  EXPECT_EQ(tester.value("to_base(9223372036854775807, 2)"), std::string(63, '1'));
  EXPECT_EQ(tester.value("to_base(0, 10, 0)"), "0");
  EXPECT_EQ(tester.value("to_base(-5, 10)"), "error: -5 is negative");
  EXPECT_EQ(tester.value("to_base(5, 1)"), "error: a base is 2 to 36, not 1");
}

}  // namespace
}  // namespace leat::expr
