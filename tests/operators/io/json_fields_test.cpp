// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/io/json_fields.h"

#include <string>

#include <gtest/gtest.h>

namespace leat::io {
namespace {

// The text of a key, with room behind it as in a chunk.
std::string key(const std::string& name) { return '"' + name + '"' + std::string(64, '"'); }

class JsonFieldsTest : public ::testing::Test {
 protected:
  const std::string long_name_ = "a_name_of_more_than_sixteen_bytes";
  const std::vector<Field> known_ = {
      {"id", kInt64Type}, {long_name_, kUtf8Type}, {"city", kUtf8Type}};
  JsonFields fields_{known_, {1, 0, SIZE_MAX}};

  bool is_key(size_t field, const std::string& name) const {
    const std::string text = key(name);
    return fields_.is_key(field, text.data(), text.data() + name.size() + 2);
  }
};

TEST_F(JsonFieldsTest, KeysAreRecognised) {
  EXPECT_TRUE(is_key(0, "id"));
  EXPECT_FALSE(is_key(0, "ix"));
  EXPECT_FALSE(is_key(0, "id2"));
  EXPECT_TRUE(is_key(1, long_name_));
  EXPECT_FALSE(is_key(1, long_name_ + "s"));
  std::string other = long_name_;
  other.back() = 'x';
  EXPECT_FALSE(is_key(1, other));
}

TEST_F(JsonFieldsTest, AKeyBeyondTheEndIsNone) {
  const std::string text = key("id");
  EXPECT_TRUE(fields_.is_key(0, text.data(), text.data() + 4));
  EXPECT_FALSE(fields_.is_key(0, text.data(), text.data() + 3));
}

TEST_F(JsonFieldsTest, FindsByName) {
  EXPECT_EQ(fields_.find("city"), 2u);
  EXPECT_EQ(fields_.find(long_name_), 1u);
  EXPECT_EQ(fields_.find("cit"), JsonFields::kUnknown);
  EXPECT_EQ(fields_.column(0), 1u);
  EXPECT_EQ(fields_.column(2), SIZE_MAX);
  EXPECT_EQ(fields_.name(1), long_name_);
}

TEST_F(JsonFieldsTest, LearnsTheOrder) {
  EXPECT_EQ(fields_.expected_after(JsonFields::kUnknown), 0u);
  EXPECT_EQ(fields_.expected_after(0), 1u);
  fields_.learn(JsonFields::kUnknown, 2);
  fields_.learn(2, 0);
  EXPECT_EQ(fields_.expected_after(JsonFields::kUnknown), 2u);
  EXPECT_EQ(fields_.expected_after(2), 0u);
}

}  // namespace
}  // namespace leat::io
