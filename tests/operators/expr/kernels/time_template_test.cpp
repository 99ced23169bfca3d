// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/operators/expr/expression_tester.h"

namespace leat::expr {
namespace {

struct Example {
  std::string expression;
  std::string result;
};

TEST(TimeTemplate, GivesWhatPostgresqlGives) {
  const std::vector<Example> examples = {
      {"to_char(timestamp '2026-03-05 14:07:09.012345', 'YYYY YYY YY Y Y,YYY IYYY IYY IY I CC')",
       "2026 026 26 6 2,026 2026 026 26 6 21"},
      {"to_char(timestamp '2026-03-05 14:07:09.012345', "
       "'MONTH|Month|month|MON|Mon|mon|MM|RM|rm|FMRM')",
       "MARCH    |March    |march    |MAR|Mar|mar|03|III |iii |III"},
      {"to_char(timestamp '2026-03-05 14:07:09.012345', 'DAY|Day|day|DY|Dy|dy|DDD|IDDD|DD|D|ID|J')",
       "THURSDAY |Thursday |thursday |THU|Thu|thu|064|067|05|5|4|2461105"},
      {"to_char(timestamp '2026-03-05 14:07:09.012345', 'HH24 HH12 HH MI SS MS US FF1 FF2 FF3 FF4 "
       "FF5 FF6 SSSS SSSSS AM am A.M. p.m. PM')",
       "14 02 02 07 09 012 012345 0 01 012 0123 01234 012345 50829 50829 PM pm P.M. p.m. PM"},
      {"to_char(timestamp '2026-03-05 14:07:09.012345', 'Q W WW IW AD ad A.D. b.c.')",
       "1 1 10 10 AD ad A.D. a.d."},
      {"to_char(timestamp '2026-03-05 14:07:09.012345', 'FMMM FMDD FMHH12 FMDDD FMYYYY FMMonth "
       "FMDay FMMS FMUS')",
       "3 5 2 64 2026 March Thursday 012 012345"},
      {"to_char(timestamp '2026-03-05 14:07:09.012345', 'DDth DDTH FMDDth YYYYth HH12TH')",
       "05th 05TH 5th 2026th 02ND"},
      {"to_char(timestamp '2026-03-01 00:00:00', 'FMDDst HH12 HH24 AM')", "1st 12 00 AM"},
      {"to_char(timestamp '2026-03-05 12:00:00', 'HH12:MI:SS AM')", "12:00:00 PM"},
      {"to_char(timestamp '2026-03-05', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')", "2026-03-05T00:00:00Z"},
      {"to_char(timestamp '2026-03-05', '\"quarter\" Q \\\"x\\\" yyyy')", "quarter 1 \"x\" 2026"},
      {"to_char(timestamp '0997-12-31', 'FMY,YYY YYYY FMYYYY CC WW IW IYYY')",
       "0,997 0997 997 10 53 52 0997"},
      {"to_char(timestamp '2024-12-30', 'IYYY-IW-ID IDDD')", "2025-01-1 001"},
      {"to_char(timestamp '2026-03-22', 'DDth')", "22nd"},
      {"to_char(timestamp '2026-03-05', 'Dayth')", "Thursday "},
      {"to_char(timestamp '2026-03-05', 'yyyymmdd')", "20260305"},
      {"to_char(timestamp '2026-03-05', 'YYYY年MM月')", "2026年03月"},
      {"to_char(interval '1 year 2 months 3 days 04:05:06.7', 'YYYY MM DD HH24 HH12 MI SS MS US')",
       "0001 02 03 04 04 05 06 700 700000"},
      {"to_char(interval '100 hours', 'HH24:MI:SS HH12 AM')", "100:00:00 04 AM"},
      {"to_char(interval '-3 days -04:05:06', 'DD HH24:MI:SS')", "-3 -04:-05:-06"},
      {"to_char(interval '3 months', 'Q CC WW RM|DDD')", "1 00 13 III |090"},
  };
  for (const Example& example : examples) {
    ExpressionTester tester;
    EXPECT_EQ(tester.value(example.expression), example.result) << example.expression;
  }
}

TEST(TimeTemplate, ZonesAreUtc) {
  ExpressionTester tester;
  EXPECT_EQ(tester.value("to_char(date '2026-03-05', 'TZ tz OF TZH TZM')"), "UTC utc +00 +00 00");
}

}  // namespace
}  // namespace leat::expr
