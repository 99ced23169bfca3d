// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/expr/kernels/time_zone.h"

#include <gtest/gtest.h>

#include "operators/text/value_parser.h"

namespace leat::expr {
namespace {

int64_t at(std::string_view text) {
  int64_t micros = 0;
  EXPECT_TRUE(io::parse_timestamp(text, micros)) << text;
  return micros;
}

TEST(TimeZone, ByName) {
  EXPECT_TRUE(TimeZone::find("Europe/Berlin"));
  EXPECT_TRUE(TimeZone::find("UTC"));
  EXPECT_FALSE(TimeZone::find("Europe/Atlantis"));
  EXPECT_FALSE(TimeZone::find(""));
}

TEST(TimeZone, ClocksAndInstants) {
  const TimeZone berlin = *TimeZone::find("Europe/Berlin");
  EXPECT_EQ(berlin.clock_at(at("2026-07-01T12:00:00Z")), at("2026-07-01T14:00:00"));
  EXPECT_EQ(berlin.instant_of(at("2026-07-01T14:00:00")), at("2026-07-01T12:00:00Z"));
  EXPECT_EQ(berlin.instant_of(at("2026-01-01T14:00:00.000001")), at("2026-01-01T13:00:00.000001Z"));
  EXPECT_EQ(berlin.instant_of(at("1969-12-31T23:59:59.5")), at("1969-12-31T22:59:59.5Z"));
}

TEST(TimeZone, ClocksThatChange) {
  const TimeZone berlin = *TimeZone::find("Europe/Berlin");
  // Skipped: with the offset before the jump. Shown twice: the second time.
  EXPECT_EQ(berlin.instant_of(at("2026-03-29T02:30:00")), at("2026-03-29T01:30:00Z"));
  EXPECT_EQ(berlin.instant_of(at("2026-10-25T02:30:00")), at("2026-10-25T01:30:00Z"));
}

}  // namespace
}  // namespace leat::expr
