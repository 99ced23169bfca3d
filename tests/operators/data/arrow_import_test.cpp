// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Arrays made by hand, in the layouts that leat itself never writes. tests/arrow/ has arrays made
// by Arrow's own library.
#include "operators/data/arrow_import.h"

#include <cstring>
#include <deque>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/operator_fixture.h"

namespace leat {
namespace {

using test::rows_of;
using ::testing::ElementsAre;

/// An array made by hand, with its schema; counts releases.
struct Made {
  ArrowSchema schema{};
  ArrowArray array{};
  std::string format;
  std::string name = "c";
  std::vector<std::string> data;  // bytes of the buffers, stable
  std::vector<const void*> buffers;
  std::vector<ArrowSchema*> child_schemas;
  std::vector<ArrowArray*> child_arrays;
  int releases = 0;
};

class ArrowImportTest : public ::testing::Test {
 protected:
  template <typename T>
  static std::string bytes(const std::vector<T>& values) {
    return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)};
  }
  /// A column. The first buffer is the validity, empty for none.
  Made& column(std::string format, int64_t length, std::vector<std::string> data,
               std::vector<Made*> children = {}) {
    Made& made = made_.emplace_back();
    made.format = std::move(format);
    made.data = std::move(data);
    for (size_t i = 0; i < made.data.size(); ++i)
      made.buffers.push_back(i == 0 && made.data[0].empty() ? nullptr : made.data[i].data());
    for (Made* child : children) {
      made.child_schemas.push_back(&child->schema);
      made.child_arrays.push_back(&child->array);
    }
    made.schema.format = made.format.c_str();
    made.schema.name = made.name.c_str();
    made.schema.n_children = made.array.n_children = static_cast<int64_t>(children.size());
    made.schema.children = made.child_schemas.data();
    made.array.children = made.child_arrays.data();
    made.array.length = length;
    made.array.n_buffers = static_cast<int64_t>(made.buffers.size());
    made.array.buffers = made.buffers.data();
    made.array.private_data = &made.releases;
    made.array.release = [](ArrowArray* array) {
      ++*static_cast<int*>(array->private_data);
      array->release = nullptr;
    };
    return made;
  }
  /// Rows of a batch with this one column, or the error.
  std::vector<std::string> import(Made& only) {
    Made& top = column("+s", only.array.length, {""}, {&only});
    const auto batch = import_batch(top.schema, &top.array, fixture_.memory);
    EXPECT_EQ(top.releases, 1);
    if (!batch) return {batch.error().message};
    return rows_of(*batch);
  }
  std::string type(Made& made) {
    const auto result = import_type(made.schema);
    return result ? to_string(*result) : result.error().message;
  }

  std::deque<Made> made_;
  test::OperatorFixture fixture_;
};

TEST_F(ArrowImportTest, IntegersOfEveryWidth) {
  const std::string valid("\5", 1);  // rows 0 and 2
  EXPECT_THAT(import(column("c", 3, {valid, bytes<int8_t>({-1, 0, 127})})),
              ElementsAre("-1", "NULL", "127"));
  EXPECT_THAT(import(column("C", 1, {"", bytes<uint8_t>({255})})), ElementsAre("255"));
  EXPECT_THAT(import(column("s", 1, {"", bytes<int16_t>({-300})})), ElementsAre("-300"));
  EXPECT_THAT(import(column("S", 1, {"", bytes<uint16_t>({65535})})), ElementsAre("65535"));
  EXPECT_THAT(import(column("i", 1, {"", bytes<int32_t>({INT32_MIN})})),
              ElementsAre("-2147483648"));
  EXPECT_THAT(import(column("I", 1, {"", bytes<uint32_t>({UINT32_MAX})})),
              ElementsAre("4294967295"));
  EXPECT_THAT(import(column("L", 1, {"", bytes<uint64_t>({INT64_MAX})})),
              ElementsAre("9223372036854775807"));
  EXPECT_THAT(import(column("L", 1, {"", bytes<uint64_t>({UINT64_MAX})})),
              ElementsAre("a value cannot be kept exactly: a uint64 is out of range"));
}

TEST_F(ArrowImportTest, TextInEveryLayout) {
  EXPECT_THAT(import(column("u", 3, {"\3", bytes<int32_t>({0, 1, 3, 9}), "abcgarbage"})),
              ElementsAre("a", "bc", "NULL"));
  EXPECT_THAT(import(column("U", 2, {"", bytes<int64_t>({3, 3, 5}), "xxxyz"})),
              ElementsAre("", "yz"));
  EXPECT_THAT(import(column("w:2", 2, {"", "abcd"})), ElementsAre("ab", "cd"));
  std::string views = bytes<int32_t>({2});
  views += std::string("hi\0\0\0\0\0\0\0\0\0\0", 12);
  views += bytes<int32_t>({14}) + "long" + bytes<int32_t>({0, 1});
  EXPECT_THAT(import(column("vu", 2, {"", views, " long text here", bytes<int64_t>({15})})),
              ElementsAre("hi", "long text here"));
  EXPECT_THAT(import(column("vu", 2, {"", views, " long text her", bytes<int64_t>({14})})),
              ElementsAre("the Arrow array is wrong: a view points outside of its buffers"));
  EXPECT_THAT(import(column("u", 1, {"", bytes<int32_t>({2, 1}), "abc"})),
              ElementsAre("the Arrow array is wrong: offsets of text do not ascend"));
  EXPECT_THAT(import(column("u", 1, {"", bytes<int32_t>({0, 1}), "\xFF"})),
              ElementsAre("a text is not UTF-8"));
}

