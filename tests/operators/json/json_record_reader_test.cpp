// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/json/json_record_reader.h"

#include <cstring>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/operator_fixture.h"

namespace leat::io {
namespace {

// The rules for values are tested with the decoder; here, what callers of the reader rely on.
class JsonRecordReaderTest : public ::testing::Test {
 protected:
  /// Reads the line at `at`; its end, or nullopt with `problem_` and `problem_at_`.
  std::optional<size_t> read(size_t at) {
    const char* const end = reader_.read(chunk_->as<char>() + at, chunk_->as<char>() + size_);
    if (end != nullptr) return static_cast<size_t>(end - chunk_->as<char>());
    const char* fault_at = nullptr;
    problem_ = reader_.take_error(fault_at).message;
    problem_at_ = static_cast<size_t>(fault_at - chunk_->as<char>());
    return std::nullopt;
  }

  /// The text to read, and what lies behind it in the chunk.
  void start(const std::string& text, std::string behind = {}) {
    behind.resize(64, '"');
    chunk_ = *fixture_.memory.allocate(text.size() + 64);
    std::memcpy(chunk_->mutable_data(), text.data(), text.size());
    std::memcpy(chunk_->mutable_data() + text.size(), behind.data(), 64);
    size_ = text.size();
    ASSERT_TRUE(reader_.start(chunk_, 8));
  }

  test::OperatorFixture fixture_;
  SchemaRef schema_ = test::make_schema({{"a", kInt64Type}, {"b", kUtf8Type}});
  JsonRecordReader reader_{*schema_, *schema_, UnknownFields::kError, fixture_.memory};
  BufferRef chunk_;
  size_t size_ = 0;
  std::string problem_;
  size_t problem_at_ = 0;
};

TEST_F(JsonRecordReaderTest, ReturnsTheEndOfTheLine) {
  start("{\"a\":1} \n{\"b\":\"x\"}");
  EXPECT_EQ(read(0), 8u);
  EXPECT_EQ(read(9), 18u);
  EXPECT_EQ(reader_.rows(), 2u);
  const std::vector<ColumnRef> columns = reader_.finish();
  ASSERT_EQ(columns.size(), 2u);
  EXPECT_EQ(columns[0]->length(), 2u);
}

TEST_F(JsonRecordReaderTest, ALineThatFailsLeavesNothing) {
  start("{\"b\":\"x\",\"a\":\"y\"}\n{\"a\":3}\n");
  EXPECT_EQ(read(0), std::nullopt);
  EXPECT_EQ(problem_, "field \"a\": \"y\" is no int64");
  EXPECT_EQ(problem_at_, 13u);
  EXPECT_EQ(reader_.rows(), 0u);
  EXPECT_EQ(read(18), 25u);
  EXPECT_EQ(reader_.rows(), 1u);
  EXPECT_EQ(reader_.finish()[1]->length(), 1u);
}

// Numbers and keys are read in words that may reach beyond the end of the text.
TEST_F(JsonRecordReaderTest, WhatLiesBehindTheTextMakesNoDifference) {
  const std::vector<Field> fields{{"a", kInt64Type},
                                  {"f", kFloat64Type},
                                  {"b", kUtf8Type},
                                  {"a_long_name_of_a_field", kInt64Type},
                                  {"s", Type::structure({{"x", kInt64Type}, {"y", kFloat64Type}})},
                                  {"l", Type::list(kInt64Type)},
                                  {"t", kTimestampType}};
  schema_ = std::make_shared<const Schema>(fields);
  reader_ = JsonRecordReader(*schema_, *schema_, UnknownFields::kError, fixture_.memory);
  const std::string whole =
      R"({"a":12,"f":3.25,"b":"text","a_long_name_of_a_field":7,"s":{"x":1,"y":0.5},"l":[1,22],)"
      R"("t":"2025-01-02T03:04:05"})";
  start(whole);
  ASSERT_EQ(read(0), whole.size());
  for (size_t length = 1; length < whole.size(); ++length) {
    start(whole.substr(0, length), std::string(64, '\0'));
    ASSERT_EQ(read(0), std::nullopt) << length;
    const std::string problem = problem_;
    const size_t problem_at = problem_at_;
    for (const std::string& behind :
         {whole.substr(length), std::string(64, '7'), std::string(64, '}'), "\n" + whole,
          std::string(",\"a\":1,\"f\":2.5}")}) {
      start(whole.substr(0, length), behind);
      ASSERT_EQ(read(0), std::nullopt) << length << " bytes, then " << behind;
      EXPECT_EQ(problem_, problem) << length << " bytes, then " << behind;
      EXPECT_EQ(problem_at_, problem_at) << length << " bytes, then " << behind;
    }
  }
}

}  // namespace
}  // namespace leat::io
