// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/targets/file_target.h"

#include <gtest/gtest.h>

#include "tests/support/operator_fixture.h"
#include "tests/support/temp_dir.h"

namespace leat {
extern const OperatorDef operator_write_csv;
}

namespace leat::io {
namespace {

using test::bind_ok;
using test::make_schema;
using test::Opt;
using test::TempDir;

const SchemaRef kSchema = make_schema({{"id", kInt64Type}, {"k", kUtf8Type}});

TEST(FileTarget, SaysWhereManyFilesWillLie) {
  const auto bound = bind_ok(
      operator_write_csv, Opt::map({{"path", "o/k={k}/x.csv"}, {"manifest", "m.json"}}), kSchema);
  EXPECT_EQ(bound.bound->target->text(), "o/k={k}/x.csv");
  EXPECT_EQ(bound.bound->target_folder, "o");
  EXPECT_EQ(bound.bound->manifest->text(), "m.json");
}

TEST(FileTarget, APlainPathHasNoFolder) {
  const auto bound = bind_ok(operator_write_csv, Opt("o/{{x}}.csv"), kSchema);
  EXPECT_EQ(bound.bound->target->text(), "o/{x}.csv");
  EXPECT_FALSE(bound.bound->target_folder);
  EXPECT_FALSE(bound.bound->manifest);
}

}  // namespace
}  // namespace leat::io
