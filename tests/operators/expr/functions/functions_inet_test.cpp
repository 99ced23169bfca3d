// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/operators/expr/expression_tester.h"

namespace leat::expr {
namespace {

TEST(FunctionsInet, OperatorsAskWhatIsWithin) {
  ExpressionTester tester;
  EXPECT_EQ(tester.value("inet '10.1.2.3' << inet '10.1.0.0/16'"), "true");
  EXPECT_EQ(tester.value("inet '10.1.0.0/16' << inet '10.1.0.0/16'"), "false");
  EXPECT_EQ(tester.value("inet '10.1.0.0/16' <<= inet '10.1.0.0/16'"), "true");
  EXPECT_EQ(tester.value("inet '10.0.0.0/8' >> '10.1.0.0/16'"), "true");
  EXPECT_EQ(tester.value("inet '10.0.0.0/8' >>= inet '::/0'"), "false");
  EXPECT_EQ(tester.value("inet '10.0.0.0/8' && inet '10.1.0.0/16'"), "true");
  EXPECT_EQ(tester.value("inet '10.0.0.0/16' && inet '10.1.0.0/16'"), "false");
  EXPECT_EQ(tester.value("1 << 3"), "8");
  EXPECT_EQ(tester.mistakes("1 <<= 3").substr(0, 5), "[1] a");
}

TEST(FunctionsInet, ComparedWithText) {
  ExpressionTester tester;
  EXPECT_EQ(tester.value("inet '10.0.0.9' < '10.0.0.10'"), "true");
  EXPECT_EQ(tester.value("inet '2001:DB8::1' = '2001:db8:0::1'"), "true");
  EXPECT_EQ(tester.value("inet '10.0.0.1' in ('10.0.0.2', '10.0.0.1/32')"), "true");
  EXPECT_EQ(tester.value("greatest(inet '10.0.0.9', '10.0.0.10')"), "10.0.0.10");
  EXPECT_EQ(tester.mistakes("inet '10.0.0.1' = '10.0.0.256'"),
            "['10.0.0.256'] '10.0.0.256' is not a value of type inet");
}

TEST(FunctionsInet, MasksOfAllLengths) {
  ExpressionTester tester;
  EXPECT_EQ(tester.value("netmask(inet '1.2.3.4/0')"), "0.0.0.0");
  EXPECT_EQ(tester.value("hostmask(inet '1.2.3.4')"), "0.0.0.0");
  EXPECT_EQ(tester.value("netmask(inet '::1/20')"), "ffff:f000::");
  EXPECT_EQ(tester.value("broadcast(inet '1.2.3.4/30')"), "1.2.3.7/30");
  EXPECT_EQ(tester.value("text(inet '::1')"), "::1/128");
}

}  // namespace
}  // namespace leat::expr
