// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "cli/new_project.h"

#include <gtest/gtest.h>

namespace leat::cli {
namespace {

TEST(NewProject, EveryKindHasItsFilesWithoutPlaceholders) {
  for (const std::string_view kind : project_kinds()) {
    const auto files = project_files("acme", "two_words", kind);
    EXPECT_GE(files.size(), 5u) << kind;
    bool has_source = false;
    for (const auto& [name, text] : files) {
      EXPECT_EQ(text.find('@'), std::string::npos) << kind << ": " << name;
      has_source |= name == "two_words.cpp" && text.contains("LEAT_PLUGIN(\"acme\"");
    }
    EXPECT_TRUE(has_source) << kind;
  }
}

}  // namespace
}  // namespace leat::cli
