// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/json/json_extent.h"

#include <random>
#include <string>

#include <gtest/gtest.h>

#include "operators/json/json_scanner.h"
#include "tests/support/seed.h"

namespace leat::io {
namespace {

constexpr size_t kMore = std::string_view::npos;

/// `text` with what may be read behind it, which must not matter.
class Padded {
 public:
  explicit Padded(std::string_view text) : text_(text), size_(text.size()) {
    text_.append(128, '}');
  }
  std::string_view first(size_t bytes) const { return std::string_view(text_).substr(0, bytes); }
  std::string_view all() const { return first(size_); }

 private:
  std::string text_;
  size_t size_;
};

size_t end_of(std::string_view text, bool complete = false) {
  return JsonExtent(0).find_end(Padded(text).all(), complete);
}

TEST(JsonExtent, ListsAndObjectsEndWhereTheyAreClosed) {
  EXPECT_EQ(end_of("{} {}"), 2u);
  EXPECT_EQ(end_of("[[],{\"a\":[1]}],"), 14u);
  EXPECT_EQ(end_of("{\"a\":1"), kMore);
  EXPECT_EQ(end_of("{\"a\":1", true), kMore);
}

TEST(JsonExtent, SignsInStringsDoNotCount) {
  EXPECT_EQ(end_of(R"(["}]"] )"), 6u);
  EXPECT_EQ(end_of(R"(["\"]"] )"), 7u);
  EXPECT_EQ(end_of(R"(["\\"]] )"), 6u);
  for (size_t before = 0; before < 140; ++before) {
    for (const std::string_view text : {R"(\"]")", R"(\\\"]")", R"(\\\\")", R"(\\")"}) {
      const std::string value = "[\"" + std::string(before, 'x') + std::string(text) + "]";
      ASSERT_EQ(end_of(value + "]"), value.size()) << value;
    }
  }
}

TEST(JsonExtent, StringsEndWithTheirQuote) {
  EXPECT_EQ(end_of(R"("a\"b" )"), 6u);
  EXPECT_EQ(end_of(R"("a\)"), kMore);
  EXPECT_EQ(end_of(R"("a)"), kMore);
}

TEST(JsonExtent, OtherWordsEndBeforeWhatIsNoneOfThem) {
  EXPECT_EQ(end_of("12,"), 2u);
  EXPECT_EQ(end_of("true]"), 4u);
  EXPECT_EQ(end_of("nonsense\n"), 8u);
  EXPECT_EQ(end_of("12"), kMore);
  EXPECT_EQ(end_of("12", true), 2u);
}

// However the text grows, the end is that of a parser.
TEST(JsonExtent, FindsTheEndThatTheScannerFinds) {
  const test::Seed seed;
  std::mt19937_64 random = seed.generator();
  const std::string_view pieces[] = {"{",
                                     "}",
                                     "[",
                                     "]",
                                     "\"",
                                     "\\",
                                     "\\\"",
                                     ",",
                                     ":",
                                     "x",
                                     "1",
                                     " ",
                                     "\"a\":1",
                                     "\"\\\\\"",
                                     "{\"k\":[\"]\"]}",
                                     "abcdefghijklmno"};
  size_t valid = 0;
  for (int round = 0; round < 100'000; ++round) {
    std::string text = random() % 2 == 0 ? "[" : "{\"a\":";
    for (size_t i = random() % 12; i > 0; --i) text += pieces[random() % std::size(pieces)];
    text += text[0] == '[' ? "]" : "}";
    const Padded padded(text);
    JsonScanner scanner(padded.all());
    const char* const scanned = scanner.skip_value(padded.all().data());
    JsonExtent growing(0);
    size_t found = kMore;
    for (size_t size = random() % text.size(); found == kMore && size <= text.size();)
      found = growing.find_end(padded.first(size++), false);
    ASSERT_EQ(found, JsonExtent(0).find_end(padded.all(), false)) << text;
    if (scanned == nullptr) continue;
    ++valid;
    ASSERT_EQ(found, static_cast<size_t>(scanned - padded.all().data())) << text;
  }
  EXPECT_GT(valid, 100u);
}

}  // namespace
}  // namespace leat::io
