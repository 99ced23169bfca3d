// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/json/json_fields.h"

#include <string>

#include <gtest/gtest.h>

namespace leat::io {
namespace {

// The text of a key, with room behind it as in a chunk.
std::string key(const std::string& name) { return '"' + name + "\":" + std::string(64, '"'); }

class JsonFieldsTest : public ::testing::Test {
 protected:
  const std::string long_name_ = "a_name_of_more_than_sixteen_bytes";
  const std::vector<Field> known_ = {
      {"id", kInt64Type}, {long_name_, kUtf8Type}, {"city", kUtf8Type}};
  JsonFields fields_{known_, {1, 0, SIZE_MAX}};

  bool is_key(const std::string& field, const std::string& name) {
    const std::string text = key(name);
    return JsonFields::is_key(*fields_.find(field), text.data(), text.data() + name.size() + 3);
  }
};

TEST_F(JsonFieldsTest, KeysAreRecognised) {
  EXPECT_TRUE(is_key("id", "id"));
  EXPECT_FALSE(is_key("id", "ix"));
  EXPECT_FALSE(is_key("id", "id2"));
  EXPECT_TRUE(is_key(long_name_, long_name_));
  EXPECT_FALSE(is_key(long_name_, long_name_ + "s"));
  std::string other = long_name_;
  other.back() = 'x';
  EXPECT_FALSE(is_key(long_name_, other));
}

TEST_F(JsonFieldsTest, ALongKeyBeyondTheEndIsNone) {
  const std::string text = key(long_name_);
  const JsonField& field = *fields_.find(long_name_);
  EXPECT_TRUE(JsonFields::is_key(field, text.data(), text.data() + field.key_bytes));
  EXPECT_FALSE(JsonFields::is_key(field, text.data(), text.data() + field.key_bytes - 1));
  EXPECT_FALSE(JsonFields::is_key(field, text.data(), text.data() - 1));
}

TEST_F(JsonFieldsTest, FindsByName) {
  EXPECT_EQ(fields_.find("cit"), nullptr);
  EXPECT_EQ(fields_.find("id")->column, 1u);
  EXPECT_EQ(fields_.find("city")->column, JsonField::kNotRead);
  EXPECT_EQ(fields_.find(long_name_)->name, long_name_);
}

TEST_F(JsonFieldsTest, ExpectsTheOrderOfTheSchemaUntilItLearnsAnother) {
  EXPECT_EQ(fields_.start()->next, fields_.find("id"));
  EXPECT_EQ(fields_.find("id")->next, fields_.find(long_name_));
  const JsonField* const behind_the_last = fields_.find("city")->next;
  ASSERT_NE(behind_the_last, nullptr);
  const std::string text = key("city");
  EXPECT_FALSE(JsonFields::is_key(*behind_the_last, text.data(), text.data() + text.size()));
}

}  // namespace
}  // namespace leat::io
