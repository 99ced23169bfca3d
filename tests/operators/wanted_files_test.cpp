// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/wanted_files.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/operators/input/source_run.h"

namespace leat {
namespace {

using test::Opt;

constexpr OptionDef kOptions[] = {{.name = "path", .type = OptionType::kTextList, .doc = "Path."},
                                  io::kFolderColumnsOption};

/// A digit for each of the files, of whose paths `c` and `n` are columns.
std::string wanted(const std::string& where) {
  const std::vector<std::string> files{"c=DE/n=1/f", "c=FR/n=2/f", "c=__NULL__/n=3/f"};
  test::OptionDocument document;
  Diagnostics diagnostics;
  const auto options = read_options(kOptions, "path", document.node(Opt("c=*/n=*/f")),
                                    document.scalar("read"), diagnostics);
  io::PathColumns paths = io::PathColumns::find(*options, test::inputs_of(files), diagnostics);
  paths.cast({}, diagnostics);
  EXPECT_TRUE(diagnostics.ok());
  const auto schema = std::make_shared<const Schema>(std::vector<Field>{
      {"price", kInt64Type}, {"c", kUtf8Type}, {"n", kInt64Type}, {"N", kInt64Type}});
  std::string digits;
  for (const bool is : wanted_files(paths, files.size(), document.scalar(where), schema, {}))
    digits += is ? '1' : '0';
  return digits;
}

TEST(WantedFiles, PartsThatPathsDecide) {
  EXPECT_EQ(wanted("c = 'DE'"), "100");
  EXPECT_EQ(wanted("price > 3 and c is distinct from 'DE' and price < 9"), "011");
  EXPECT_EQ(wanted("c = 'DE' or n = 2"), "110");
  EXPECT_EQ(wanted("n in (1, 3) and c is not null"), "100");
}

TEST(WantedFiles, WhatIsNotKnownKeepsThem) {
  EXPECT_EQ(wanted("c = 'DE' or price = 2"), "111");
  EXPECT_EQ(wanted("price = 2"), "111");
  EXPECT_EQ(wanted("1 / (n - 2) > 0"), "011") << "what cannot be computed";
  EXPECT_EQ(wanted("N = 7"), "111") << "a column of the rows";
  EXPECT_EQ(wanted("true and"), "111");
}

}  // namespace
}  // namespace leat
