// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/output/notes.h"

#include <vector>

#include <gtest/gtest.h>

namespace leat::io {
namespace {

class Lines final : public RunWatch {
 public:
  bool cancelled() const override { return lines.size() > 1; }
  void note(std::string_view from, std::string_view message) const override {
    EXPECT_EQ(from, "leat");
    lines.emplace_back(message);
  }
  mutable std::vector<std::string> lines;
};

TEST(Notes, SayEachLineOnce) {
  const Lines lines;
  Notes notes(&lines);
  for (const char* const line : {"a", "b", "a"}) notes.say(line);
  EXPECT_EQ(lines.lines, (std::vector<std::string>{"a", "b"}));
  EXPECT_TRUE(notes.is_cancelled());
}

TEST(Notes, NobodyNeedListen) {
  Notes notes;
  notes.say("a");
  EXPECT_FALSE(notes.is_cancelled());
}

}  // namespace
}  // namespace leat::io
