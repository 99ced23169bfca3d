// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/targets/path_pattern.h"

#include <gtest/gtest.h>

#include "tests/support/operator_fixture.h"

namespace leat::io {
namespace {

using test::make_batch;
using test::make_schema;
using test::null_cell;
using test::OperatorFixture;

const SchemaRef kSchema = make_schema({{"id", kInt64Type}, {"Name", kUtf8Type}});

std::optional<PathPattern> read(const std::string& path, Diagnostics& diagnostics) {
  return PathPattern::read(SourceText(path, {}, {}), *kSchema, diagnostics);
}

PathPattern pattern(const std::string& path) {
  Diagnostics diagnostics;
  auto read_pattern = read(path, diagnostics);
  EXPECT_TRUE(read_pattern) << path;
  return *read_pattern;
}

std::string error_of(const std::string& path) {
  Diagnostics diagnostics;
  EXPECT_FALSE(read(path, diagnostics));
  return diagnostics.count() == 1 ? diagnostics.errors()[0].message : "not one error";
}

std::string escaped(std::string_view value) {
  std::string name;
  put_escaped(value, name);
  return name;
}

TEST(PathPattern, PathsWithoutPlaceholdersArePlain) {
  EXPECT_FALSE(pattern("out/x.csv").is_many());
  EXPECT_EQ(pattern("out/x.csv").plain(), "out/x.csv");
  EXPECT_EQ(pattern("{{x}}/}}{{").plain(), "{x}/}{");
}

TEST(PathPattern, NamesAreMadeOfValuesAndParts) {
  OperatorFixture fixture;
  const Batch batch = make_batch(fixture.memory, kSchema, {{7, "a/b"}, {null_cell, ""}});
  const PathPattern many = pattern("out/{name}/{id}-{part:03}.csv");
  std::string name;
  ASSERT_TRUE(many.put_name(batch, 0, name));
  EXPECT_EQ(many.path_of(name, 12), "out/a%2Fb/7-012.csv");
  EXPECT_EQ(many.path_of(name, 12345), "out/a%2Fb/7-12345.csv");
  name.clear();
  ASSERT_TRUE(many.put_name(batch, 1, name));
  EXPECT_EQ(many.path_of(name, 0), "out/__EMPTY__/__NULL__-000.csv");
}

TEST(PathPattern, ColumnsOfFoldersAreTold) {
  EXPECT_EQ(pattern("o/id={id}/{name}.csv").folder_columns(), std::vector<size_t>{0});
  EXPECT_EQ(pattern("id={id}/{name}/x").folder_columns(), std::vector<size_t>{0});
  EXPECT_TRUE(pattern("o/id={id}.csv").folder_columns().empty());
  EXPECT_TRUE(pattern("o/={id}/x").folder_columns().empty());
  EXPECT_TRUE(pattern("o/id={id}x/x").folder_columns().empty());
  EXPECT_EQ(pattern("{name}/{id}/{Name}").columns(), (std::vector<size_t>{1, 0}));
}

TEST(PathPattern, TheFolderIsWhatNoValueChanges) {
  EXPECT_EQ(pattern("a/b/{id}.csv").folder(), "a/b");
  EXPECT_EQ(pattern("a/b{id}/c/d.csv").folder(), "a");
  EXPECT_EQ(pattern("{id}.csv").folder(), ".");
  EXPECT_EQ(pattern("/{id}").folder(), "/");
}

TEST(PathPattern, NoNameIsLongerThanFilesCanHave) {
  OperatorFixture fixture;
  const Batch batch =
      make_batch(fixture.memory, kSchema, {{1, std::string(251, 'x')}, {2, std::string(252, 'x')}});
  std::string name;
  EXPECT_TRUE(pattern("o/{name}.csv").put_name(batch, 0, name));
  EXPECT_FALSE(pattern("o/{name}.csv").put_name(batch, 1, name));
  EXPECT_FALSE(pattern("o/{name}{part:05}").put_name(batch, 0, name));
}

TEST(PathPattern, EveryMistakeIsNamed) {
  EXPECT_EQ(error_of("{nam}.csv"), "the input has no column 'nam'");
  EXPECT_EQ(error_of("{id.csv"), "this '{' has no '}'");
  EXPECT_EQ(error_of("id}.csv"), "this '}' has no '{'");
  EXPECT_EQ(error_of("{}.csv"), "'{}' names no column");
  EXPECT_EQ(error_of("{part:5}"), "'{part:5}' is no number of a part");
  EXPECT_EQ(error_of("{part:0}"), "'{part:0}' is no number of a part");
  EXPECT_EQ(error_of("{part}{part}"), "the part stands in the path twice");
  EXPECT_EQ(error_of("{id:%Y}"), "'{id:%Y}' is no placeholder");
}

TEST(PathPattern, TextOfParametersStandsForItself) {
  using Piece = SourceText::Piece;
  const SourceText path("a{id}-{id}", {0, 20},
                        {Piece{0, 0}, Piece{1, 1, true}, Piece{5, 9}, Piece{10, 14}});
  Diagnostics diagnostics;
  const auto read_pattern = PathPattern::read(path, *kSchema, diagnostics);
  ASSERT_TRUE(read_pattern);
  OperatorFixture fixture;
  std::string name;
  read_pattern->put_name(make_batch(fixture.memory, kSchema, {{3, "x"}}), 0, name);
  EXPECT_EQ(name, "a{id}-3");
}

TEST(PutEscaped, ValuesCannotLeadAnywhere) {
  EXPECT_EQ(escaped(".."), "%2E.");
  EXPECT_EQ(escaped("a/../b"), "a%2F..%2Fb");
  EXPECT_EQ(escaped("\\:*?\"<>|%="), "%5C%3A%2A%3F%22%3C%3E%7C%25%3D");
  EXPECT_EQ(escaped(std::string_view("a\0\n\x7f", 4)), "a%00%0A%7F");
  EXPECT_EQ(escaped("\xc2\x85\xc3\xa4"), "%C2%85\xc3\xa4");
  EXPECT_EQ(escaped("  a b "), "%20%20a b%20");
  EXPECT_EQ(escaped("   "), "%20%20%20");
  EXPECT_EQ(escaped("a.b."), "a.b.");
}

TEST(PutEscaped, DifferentValuesHaveDifferentNames) {
  EXPECT_EQ(escaped(""), "__EMPTY__");
  EXPECT_EQ(escaped("__EMPTY__"), "%5F_EMPTY__");
  EXPECT_EQ(escaped("__NULL__"), "%5F_NULL__");
  EXPECT_EQ(escaped("__NULL__x"), "__NULL__x");
}

}  // namespace
}  // namespace leat::io
