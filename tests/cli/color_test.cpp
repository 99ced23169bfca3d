// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "cli/color.h"

#include <gtest/gtest.h>

namespace leat::cli {
namespace {

TEST(Color, MarksErrorPlaceAndHint) {
  EXPECT_EQ(colored("job.yaml:1:2: error: no\n  - x: error: 1\n    ^~\n  hint: yes\n"),
            "job.yaml:1:2: \x1b[1;31merror:\x1b[0m no\n  - x: error: 1\n\x1b[1;32m    ^~\x1b[0m\n"
            "  \x1b[36mhint:\x1b[0m yes\n");
}

TEST(Color, ASwitchWinsOverTheTerminal) {
  EXPECT_TRUE(wants_color("always", -1));
  EXPECT_FALSE(wants_color("never", -1));
  EXPECT_FALSE(wants_color("auto", -1)) << "no terminal";
}

}  // namespace
}  // namespace leat::cli
