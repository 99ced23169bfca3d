// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "engine/panic.h"

#include <gtest/gtest.h>

namespace leat {
namespace {

TEST(Panic, TypesTellTheMistakesApart) {
  EXPECT_THROW(panic_send_on_closed(), ChannelClosed);
  EXPECT_THROW(panic_close_of_closed(), ChannelClosedTwice);
  EXPECT_THROW(panic_close_of_closed(), Panic);
}

}  // namespace
}  // namespace leat
