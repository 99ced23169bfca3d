// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/text/find_text.h"

#include <memory>
#include <random>
#include <string>

#include <gtest/gtest.h>

namespace leat::io {
namespace {

TEST(FindText, FindsWhatTheLibraryFinds) {
  std::mt19937 random(7);
  for (int round = 0; round < 20000; ++round) {
    const auto make = [&](size_t most) {
      std::string made(random() % (most + 1), 'a');
      for (char& c : made) c = static_cast<char>('a' + random() % 2);
      return made;
    };
    const std::string text = make(round % 3 == 0 ? 200 : 40);
    const std::string part = make(round % 2 == 0 ? 3 : 12);
    ASSERT_EQ(find_text(text, part), std::string_view(text).find(part)) << text << " " << part;
  }
}

TEST(FindText, FindsAtEveryPlaceAndReadsNothingOutside) {
  for (size_t size = 0; size < 70; ++size) {
    for (size_t length = 1; length <= size; ++length) {
      // On the heap with its exact size, so that the sanitizers see what is read.
      const auto text = std::make_unique<char[]>(size);
      for (size_t at = 0; at + length <= size; ++at) {
        std::fill_n(text.get(), size, '.');
        std::fill_n(text.get() + at, length, 'x');
        EXPECT_EQ(find_text({text.get(), size}, std::string(length, 'x')), at);
      }
      std::fill_n(text.get(), size, '.');
      EXPECT_EQ(find_text({text.get(), size}, std::string(length, 'x')), std::string_view::npos);
    }
  }
}

}  // namespace
}  // namespace leat::io
