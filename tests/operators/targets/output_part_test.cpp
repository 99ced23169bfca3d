// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/targets/output_part.h"

#include <gtest/gtest.h>

#include "tests/support/operator_fixture.h"
#include "tests/support/temp_dir.h"

namespace leat::io {
namespace {

using test::OperatorFixture;
using test::TempDir;

struct Scene {
  TempDir dir;
  OperatorFixture fixture;
  OutputTransaction outputs;
  StageContext context{fixture.memory, fixture.ledger, outputs};
  PartStyle style{.frame = {.header = "a\n"}};

  Status write(const std::string& text, IfExists if_exists = IfExists::kReplace) {
    LEAT_TRY_ASSIGN(StagedFile* const file, outputs.stage(dir.file("x"), if_exists));
    OutputPart part(style, *file, context);
    LEAT_TRY(part.begin());
    LEAT_TRY(part.write(text, 1));
    LEAT_TRY(part.finish());
    entry = part.entry();
    return outputs.commit();
  }
  FileEntry entry;
};

TEST(OutputPart, KnowsWhatItHasBecome) {
  Scene scene;
  scene.style.has_checksum = true;
  ASSERT_TRUE(scene.write("bc\n"));
  EXPECT_EQ(scene.dir.read("x"), "a\nbc\n");
  EXPECT_EQ(scene.entry.rows, 1u);
  EXPECT_EQ(scene.entry.bytes, 5u);
  // printf 'a\nbc\n' | sha256sum
  EXPECT_EQ(scene.entry.sha256, "4b8d1dd1e2b97bee100f449a998ac84a292fb223d969296c4737b44459e545de");
}

TEST(OutputPart, WhatIsThereComesFirst) {
  Scene scene;
  scene.dir.write("x", "a\n1");
  ASSERT_TRUE(scene.write("2\n", IfExists::kAppend));
  EXPECT_EQ(scene.dir.read("x"), "a\n1\n2\n");
}

TEST(OutputPart, NothingThereIsANewFile) {
  Scene scene;
  ASSERT_TRUE(scene.write("2\n", IfExists::kAppend));
  EXPECT_EQ(scene.dir.read("x"), "a\n2\n");
}

TEST(OutputPart, WhatOthersWroteMeanwhileIsNotLost) {
  Scene scene;
  scene.dir.write("x", "a\n1\n");
  StagedFile* const file = scene.outputs.stage(scene.dir.file("x"), IfExists::kAppend).value();
  OutputPart part(scene.style, *file, scene.context);
  ASSERT_TRUE(part.begin());
  ASSERT_TRUE(part.finish());
  scene.dir.write("x", "a\n1\ntheirs\n");
  const Status committed = scene.outputs.commit();
  ASSERT_FALSE(committed);
  EXPECT_TRUE(committed.error().message.contains("it was changed while the run was under way"));
  EXPECT_EQ(scene.dir.read("x"), "a\n1\ntheirs\n");
}

}  // namespace
}  // namespace leat::io
