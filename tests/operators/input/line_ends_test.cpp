// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/input/line_ends.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>

#include <gtest/gtest.h>

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

/// What becomes of `text`, the same however it comes and is read.
std::string unified(const std::string& text) {
  std::string first;
  for (const size_t piece : {size_t{1} << 20, size_t{1} << 16, size_t{1000}, size_t{1}}) {
    for (const size_t room : {size_t{1} << 20, size_t{7}}) {
      if (text.size() > 100'000 && (piece == 1 || room == 7)) continue;
      const auto source = unify_line_ends(std::make_unique<Pieces>(text, piece));
      std::string all;
      std::string into(room, '\0');
      for (;;) {
        const auto got = source->read({reinterpret_cast<uint8_t*>(into.data()), into.size()});
        if (!got || *got == 0) break;
        all.append(into, 0, *got);
      }
      if (first.empty()) first = all;
      EXPECT_EQ(all, first) << piece << " " << room;
    }
  }
  return first;
}

TEST(LineEnds, CarriageReturnsAlone) {
  EXPECT_EQ(unified("a,b\r1,2\r\r3,4"), "a,b\n1,2\n\n3,4");
  EXPECT_EQ(unified("\r"), "\n");
}

TEST(LineEnds, WhereThereAreLineFeedsNothingChanges) {
  for (const char* const text : {"a\r\nb\r\n", "a\rb\nc\r", "a\nb\rc", "a", "a\r\n"})
    EXPECT_EQ(unified(text), text);
}

TEST(LineEnds, TheBeginningDecides) {
  const std::string begin(kLineEndProbeBytes - 2, 'x');
  EXPECT_EQ(unified(begin + "\r\na\rb"), begin + "\r\na\rb");
  EXPECT_EQ(unified(begin + "x\r\na\rb"), begin + "x\n\na\nb");
  EXPECT_EQ(unified(begin + "xx\ra\rb"), begin + "xx\ra\rb") << "no line end at the beginning";
}

}  // namespace
}  // namespace leat::io
