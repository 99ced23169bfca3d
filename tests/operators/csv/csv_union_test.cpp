// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/csv/csv_union.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace leat::io {
namespace {

using ::testing::ElementsAre;

constexpr size_t kAbsent = CsvLayout::kAbsent;

/// A file with one row.
CsvFileColumns file(std::vector<std::string> names, const std::vector<std::string>& values) {
  CsvFileColumns result{names, names, values.size(), {}};
  for (const std::string& value : values) result.sniffers.emplace_back().add(value);
  return result;
}

std::vector<std::string> types(const CsvUnion& all) {
  std::vector<std::string> types;
  for (const TypeSniffer& sniffer : all.sniffers()) types.push_back(to_string(sniffer.type()));
  return types;
}

/// Of all columns.
std::vector<std::vector<size_t>> positions(const CsvUnion& all) {
  std::vector<CsvColumn> columns;
  for (size_t i = 0; i < all.columns(); ++i) columns.push_back({{"c", kUtf8Type}, i});
  std::vector<std::vector<size_t>> positions;
  for (const CsvLayout& layout : all.layouts(columns)) positions.push_back(layout.positions);
  return positions;
}

TEST(CsvUnion, ByNameInTheOrderOfFirstAppearance) {
  CsvUnion all(ColumnsBy::kName);
  all.add(file({"id", "price"}, {"1", "2"}));
  all.add(file({}, {}));
  all.add(file({"price", "city", "id"}, {"2.5", "Bath", "x"}));
  EXPECT_THAT(all.names(), ElementsAre("id", "price", "city"));
  EXPECT_THAT(types(all), ElementsAre("utf8", "float64", "utf8"));
  EXPECT_THAT(positions(all),
              ElementsAre(ElementsAre(0, 1, kAbsent), ElementsAre(kAbsent, kAbsent, kAbsent),
                          ElementsAre(2, 0, 1)));
  const auto headers = all.headers();
  EXPECT_THAT(headers[2].names, ElementsAre("price", "city", "id"));
  EXPECT_EQ(headers[2].columns, 3u);
}

TEST(CsvUnion, ByPositionWithTheFirstNames) {
  CsvUnion all(ColumnsBy::kPosition);
  all.add(file({"id", "price"}, {"1", "2"}));
  all.add(file({"nr", "Preis", "Ort"}, {"1", "2.5", "Bath"}));
  EXPECT_THAT(all.names(), ElementsAre("id", "price", "Ort"));
  EXPECT_THAT(types(all), ElementsAre("int64", "float64", "utf8"));
  EXPECT_THAT(positions(all), ElementsAre(ElementsAre(0, 1, kAbsent), ElementsAre(0, 1, 2)));
}

TEST(CsvUnion, OfNamesThatStandTwiceTheLastCounts) {
  CsvUnion all(ColumnsBy::kName);
  all.add(file({"a", "b", "a"}, {"x", "1", "2"}));
  EXPECT_THAT(all.names(), ElementsAre("a", "b"));
  EXPECT_THAT(types(all), ElementsAre("int64", "int64"));
  EXPECT_THAT(positions(all), ElementsAre(ElementsAre(2, 1)));
}

TEST(CsvUnion, FilesWithoutHeaders) {
  CsvUnion all(ColumnsBy::kPosition);
  all.add(file({}, {"1"}));
  all.add(file({}, {"2", "x"}));
  EXPECT_TRUE(all.names().empty());
  EXPECT_EQ(all.columns(), 2u);
}

TEST(NumberNames, TheNextFreeNumber) {
  EXPECT_THAT(number_names({"x", "x", "x_2", "x"}), ElementsAre("x", "x_3", "x_2", "x_4"));
}

}  // namespace
}  // namespace leat::io
