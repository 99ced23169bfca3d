// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/text/type_sniffer.h"

#include <initializer_list>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace leat::io {
namespace {

std::string guess(std::initializer_list<std::string_view> texts) {
  TypeSniffer sniffer;
  for (const std::string_view text : texts) sniffer.add(text);
  return to_string(sniffer.type());
}

TEST(TypeSniffer, NothingIsText) { EXPECT_EQ(guess({}), "utf8"); }

TEST(TypeSniffer, IntegersMustRoundTrip) {
  EXPECT_EQ(guess({"0", "-1", "9223372036854775807"}), "int64");
  EXPECT_EQ(guess({"1", "00123"}), "utf8");
  EXPECT_EQ(guess({"+1"}), "utf8");
  EXPECT_EQ(guess({" 1"}), "utf8");
  EXPECT_EQ(guess({"9223372036854775808"}), "utf8");
  EXPECT_EQ(guess({"1,5"}), "utf8");
}

TEST(TypeSniffer, FractionsAreFloat64) {
  EXPECT_EQ(guess({"1.5", "-0.25", "1e5", "2.5E-3"}), "float64");
  EXPECT_EQ(guess({"1", "2.5"}), "float64");
  EXPECT_EQ(guess({"1", "-0"}), "float64");
  EXPECT_EQ(guess({"9007199254740993", "2.5"}), "utf8") << "the integer would be rounded";
  EXPECT_EQ(guess({"0.123456789012345678"}), "utf8") << "the digits would be lost";
  EXPECT_EQ(guess({"01.5"}), "utf8");
  EXPECT_EQ(guess({".5"}), "utf8");
  EXPECT_EQ(guess({"5."}), "utf8");
  EXPECT_EQ(guess({"nan"}), "utf8") << "it is written NaN";
  EXPECT_EQ(guess({"1e400"}), "utf8");
  EXPECT_EQ(guess({"1e-400"}), "utf8");
}

TEST(TypeSniffer, FractionsMustReadBack) {
  EXPECT_EQ(guess({"75426800250041.57"}), "utf8") << "16 digits that no float64 has";
  EXPECT_EQ(guess({"815699643862929.46"}), "utf8");
  EXPECT_EQ(guess({"0.3333333333333333", "5e-324", "1.7976931348623157e308"}), "float64");
  EXPECT_EQ(guess({"0.10000000000000001"}), "utf8");
  EXPECT_EQ(guess({"1.50", "100.0", "0.00", "1e+05", "0.00120E3"}), "float64");
}

TEST(TypeSniffer, WordsOfFloat64AsTheyAreWritten) {
  EXPECT_EQ(guess({"NaN", "1.5", "-Infinity"}), "float64");
  EXPECT_EQ(guess({"1", "NaN"}), "float64");
  EXPECT_EQ(guess({"9007199254740993", "NaN"}), "utf8");
  EXPECT_EQ(guess({"NaN", "x"}), "utf8");
}

TEST(TypeSniffer, TimesFinerThanMicroseconds) {
  EXPECT_EQ(guess({"2026-01-31T10:00:00.1234567"}), "utf8");
  EXPECT_EQ(guess({"2026-01-31T10:00:00.123456000"}), "timestamp");
  TypeSniffer sniffer;
  sniffer.add("2026-01-31T10:00:00.1234567");
  sniffer.add("2026-01-31");
  EXPECT_EQ(to_string(sniffer.type(true)), "timestamp");
  EXPECT_EQ(to_string(sniffer.type()), "utf8");
}

TEST(TypeSniffer, Times) {
  EXPECT_EQ(guess({"2026-01-31", "0001-01-01"}), "date");
  EXPECT_EQ(guess({"0000-01-01"}), "utf8");
  EXPECT_EQ(guess({"2026-02-30"}), "utf8");
  EXPECT_EQ(guess({"2026-01-31T10:00:00", "2026-01-31 10:00"}), "timestamp");
  EXPECT_EQ(guess({"2026-01-31T10:00:00Z", "2026-01-31 10:00+02"}), "timestamptz");
  EXPECT_EQ(guess({"2026-01-31T10:00:00Z", "2026-01-31 10:00"}), "utf8");
  EXPECT_EQ(guess({"2026-01-31T10:00:00Z", "2026-01-31"}), "utf8");
  EXPECT_EQ(guess({"2026-01-31", "2026-01-31 10:00:00"}), "timestamp");
  EXPECT_EQ(guess({"31.01.2026"}), "utf8");
}

TEST(TypeSniffer, Booleans) {
  EXPECT_EQ(guess({"true", "FALSE", "True"}), "bool");
  EXPECT_EQ(guess({"true", "0"}), "utf8");
  EXPECT_EQ(guess({"yes", "no"}), "utf8");
  EXPECT_EQ(guess({"0", "1"}), "int64");
}

TEST(TypeSniffer, OneTextMakesAllText) { EXPECT_EQ(guess({"1", "2", "x", "3"}), "utf8"); }

TEST(TypeSniffer, NumbersThatAreNone) {
  TypeSniffer sniffer;
  sniffer.add_no_number("2026-01-31");
  EXPECT_EQ(to_string(sniffer.type()), "date");
  sniffer.add_no_number("1.5");
  EXPECT_EQ(to_string(sniffer.type()), "utf8");
}

TEST(TypeSniffer, WhatTwoHaveSeen) {
  TypeSniffer integers;
  integers.add("1");
  TypeSniffer fractions;
  fractions.add("1.5");
  TypeSniffer nothing;
  integers.merge(nothing);
  EXPECT_EQ(to_string(integers.type()), "int64");
  nothing.merge(integers);
  EXPECT_EQ(to_string(nothing.type()), "int64");
  integers.merge(fractions);
  EXPECT_EQ(to_string(integers.type()), "float64");
}

}  // namespace
}  // namespace leat::io