TEST_F(ArrowImportTest, OffsetsOfArraysAndOfStructsAddUp) {
  Made& inner = column("l", 2, {"", bytes<int64_t>({0, 1, 2, 3, 4, 5})});
  inner.array.offset = 1;
  inner.array.length = 5;
  Made& outer = column("+s", 2, {std::string("\13", 1)}, {&inner});
  outer.array.offset = 2;
  EXPECT_THAT(import(outer), ElementsAre("NULL", "{4}"));
}

TEST_F(ArrowImportTest, ListsInEveryLayout) {
  const auto elements = [&]() -> Made& {
    return column("l", 6, {"", bytes<int64_t>({0, 1, 2, 3, 4, 5})});
  };
  EXPECT_THAT(import(column("+l", 3, {"\5", bytes<int32_t>({0, 2, 4, 5})}, {&elements()})),
              ElementsAre("[0,1]", "NULL", "[4]"));
  EXPECT_THAT(import(column("+L", 1, {"", bytes<int64_t>({5, 6})}, {&elements()})),
              ElementsAre("[5]"));
  EXPECT_THAT(import(column("+w:3", 2, {""}, {&elements()})), ElementsAre("[0,1,2]", "[3,4,5]"));
  EXPECT_THAT(
      import(column("+vl", 2, {"", bytes<int32_t>({4, 0}), bytes<int32_t>({2, 3})}, {&elements()})),
      ElementsAre("[4,5]", "[0,1,2]"));
  EXPECT_THAT(
      import(column("+vL", 1, {"", bytes<int64_t>({1}), bytes<int64_t>({0})}, {&elements()})),
      ElementsAre("[]"));
  EXPECT_THAT(import(column("+l", 1, {"", bytes<int32_t>({0, 7})}, {&elements()})),
              ElementsAre("the Arrow array is wrong: offsets of lists are wrong"));
}

TEST_F(ArrowImportTest, DictionariesAreLookedUp) {
  Made& words = column("u", 2, {"", bytes<int32_t>({0, 3, 6}), "redtea"});
  Made& indices = column("c", 4, {"\13", bytes<int8_t>({1, 0, 9, 1})});
  indices.schema.dictionary = &words.schema;
  indices.array.dictionary = &words.array;
  EXPECT_EQ(type(indices), "utf8");
  EXPECT_THAT(import(indices), ElementsAre("tea", "red", "NULL", "tea"));
  Made& wrong = column("c", 1, {"", bytes<int8_t>({2})});
  wrong.schema.dictionary = &words.schema;
  wrong.array.dictionary = &words.array;
  EXPECT_THAT(import(wrong),
              ElementsAre("the Arrow array is wrong: an index is outside of its dictionary"));
}

TEST_F(ArrowImportTest, JsonIsMarkedByItsMetadata) {
  const std::string metadata("\1\0\0\0\24\0\0\0ARROW:extension:name\12\0\0\0arrow.json", 42);
  Made& good = column("u", 1, {"", bytes<int32_t>({0, 2}), "{}"});
  good.schema.metadata = metadata.data();
  EXPECT_EQ(type(good), "json");
  EXPECT_THAT(import(good), ElementsAre("{}"));
  Made& bad = column("u", 1, {"", bytes<int32_t>({0, 2}), "{]"});
  bad.schema.metadata = metadata.data();
  EXPECT_THAT(import(bad), ElementsAre("a json value is none"));
}

TEST_F(ArrowImportTest, WhatIsMissingOrUnknownIsSaid) {
  EXPECT_THAT(import(column("ttq", 1, {"", bytes<int64_t>({0})})),
              ElementsAre("the Arrow type 'ttq' has no counterpart"));
  EXPECT_THAT(import(column("l", 1, {""})),
              ElementsAre("the Arrow array is wrong: a buffer is missing"));
  Made& no_pointer = column("l", 1, {"", "12345678"});
  no_pointer.buffers[1] = nullptr;
  EXPECT_THAT(import(no_pointer), ElementsAre("the Arrow array is wrong: a buffer is missing"));
  Made& shorter = column("l", 1, {"", bytes<int64_t>({1})});
  Made& top = column("+s", 2, {""}, {&shorter});
  EXPECT_EQ(import_batch(top.schema, &top.array, fixture_.memory).error().message,
            "the Arrow array is wrong: a column is too short");
  EXPECT_EQ(top.releases, 1);
  EXPECT_EQ(import_batch(top.schema, &top.array, fixture_.memory).error().message,
            "the Arrow array is wrong: it is released already");
  EXPECT_EQ(top.releases, 1);
  EXPECT_EQ(import_schema(shorter.schema).error().message,
            "the Arrow schema is no struct of columns");
}

}  // namespace
}  // namespace leat
