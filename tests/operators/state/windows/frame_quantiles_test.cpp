// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <limits>
#include <random>

#include <gtest/gtest.h>

#include "tests/support/seed.h"
#include "tests/support/windowed.h"

namespace leat::state {
namespace {

using test::null_cell;
using test::windowed;

TEST(FrameQuantiles, TheMiddleOrBetweenTwo) {
  const int64_t most = std::numeric_limits<int64_t>::max();
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const SchemaRef ints = test::make_schema({{"a", kInt64Type}});
  const SchemaRef floats = test::make_schema({{"f", kFloat64Type}});
  EXPECT_EQ(windowed("median(a) over (rows 2 preceding)", ints,
                     {{null_cell}, {3}, {1}, {null_cell}, {2}, {2}, {most}}),
            "NULL 3 2 2 1.5 2 2");
  EXPECT_EQ(windowed("median(a) = 9223372036854775807.0", ints, {{most}, {most}}), "true true");
  EXPECT_EQ(windowed("median(f) over (rows 1 preceding)", floats,
                     {{1.5}, {-2.5}, {nan}, {1e308}, {1.5e308}, {0.25}}),
            "1.5 -0.5 nan nan 1.25e+308 7.5e+307");
  EXPECT_EQ(windowed("median(f) over (rows 1 preceding)", floats, {{-1e308}, {1e308}}),
            "-1e+308 0");
}

TEST(FrameQuantiles, InTheTypeOfTheAggregate) {
  const SchemaRef decimals = test::make_schema({{"d", Type::decimal(10, 2)}});
  EXPECT_EQ(windowed("quantile_cont(d, 0.25) over (rows 1 preceding)", decimals,
                     {{100}, {200}, {null_cell}, {-300}}),
            "10000000000000000 12500000000000000 20000000000000000 -30000000000000000");
  const SchemaRef texts = test::make_schema({{"s", kUtf8Type}});
  EXPECT_EQ(windowed("quantile_disc(s, 0.5) over (rows 2 preceding)", texts,
                     {{"b"}, {"c"}, {"a"}, {null_cell}, {"d"}}),
            "b b b a a");
  EXPECT_EQ(windowed("quantile_disc(distinct s, 1) over (rows 2 preceding)", texts,
                     {{"b"}, {"b"}, {"a"}, {"a"}}),
            "b b b b");
}

TEST(FrameQuantiles, OfLongFrames) {
  const test::Seed seed;
  std::mt19937_64 random = seed.generator();
  constexpr size_t kFrame = 5000;
  std::vector<test::Row> rows;
  std::vector<int64_t> values;
  std::string wanted;
  for (size_t i = 0; i < 12'000; ++i) {
    values.push_back(static_cast<int64_t>(random() % 100'000));
    rows.push_back({values.back()});
    if (i % 1000 != 999) continue;
    std::vector<int64_t> frame(
        values.end() - static_cast<ptrdiff_t>(std::min(kFrame, values.size())), values.end());
    std::sort(frame.begin(), frame.end());
    const size_t middle = frame.size() / 2;
    wanted += fmt::format("{} ", static_cast<double>(frame[middle - 1] + frame[middle]) / 2);
  }
  const std::string all = windowed(fmt::format("median(a) over (rows {} preceding)", kFrame - 1),
                                   test::make_schema({{"a", kInt64Type}}), rows) +
                          " ";
  std::string seen;
  for (size_t i = 0, begin = 0; i < rows.size(); ++i) {
    const size_t end = all.find(' ', begin);
    if (i % 1000 == 999) seen += all.substr(begin, end - begin + 1);
    begin = end + 1;
  }
  EXPECT_EQ(seen, wanted);
}

}  // namespace
}  // namespace leat::state
