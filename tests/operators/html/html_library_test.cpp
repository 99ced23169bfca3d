// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/html/html_library.h"

#include <gtest/gtest.h>

namespace leat::io {
namespace {

TEST(HtmlLibrary, IsLoadedOnce) {
  const auto library = load_html_library();
  ASSERT_TRUE(library) << library.error().message;
  EXPECT_NE((*library)->parse, nullptr);
  EXPECT_EQ(*load_html_library(), *library);
}

}  // namespace
}  // namespace leat::io
