// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/inline_rows.h"

#include <gtest/gtest.h>

#include "tests/support/operator_fixture.h"

namespace leat {
namespace {

using test::OperatorFixture;
using test::Opt;
using Texts = std::vector<std::string>;

Opt row(std::vector<std::pair<std::string, Opt>> cells) { return Opt::map(std::move(cells)); }

/// The rows of a stage with the columns `types`.
Texts given(const Opt& rows, std::vector<std::pair<std::string, Opt>> types) {
  OperatorFixture fixture;
  const test::Binding binding = test::bind_inputs(
      given_definition(), Opt::map({{"rows", rows}, {"types", Opt::map(std::move(types))}}), {});
  if (!binding.bound) return binding.mistakes;
  const auto& source = *std::get<std::unique_ptr<Source>>(binding.bound->species);
  test::CollectingOutput output(fixture.ledger);
  const auto decoder = source.decoder(fixture.lane());
  io::Split split;
  EXPECT_TRUE(decoder->decode(split, output));
  return output.rows;
}

TEST(InlineRows, GivenRowsHaveTheColumnsOfTheStage) {
  EXPECT_EQ(given(Opt::list({row({{"b", "7"}}), row({{"a", "x"}, {"b", "8"}})}),
                  {{"a", "utf8"}, {"b", "int64"}, {"c", "bool"}}),
            (Texts{"NULL|7|NULL", "x|8|NULL"}));
}

TEST(InlineRows, WhatIsNoColumnAndNoValueIsAMistakeWithItsPlace) {
  EXPECT_EQ(given(Opt::list({row({{"bb", "7"}})}), {{"a", "utf8"}, {"b", "int64"}}),
            (Texts{"the stage has no column 'bb' [bb]"}));
  EXPECT_EQ(given(Opt::list({row({{"b", "7"}}), row({{"b", "seven"}})}), {{"b", "int64"}}),
            (Texts{"the column 'b' is int64, and 'seven' is none [seven]"}));
}

TEST(InlineRows, ListsAreWrittenAsLists) {
  EXPECT_EQ(given(Opt::list({row({{"b", "7"}})}), {{"a", "list<utf8>"}, {"b", "int64"}}),
            (Texts{"NULL|7"}));
  EXPECT_EQ(given(Opt::list({row({{"a", Opt::list({"x", "y"})}})}), {{"a", "list<utf8>"}}),
            (Texts{"[x,y]"}));
  EXPECT_EQ(given(Opt::list({row({{"a", "x"}})}), {{"a", "list<utf8>"}}),
            (Texts{"the column 'a' is list<utf8>, and 'x' is none [x]"}));
}

TEST(InlineRows, NestedCellsAreJson) {
  test::OptionDocument document;
  const OptionNode list =
      document.node(Opt::list({row({{"a", Opt::list({"1", "x"})}, {"b", row({{"c", "true"}})}})}));
  Diagnostics diagnostics;
  const auto rows = read_inline_rows(list, diagnostics);
  ASSERT_TRUE(rows.has_value());
  EXPECT_EQ(rows->columns[0].cells[0], R"([1,"x"])");
  EXPECT_EQ(rows->columns[1].cells[0], R"({"c":true})");
}

}  // namespace
}  // namespace leat
