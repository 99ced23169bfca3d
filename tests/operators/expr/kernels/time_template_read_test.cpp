// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/operators/expr/expression_tester.h"

namespace leat::expr {
namespace {

struct Example {
  std::string expression;
  std::string result;
};

TEST(TimeTemplateRead, DatesAreThoseOfPostgresql) {
  const std::vector<Example> examples = {
      {"to_date('05 Dec 2000', 'DD Mon YYYY')", "2000-12-05"},
      {"to_date('2011 12  18', 'YYYY MM DD')", "2011-12-18"},
      {"to_date('2011x12x18', 'YYYYxMMxDD')", "2011-12-18"},
      {"to_date('20111218', 'YYYYMMDD')", "2011-12-18"},
      {"to_date('2011-12- 18', 'YYYY-MM-DD')", "2011-12-18"},
      {"to_date('2011/12/18', 'YYYY-MM-DD')", "2011-12-18"},
      {"to_date('2011-12-18junk', 'YYYY-MM-DD')", "2011-12-18"},
      {"to_date('3 4 21 01', 'W MM CC YY')", "2001-04-15"},
      {"to_date('2458872', 'J')", "2020-01-23"},
      {"to_date('2000-W05', 'IYYY-\"W\"IW')", "2000-01-31"},
      {"to_date('2005 03 02','YYYY WW')", "2005-01-15"},
      {"to_date('2005527', 'IYYYIWID')", "2006-01-01"},
      {"to_date('2005-527', 'IYYY-IWID')", "2006-01-01"},
      {"to_date('05527', 'IYIWID')", "2006-01-01"},
      {"to_date('2005300', 'IYYYIDDD')", "2005-10-29"},
      {"to_date('2016 365', 'YYYY DDD')", "2016-12-30"},
      {"to_date('2016 366', 'YYYY DDD')", "2016-12-31"},
      {"to_date('95-08-01', 'YY-MM-DD')", "1995-08-01"},
      {"to_date('69-08-01', 'YY-MM-DD')", "2069-08-01"},
      {"to_date('5-08-01', 'Y-MM-DD')", "2005-08-01"},
      {"to_date('995-08-01', 'YYY-MM-DD')", "1995-08-01"},
      {"to_date('1 4 1902', 'Q MM YYYY')", "1902-04-01"},
      {"to_date('January 5, 2026', 'Month DD, YYYY')", "2026-01-05"},
      {"to_date('5th March 2026', 'DDth Month YYYY')", "2026-03-05"},
      {"to_date('15 IV 2026', 'DD RM YYYY')", "2026-04-15"},
      {"to_date('2,026-01-05', 'Y,YYY-MM-DD')", "2026-01-05"},
      {"to_date('1/2/2026', 'MM/DD/YYYY')", "2026-01-02"},
      {"to_date('2026', 'YYYY-MM-DD')", "2026-01-01"},
  };
  for (const Example& example : examples) {
    ExpressionTester tester;
    EXPECT_EQ(tester.value(example.expression), example.result) << example.expression;
  }
}

TEST(TimeTemplateRead, TimestampsAreThoseOfPostgresql) {
  const std::vector<Example> examples = {
      {"to_timestamp('2011-12-18 11:38 PM', 'YYYY-MM-DD HH12:MI PM')", "2011-12-18T23:38:00Z"},
      {"to_timestamp('2011-12-18 23:38:15', 'YYYY-MM-DD HH24:MI:SS')", "2011-12-18T23:38:15Z"},
      {"to_timestamp('2011-12-18 11:38 +05', 'YYYY-MM-DD HH12:MI TZH')", "2011-12-18T06:38:00Z"},
      {"to_timestamp('2011-12-18 11:38 -05:20', 'YYYY-MM-DD HH12:MI TZH:TZM')",
       "2011-12-18T16:58:00Z"},
      {"to_timestamp('2011-12-18 11:38-05', 'YYYY-MM-DD HH12:MI-TZH')", "2011-12-18T06:38:00Z"},
      {"to_timestamp('9-1116', 'Y-MMDD')", "2009-11-16T00:00:00Z"},
      {"to_timestamp('97/Feb/16', 'YY/Mon/DD')", "1997-02-16T00:00:00Z"},
      {"to_timestamp('2011-12-18 11:38:1.5', 'YYYY-MM-DD HH12:MI:SS.MS')",
       "2011-12-18T11:38:01.5Z"},
      {"to_timestamp('2011-12-18 11:38:01.123456', 'YYYY-MM-DD HH24:MI:SS.US')",
       "2011-12-18T11:38:01.123456Z"},
      {"to_timestamp('2011-12-18 11:38:01.123', 'YYYY-MM-DD HH24:MI:SS.FF3')",
       "2011-12-18T11:38:01.123Z"},
      {"to_timestamp('2011$03!18 23_38_15', 'YYYY-MM-DD HH24:MI:SS')", "2011-03-18T23:38:15Z"},
      {"to_timestamp('1985 January 12', 'YYYY FMMonth DD')", "1985-01-12T00:00:00Z"},
      {"to_timestamp('My birthday-> Year: 1976, Month: May, Day: 16', '\"My birthday-> Year:\" "
       "YYYY, \"Month:\" FMMonth, \"Day:\" DD')",
       "1976-05-16T00:00:00Z"},
      {"to_timestamp('1,582nd VIII 21', 'Y,YYYth FMRM DD')", "1582-08-21T00:00:00Z"},
      {"to_timestamp('15 \"text between quote marks\" 98 54 45', 'HH24 \"\\\"text between quote "
       "marks\\\"\" YY MI SS')",
       "1998-01-01T15:54:45Z"},
      {"to_timestamp('05121445482000', 'MMDDHH24MISSYYYY')", "2000-05-12T14:45:48Z"},
      {"to_timestamp('2000January09Sunday', 'YYYYFMMonthDDFMDay')", "2000-01-09T00:00:00Z"},
      {"to_timestamp('97/9/16', 'FXYY/MM/DD')", "1997-09-16T00:00:00Z"},
      {"to_timestamp('2011-12-18 86399', 'YYYY-MM-DD SSSS')", "2011-12-18T23:59:59Z"},
      {"to_timestamp('2015-02-11 10:00:00', 'YYYY-MM-DD HH24:MI:SS')", "2015-02-11T10:00:00Z"},
  };
  for (const Example& example : examples) {
    ExpressionTester tester;
    EXPECT_EQ(tester.value(example.expression), example.result) << example.expression;
  }
}

TEST(TimeTemplateRead, WhatPostgresqlRefusesIsRefused) {
  for (const std::string expression : {
           "to_date('2011-12-18', 'YYYYMMDD')",
           "to_date('2015 366', 'YYYY DDD')",
           "to_date('2016-13-10', 'YYYY-MM-DD')",
           "to_date('2016-02-30', 'YYYY-MM-DD')",
           "to_date('20250101', 'YYYY-MM-DD')",
           "to_date('nonsense', 'YYYY-MM-DD')",
           "to_timestamp('2011-12-18 13:38', 'YYYY-MM-DD HH12:MI')",
           "to_timestamp('19971)24', 'YYYYMMDD')",
           "to_timestamp('199711xy', 'YYYYMMDD')",
           "to_timestamp('10000000000', 'FMYYYY')",
           "to_timestamp('2016-06-13 25:00:00', 'YYYY-MM-DD HH24:MI:SS')",
           "to_timestamp('2016-06-13 15:50:55', 'YYYY-MM-DD HH:MI:SS')",
           "to_timestamp('2020-01-01 12:34:56', 'YYYY-MM-DD \"at\" HH24:MI:SS')",
       }) {
    ExpressionTester tester;
    EXPECT_TRUE(tester.value(expression).starts_with("error: ")) << expression;
  }
}

TEST(TimeTemplateRead, SaysWhatIsWrong) {
  ExpressionTester tester;
  EXPECT_EQ(tester.value("to_date('31.02.2026', 'DD.MM.YYYY')"),
            "error: '31.02.2026' does not have the form 'DD.MM.YYYY': there is no date with year "
            "2026, month 2, day 31");
  EXPECT_EQ(tester.value("to_timestamp('12:30', 'HH24:MI')"),
            "error: '12:30' does not have the form 'HH24:MI': it has no year");
  EXPECT_EQ(tester.value("to_date('x', 'YYYY')"),
            "error: 'x' does not have the form 'YYYY': 'YYYY' needs a number");
  EXPECT_EQ(tester.value("to_date('2026-01', 'YYYY-IW')"),
            "error: the template 'YYYY-IW' cannot be used: years, weeks and days of ISO weeks do "
            "not go together with others");
}

}  // namespace
}  // namespace leat::expr
