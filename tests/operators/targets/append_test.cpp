// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/targets/append.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace leat::io {
namespace {

/// Gives its text in pieces of three bytes.
class Text final : public ByteSource {
 public:
  explicit Text(std::string text) : text_(std::move(text)) {}
  Result<size_t> read(std::span<uint8_t> into) override {
    const size_t got = std::min({into.size(), text_.size() - at_, size_t{3}});
    std::copy_n(text_.data() + at_, got, into.data());
    at_ += got;
    return got;
  }

 private:
  std::string text_;
  size_t at_ = 0;
};

const FileFrame kCsv{.header = "a,b\n"};
const FileFrame kLines{.keys = {"a", "b"}};
const FileFrame kArray{.header = "[", .footer = "\n]\n", .keys = {"a", "b"}};

std::string refusal(const std::string& text, const FileFrame& frame) {
  Text old(text);
  const Result<OldContent> content = read_old(old, frame, "x");
  return content ? "" : content.error().message;
}

TEST(Append, TheHeaderMustBeTheSame) {
  EXPECT_EQ(refusal("a,b\n1,2\n", kCsv), "");
  EXPECT_EQ(refusal("\xef\xbb\xbf"
                    "a,b\n1,2\n",
                    kCsv),
            "");
  EXPECT_EQ(refusal("a,c\n1,2\n", kCsv),
            "cannot append to 'x': it begins with the line 'a,c', not with 'a,b'");
  EXPECT_EQ(refusal("anything", FileFrame()), "");
}

TEST(Append, TheKeysMustBeTheSame) {
  EXPECT_EQ(refusal("{\"a\": {\"x\": \"}\\\"\"}, \"b\":[1,{}]}\n", kLines), "");
  EXPECT_EQ(refusal("{\"b\":1,\"a\":2}\n", kLines),
            "cannot append to 'x': its first object has the keys \"b\", \"a\", not \"a\", \"b\"");
  EXPECT_EQ(refusal("{}\n", kLines),
            "cannot append to 'x': its first object has the keys , not \"a\", \"b\"");
}

TEST(Append, AnArrayIsOpenedAtItsEnd) {
  Text old("[\n{\"a\":1,\"b\":2}\n]\n");
  const Result<OldContent> content = read_old(old, kArray, "x");
  ASSERT_TRUE(content);
  EXPECT_EQ(content->kept, 15u);
  EXPECT_FALSE(content->is_empty);
  Text empty("[\n]\n");
  EXPECT_TRUE(read_old(empty, kArray, "x")->is_empty);
  EXPECT_NE(refusal("{\"a\":1,\"b\":2}\n", kArray), "");
  EXPECT_NE(refusal("[{\"a\":1,\"b\":2}", kArray), "");
}

TEST(Append, AnEmptyFileIsANewOne) {
  for (const FileFrame& frame : {kCsv, kLines, kArray}) {
    Text old("");
    const Result<OldContent> content = read_old(old, frame, "x");
    ASSERT_TRUE(content);
    EXPECT_EQ(content->bytes, 0u);
  }
}

TEST(Append, ALineWithoutItsEndIsSeen) {
  Text old("a,b\n1,2");
  EXPECT_FALSE(read_old(old, kCsv, "x")->has_line_end);
}

}  // namespace
}  // namespace leat::io
