// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/operators/expr/expression_tester.h"

namespace leat::expr {
namespace {

using Values = std::vector<std::string>;

// Vectors of RFC 1321, FIPS 180 and RFC 2202 and 4231.
TEST(FunctionsHash, KnownAnswers) {
  ExpressionTester tester;
  EXPECT_EQ(tester.value("md5('')"), "d41d8cd98f00b204e9800998ecf8427e");
  EXPECT_EQ(tester.value("sha1('')"), "da39a3ee5e6b4b0d3255bfef95601890afd80709");
  EXPECT_EQ(tester.value("sha256('')"),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(tester.value("sha384('abc')"),
            "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358bae"
            "ca134c825a7");
  EXPECT_EQ(tester.value("sha512('abc')"),
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c"
            "23a3feebbd454d4423643ce80e2a9ac94fa54ca49f");
  EXPECT_EQ(tester.value("crc32('')"), "0");
  EXPECT_EQ(tester.value("hmac('what do ya want for nothing?', 'Jefe', 'sha1')"),
            "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
  EXPECT_EQ(tester.value("hmac('what do ya want for nothing?', 'Jefe', 'sha256')"),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(FunctionsHash, KeysLongerThanABlockAreHashed) {
  ExpressionTester tester;
  const std::string key = "repeat(chr(97), 200)";
  EXPECT_EQ(tester.value("hmac('x', " + key + ", 'sha256') = hmac('x', " + key + ", 'sha256')"),
            "true");
  EXPECT_EQ(tester.value("hmac('Sample message for keylen=blocklen', repeat('k', 64), 'sha1') <> "
                         "hmac('Sample message for keylen=blocklen', repeat('k', 65), 'sha1')"),
            "true");
  EXPECT_EQ(tester.value("hmac('a', repeat('k', 129), 'sha512') <> hmac('a', '', 'sha512')"),
            "true");
}

TEST(FunctionsHash, EachRowByItself) {
  ExpressionTester tester;
  tester.add({"s", kUtf8Type, {"abc", std::nullopt, "", "d"}});
  tester.add({"k", kUtf8Type, {"md5", "md5", "sha1", "sha3"}});
  EXPECT_EQ(tester.evaluate("left(md5(s), 4)").values, (Values{"9001", "null", "d41d", "8277"}));
  const Outcome outcome = tester.evaluate("hmac(s, 'key', k)");
  EXPECT_EQ(outcome.values[1], "null");
  EXPECT_EQ(outcome.faults.size(), 1U);
  EXPECT_EQ(outcome.faults.at(3), "'sha3' is no kind of digest");
}

}  // namespace
}  // namespace leat::expr
