// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/text/redactions.h"

#include <gtest/gtest.h>

namespace leat::pipelines {
namespace {

TEST(Redactions, LongValuesAreShownNowhere) {
  Redactions redactions;
  redactions.add("hunter2-hunter2", "${env:TOKEN}");
  EXPECT_EQ(redactions.apply("cannot open 'xhunter2-hunter2y'"), "cannot open 'x${env:TOKEN}y'");
  EXPECT_EQ(redactions.apply("hunter2-hunter2hunter2-hunter2"), "${env:TOKEN}${env:TOKEN}");
}

TEST(Redactions, ShortValuesAreWords) {
  Redactions redactions;
  redactions.add("data", "${env:FOLDER}");
  EXPECT_EQ(redactions.apply("no file 'data/a.csv' in metadata"),
            "no file '${env:FOLDER}/a.csv' in metadata");
  redactions.add("1", "${env:N}");
  EXPECT_EQ(redactions.apply("job.yaml:1:1: '1' is no date"),
            "job.yaml:1:1: '${env:N}' is no date");
}

TEST(Redactions, OfValuesThatContainEachOtherTheLongestGoesFirst) {
  Redactions redactions;
  redactions.add("passwords", "${env:A}");
  redactions.add("passwords-of-all", "${env:B}");
  redactions.add("passwords", "${env:C}");  // the first name stays
  EXPECT_EQ(redactions.apply("passwords-of-all passwords"), "${env:B} ${env:A}");
}

TEST(Redactions, NothingToHideChangesNothing) {
  Redactions redactions;
  redactions.add("", "${env:EMPTY}");
  EXPECT_EQ(redactions.apply("text"), "text");
}

}  // namespace
}  // namespace leat::pipelines
