// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/text/unsplit_header.h"

#include <gtest/gtest.h>

namespace leat::io {
namespace {

TEST(UnsplitHeader, SaysWhatSeemsToStandBetweenFields) {
  EXPECT_EQ(unsplit_header_hint({"id;name;price"}),
            "the file seems to be delimited by ';': write delimiter: ';'");
  EXPECT_EQ(unsplit_header_hint({"id\tname"}),
            "the file seems to be delimited by tabs: write delimiter: \"\\t\"");
  EXPECT_EQ(unsplit_header_hint({"id|a;b|c"}),
            "the file seems to be delimited by '|': write delimiter: '|'");
  EXPECT_EQ(unsplit_header_hint({"id,name"}),
            "the file seems to be delimited by ',': write delimiter: ','");
  EXPECT_EQ(unsplit_header_hint({"sep=;"}), unsplit_header_hint({"sep=", "column2"}));
}

TEST(UnsplitHeader, OtherColumnsSayNothing) {
  EXPECT_EQ(unsplit_header_hint({}), "");
  EXPECT_EQ(unsplit_header_hint({"id"}), "");
  EXPECT_EQ(unsplit_header_hint({"a;b", "c"}), "");
  EXPECT_EQ(unsplit_header_hint({"Betrag, EUR"}), "") << "no header is written so";
}

}  // namespace
}  // namespace leat::io
