// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/input/footer.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "tests/support/operator_fixture.h"

namespace leat::io {
namespace {

/// A text that comes in pieces.
class Pieces final : public ByteSource {
 public:
  Pieces(std::string text, size_t piece) : text_(std::move(text)), piece_(piece) {}
  Result<size_t> read(std::span<uint8_t> into) override {
    const size_t bytes = std::min({into.size(), piece_, text_.size() - given_});
    std::memcpy(into.data(), text_.data() + given_, bytes);
    given_ += bytes;
    return bytes;
  }

 private:
  std::string text_;
  size_t piece_;
  size_t given_ = 0;
};

/// What is left of `text`, the same however it comes; or what is wrong.
std::string without_footer(const std::string& text, size_t lines) {
  test::OperatorFixture fixture;
  std::string first;
  for (const size_t piece : {size_t{1} << 20, size_t{1000}, size_t{1}}) {
    if (piece == 1 && text.size() > 1000) continue;
    const size_t before = fixture.budget.used();
    {
      const auto source =
          drop_footer(std::make_unique<Pieces>(text, piece), Input{"a"}, lines, &fixture.memory);
      std::string left;
      std::string into(7, '\0');
      for (;;) {
        const auto got = source->read({reinterpret_cast<uint8_t*>(into.data()), into.size()});
        if (!got) return got.error().message;
        if (*got == 0) break;
        left.append(into, 0, *got);
      }
      if (piece == size_t{1} << 20) first = left;
      EXPECT_EQ(left, first) << piece;
    }
    EXPECT_EQ(fixture.budget.used(), before) << "what was held back is paid back";
  }
  return first;
}

TEST(Footer, TheLastLines) {
  EXPECT_EQ(without_footer("a\nb\nc\n", 1), "a\nb\n");
  EXPECT_EQ(without_footer("a\nb\nc", 1), "a\nb\n");
  EXPECT_EQ(without_footer("a\r\nb\r\nc\r\n", 2), "a\r\n");
  EXPECT_EQ(without_footer("a\nb\n", 0), "a\nb\n");
  EXPECT_EQ(without_footer("a\nb\n", 2), "");
  EXPECT_EQ(without_footer("a\nb\n", 5), "");
  EXPECT_EQ(without_footer("", 1), "");
}

TEST(Footer, EmptyLinesDoNotCount) {
  EXPECT_EQ(without_footer("a\n\nTotal\n\n\r\n", 1), "a\n\n");
  EXPECT_EQ(without_footer("a\n\nTotal\n\nNote\n", 2), "a\n\n");
}

TEST(Footer, OfALongText) {
  std::string text;
  while (text.size() < 1'000'000) text += std::string(text.size() % 97, 'x') + "\n";
  EXPECT_EQ(without_footer(text + "Total\n", 1), text);
}

TEST(Footer, ALineWithoutAnEndIsNone) {
  EXPECT_EQ(without_footer(std::string(kFooterBytesMax + (size_t{1} << 20), 'x'), 1),
            "the last 1 lines are too long for a footer");
}

}  // namespace
}  // namespace leat::io
