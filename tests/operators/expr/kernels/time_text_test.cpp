// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/expr/kernels/time_text.h"

#include <gtest/gtest.h>

#include "operators/expr/kernels/calendar.h"
#include "tests/support/seed.h"

namespace leat::expr {
namespace {

constexpr int64_t kSome = days_of({2026, 3, 5}) * kMicrosPerDay + 15 * kMicrosPerHour +
                          7 * kMicrosPerMinute + 9 * kMicrosPerSecond + 120;

std::string written(const char* format, int64_t micros = kSome, bool zoned = true) {
  std::string wrong;
  const auto parsed = TimeFormat::parse(format, wrong);
  if (!parsed) return "wrong: " + wrong;
  std::string text;
  parsed->write(micros, zoned, text);
  return text;
}

std::string read(const char* text, const char* format) {
  std::string wrong;
  const auto micros = TimeFormat::parse(format, wrong)->read(text);
  return micros ? written("%F %T.%f", *micros) : "none";
}

TEST(TimeText, WritesEveryLetter) {
  EXPECT_EQ(written("%Y-%m-%d %H:%M:%S.%f"), "2026-03-05 15:07:09.000120");
  EXPECT_EQ(written("%F|%T|%R|%D|%h"), "2026-03-05|15:07:09|15:07|03/05/26|Mar");
  EXPECT_EQ(written("%y %j %e %I %p %b %B %a %A"), "26 064  5 03 PM Mar March Thu Thursday");
  EXPECT_EQ(written("%u %w %G %V %s %z 100%%"), "4 4 2026 10 1772723229 +0000 100%");
  EXPECT_EQ(written("%G-W%V-%u", days_of({2027, 1, 1}) * kMicrosPerDay), "2026-W53-5");
  EXPECT_EQ(written("%I%p", 0), "12AM");
  EXPECT_EQ(written("%s.%f", -1), "-1.999999");
  EXPECT_EQ(written("%T%z", kSome, false), "15:07:09") << "a clock is in no zone";
  EXPECT_EQ(written("%Q"), "wrong: %Q");
  EXPECT_EQ(written("50%"), "wrong: %");
}

TEST(TimeText, ReadsWhatItWrites) {
  const test::Seed seed;
  std::mt19937_64 random = seed.generator();
  for (const char* format : {"%F %T.%f", "%d.%m.%Y %I:%M:%S.%f %p", "%j/%Y %T %f", "%s %f",
                             "%A, %e %B %Y %T.%f %z", "%Y%m%d%H%M%S%f", "%f%Y%j%H%M%S", "%s%f"}) {
    std::string wrong;
    const auto parsed = TimeFormat::parse(format, wrong);
    for (int i = 0; i < 500; ++i) {
      const auto range = static_cast<uint64_t>(days_of({9999, 12, 31}) - kDaysMin);
      const int64_t micros = (kDaysMin + static_cast<int64_t>(random() % range)) * kMicrosPerDay +
                             static_cast<int64_t>(random() % static_cast<uint64_t>(kMicrosPerDay));
      std::string text;
      parsed->write(micros, true, text);
      EXPECT_EQ(parsed->read(text), micros) << text;
    }
  }
}

TEST(TimeText, ReadsShorterForms) {
  EXPECT_EQ(read("5/3/26", "%d/%m/%y"), "2026-03-05 00:00:00.000000");
  EXPECT_EQ(read("mar 2026", "%b %Y"), "2026-03-01 00:00:00.000000");
  EXPECT_EQ(read("MARCH 2026", "%b %Y"), "2026-03-01 00:00:00.000000");
  EXPECT_EQ(read("7:05:01.5", "%H:%M:%S.%f"), "1970-01-01 07:05:01.500000");
  EXPECT_EQ(read("10:00 +02:30", "%H:%M %z"), "1970-01-01 07:30:00.000000");
  EXPECT_EQ(read("10:00 -01", "%H:%M %z"), "1970-01-01 11:00:00.000000");
  EXPECT_EQ(read("12 am", "%I %p"), "1970-01-01 00:00:00.000000");
}

TEST(TimeText, PartsMayStandSideBySide) {
  EXPECT_EQ(read("20250102", "%Y%m%d"), "2025-01-02 00:00:00.000000");
  EXPECT_EQ(read("20250102030405", "%Y%m%d%H%M%S"), "2025-01-02 03:04:05.000000");
  EXPECT_EQ(read("20250102030405678901", "%Y%m%d%H%M%S%f"), "2025-01-02 03:04:05.678901");
  EXPECT_EQ(read("20250102T030405Z", "%Y%m%dT%H%M%S%z"), "2025-01-02 03:04:05.000000");
  EXPECT_EQ(read("2025033", "%Y%j"), "2025-02-02 00:00:00.000000");
  EXPECT_EQ(read("202512", "%Y%m"), "2025-12-01 00:00:00.000000");
  EXPECT_EQ(read("2025 9", "%Y%e"), "2025-01-09 00:00:00.000000");
  EXPECT_EQ(read("20250012", "%Y00%m"), "2025-12-01 00:00:00.000000");
  EXPECT_EQ(read("1700000000123456", "%s%f"), "2023-11-14 22:13:20.123456");
  EXPECT_EQ(read("1234501-01", "%Y%m-%d"), "12345-01-01 00:00:00.000000");
  EXPECT_EQ(read("202501", "%Y%m%d"), "none");
}

TEST(TimeText, WeeksAndBareNumbers) {
  const auto write = [](const std::string& time, std::string_view format) {
    std::string wrong;
    const std::optional<int64_t> micros = TimeFormat::parse("%F %T", wrong)->read(time);
    std::string text;
    TimeFormat::parse(format, wrong)->write(micros.value_or(0), false, text);
    return text;
  };
  EXPECT_EQ(write("2026-03-05 07:08:09", "%-d.%-m.%Y %-H:%-M:%-S %-I %-j %-e"),
            "5.3.2026 7:8:9 7 64 5");
  EXPECT_EQ(write("2026-01-01 00:00:00", "%-H %-y %U %W %g %V"), "0 26 00 00 26 01");
  EXPECT_EQ(write("2023-01-01 00:00:00", "%U %W"), "01 00");
  EXPECT_EQ(write("2024-01-01 00:00:00", "%U %W"), "00 01");
  EXPECT_EQ(write("2024-12-30 00:00:00", "%U %W %g"), "52 53 25");
  EXPECT_EQ(read("5.3.2026", "%-d.%-m.%Y"), "2026-03-05 00:00:00.000000");
  std::string wrong;
  EXPECT_FALSE(TimeFormat::parse("%-Q", wrong));
  EXPECT_EQ(wrong, "%-Q");
}

TEST(TimeText, RefusesWhatIsNoTime) {
  EXPECT_EQ(read("2026-02-29", "%F"), "none");
  EXPECT_EQ(read("2026-13-01", "%F"), "none");
  EXPECT_EQ(read("2026-01-01x", "%F"), "none");
  EXPECT_EQ(read("2026-01", "%F"), "none");
  EXPECT_EQ(read("24:00", "%R"), "none");
  EXPECT_EQ(read("13 pm", "%I %p"), "none");
  EXPECT_EQ(read("366 2025", "%j %Y"), "none");
  EXPECT_EQ(read("Foo 2026", "%b %Y"), "none");
  EXPECT_EQ(read("", "%Y"), "none");
  EXPECT_EQ(read("9999999999999", "%s"), "none") << "beyond the calendar";
}

}  // namespace
}  // namespace leat::expr
