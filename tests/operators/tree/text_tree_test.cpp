// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/tree/text_tree.h"

#include <gtest/gtest.h>

namespace leat::io {
namespace {

using Members = std::vector<TextTree::Member>;

TextTree map(Members members) { return TextTree::of_members(std::move(members)); }
TextTree text(std::string value) { return TextTree::of(std::move(value)); }

std::string columns_of(const std::vector<TextTree>& records) {
  TreeShape shape;
  for (const TextTree& record : records) shape.add(record);
  std::string out;
  for (const Field& field : shape.fields())
    out += (out.empty() ? "" : ", ") + field.name + ' ' + to_string(field.type);
  return out;
}

std::string json_of(const TextTree& record, const std::vector<Field>& known) {
  std::string out;
  append_record(record, known, out);
  return out;
}

TEST(TextTree, TypesAreGuessedAsInCsv) {
  EXPECT_EQ(columns_of({map({{"a", text("1")}, {"b", text("007")}, {"c", text("2025-01-02")}}),
                        map({{"a", text("2.5")}, {"d", text("true")}, {"c", TextTree()}})}),
            "a float64, b utf8, c date, d bool");
}

TEST(TextTree, FieldsThatNest) {
  EXPECT_EQ(columns_of({map({{"a", text("1")}}), map({{"a", text("1")}, {"a", text("2")}}),
                        map({{"b", map({{"c", text("x")}, {"c", TextTree()}})}})}),
            "a list<int64>, b struct<c list<utf8>>");
  EXPECT_EQ(columns_of({map({{"a", text("1")}}), map({{"a", map({{"b", text("1")}})}})}), "a json");
  Members many;
  for (int i = 0; i < 201; ++i) many.emplace_back("x" + std::to_string(i), text("1"));
  EXPECT_EQ(columns_of({map({{"a", map(many)}})}), "a json");
}

TEST(TextTree, JsonThatFitsTheColumns) {
  const std::vector<Field> known = {
      {"a", kInt64Type}, {"b", Type::list(kUtf8Type)}, {"c", kBoolType}, {"d", kJsonType}};
  EXPECT_EQ(json_of(map({{"a", text("007")}, {"b", text("x\"y")}, {"c", text("TRUE")}}), known),
            R"({"a":7,"b":["x\"y"],"c":true})");
  EXPECT_EQ(
      json_of(map({{"a", text("+7")}, {"d", map({{"e", text("1")}, {"f", text("01")}})}}), known),
      R"({"a":7,"d":{"e":1,"f":"01"}})");
  EXPECT_EQ(json_of(map({{"a", text("")}, {"b", TextTree()}, {"c", text("x")}}), known),
            R"({"a":null,"b":null,"c":"x"})");
  EXPECT_EQ(json_of(map({{"a", text("-0.50")}, {"z", text("1")}}), known), R"({"a":-0.50,"z":1})");
  EXPECT_EQ(json_of(map({{"a", text("-00.5")}}), known), R"({"a":-0.5})");
  EXPECT_EQ(json_of(map({{"a", text("000")}}), known), R"({"a":0})");
}

}  // namespace
}  // namespace leat::io
