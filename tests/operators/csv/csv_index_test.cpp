// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/csv/csv_index.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/operators/csv/csv_reference.h"
#include "tests/support/operator_fixture.h"
#include "tests/support/seed.h"

namespace leat::io {
namespace {

/// `text` as a split that begins at `begin` of its chunk and is followed by quotes.
Split split_of(test::OperatorFixture& fixture, const std::string& text, size_t begin) {
  Split split;
  split.input = std::make_shared<Input>(Input{"x.csv", 0});
  split.chunk = *fixture.memory.allocate(begin + text.size() + kBlockBytes);
  std::fill_n(split.chunk->mutable_as<char>(), begin + text.size() + kBlockBytes, '"');
  std::copy(text.begin(), text.end(), split.chunk->mutable_as<char>() + begin);
  split.begin = static_cast<uint32_t>(begin);
  split.end = static_cast<uint32_t>(begin + text.size());
  return split;
}

TEST(CsvIndex, FindsSeparatorsOfWholeRecords) {
  test::OperatorFixture fixture;
  const Split split = split_of(fixture, "a,b\n\"x\n\",d\nlast", 0);
  CsvIndex index({}, fixture.memory);
  index.begin(split);
  CsvWindow window;
  ASSERT_TRUE(*index.next(window));
  EXPECT_EQ(window.records, 3u);
  EXPECT_EQ(
      std::vector<uint32_t>(window.separators - 1, window.separators + window.separator_count),
      (std::vector<uint32_t>{~uint32_t{0}, 1, 3, 8, 10, 15}));
  EXPECT_TRUE(window.unterminated);
  EXPECT_FALSE(window.unclosed);
  EXPECT_FALSE(window.non_ascii);
  EXPECT_FALSE(*index.next(window));
}

TEST(CsvIndex, AnEmptySplitHasNoWindow) {
  test::OperatorFixture fixture;
  const Split split = split_of(fixture, "", 5);
  CsvIndex index({}, fixture.memory);
  index.begin(split);
  CsvWindow window;
  EXPECT_FALSE(*index.next(window));
}

TEST(CsvIndex, WindowsJoinToTheWholeText) {
  const test::Seed seed;
  std::mt19937_64 random = seed.generator();
  for (int round = 0; round < 30; ++round) {
    test::OperatorFixture fixture;
    std::string text;
    const size_t width = round % 3 == 0 ? 1 : round % 3 == 1 ? 40 : 3000;
    while (text.size() < 600'000)
      text +=
          test::random_csv_soup(random, {}, random() % (2 * width)) + (random() % 2 ? "\n" : ",");
    const size_t begin = random() % 100;
    const Split split = split_of(fixture, text, begin);
    const auto expected = test::ReferenceParser(text, {}).parse();
    CsvIndex index({}, fixture.memory);
    index.begin(split);
    CsvWindow window;
    size_t record = 0;
    while (*index.next(window)) {
      ASSERT_GT(window.records, 0u);
      ASSERT_LE(window.records, kBatchRowsMax);
      ASSERT_LT(record, expected.size());
      ASSERT_EQ(window.begin(), begin + expected[record].begin);
      size_t separators = 0;
      for (size_t i = 0; i < window.records; ++i) separators += expected[record++].fields.size();
      ASSERT_EQ(window.separator_count, separators);
    }
    ASSERT_EQ(record, expected.size());
  }
}

TEST(CsvIndex, OneRecordOfManyFieldsGrowsTheIndex) {
  test::OperatorFixture fixture;
  const Split split = split_of(fixture, std::string(1'000'000, ',') + "\nx\n", 0);
  CsvIndex index({}, fixture.memory);
  index.begin(split);
  CsvWindow window;
  ASSERT_TRUE(*index.next(window));
  EXPECT_EQ(window.separator_count, 1'000'002u);
}

TEST(CsvIndex, RefusedMemoryIsAnError) {
  test::OperatorFixture fixture(size_t{4} << 20);
  const Split split = split_of(fixture, std::string(2'000'000, ','), 0);
  CsvIndex index({}, fixture.memory);
  index.begin(split);
  CsvWindow window;
  const auto result = index.next(window);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kMemory);
}

}  // namespace
}  // namespace leat::io
