// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/operators/expr/expression_tester.h"

namespace leat::expr {
namespace {

// As PostgreSQL 15 has them.
TEST(MarkedArithmetic, TimesTurnRoundMidnight) {
  ExpressionTester tester;
  EXPECT_EQ(tester.value("time '23:00' + interval '2 hours'"), "01:00:00");
  EXPECT_EQ(tester.value("interval '2 days 2 hours' + time '23:00'"), "01:00:00");
  EXPECT_EQ(tester.value("time '01:00' - interval '2 hours'"), "23:00:00");
  EXPECT_EQ(tester.value("time '01:00' - time '02:30'"), "-01:30:00");
  EXPECT_EQ(tester.value("date '2026-01-31' + time '24:00'"), "2026-02-01T00:00:00");
  EXPECT_EQ(tester.value("time '24:00' + interval '0 hours'"), "00:00:00");
}

TEST(MarkedArithmetic, AddressesHaveAnEnd) {
  ExpressionTester tester;
  EXPECT_EQ(tester.value("inet '10.0.0.255' + 1"), "10.0.1.0");
  EXPECT_EQ(tester.value("1 + inet '10.0.0.255/8'"), "10.0.1.0/8");
  EXPECT_EQ(tester.value("inet '10.0.1.0' - 1"), "10.0.0.255");
  EXPECT_EQ(tester.value("inet '255.255.255.255' + 1"), "error: inet out of range");
  EXPECT_EQ(tester.value("inet '0.0.0.0' - 1"), "error: inet out of range");
  EXPECT_EQ(tester.value("inet '::ffff:ffff:ffff:ffff' + 1"), "0:0:0:1::");
  EXPECT_EQ(tester.value("inet '10.0.1.0' - inet '10.0.0.255'"), "1");
  EXPECT_EQ(tester.value("inet '10.0.0.255' - inet '10.0.1.0'"), "-1");
  EXPECT_EQ(tester.value("inet 'ffff::' - inet '::'"), "error: bigint out of range");
  EXPECT_EQ(tester.value("inet '::' - inet '0.0.0.0'").substr(0, 6), "error:");
}

TEST(MarkedArithmetic, WhatThereIsNot) {
  ExpressionTester tester;
  EXPECT_EQ(tester.mistakes("time '01:00' + time '02:00'"), "[+] there is no time + time");
  EXPECT_EQ(tester.mistakes("inet '::1' * 2"), "[*] there is no inet * int64");
}

}  // namespace
}  // namespace leat::expr
