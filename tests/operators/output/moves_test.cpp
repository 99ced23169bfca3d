// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/output/moves.h"

#include <fcntl.h>
#include <linux/fs.h>

#include <gtest/gtest.h>

#include "tests/operators/output/model_files.h"

namespace leat::io {
namespace {

const std::string kStaged = staged_name("x", "0123456789abcdef");

/// /a/x is to be replaced, in a folder that can do what `abilities` say.
struct Scene {
  test::ModelFiles files;
  FileCalls calls{{}, files};
  FolderRef folder;
  Move move;

  explicit Scene(test::Abilities abilities, bool has_old = true) {
    files.mount("/a", 2, abilities);
    if (has_old) files.put("/a/x", "old");
    files.put("/a/" + kStaged, "new");
    folder = Folder::open(calls, "/a").value();
    move.staged = kStaged;
    move.target = "x";
    FileInfo info;
    EXPECT_EQ(folder->look(kStaged, info), 0);
    move.staged_file = {info.inode, info.size, 0, info.owner};
    if (!has_old) return;
    EXPECT_EQ(folder->look("x", info), 0);
    move.old_file = FileRecord{info.inode, info.size, info.modified_ns, info.owner};
  }
  MoveState state() const { return state_of(*folder, move).value(); }
};

constexpr test::Abilities kAll{};
constexpr test::Abilities kLinksOnly{.exchanges = false};
constexpr test::Abilities kNone{.exchanges = false, .links = false};

TEST(Moves, CanBeTakenBack) {
  for (const test::Abilities abilities : {kAll, kLinksOnly}) {
    Scene scene(abilities);
    EXPECT_EQ(scene.state(), MoveState::kToDo);
    ASSERT_EQ(make_move(*scene.folder, scene.move), 0);
    EXPECT_EQ(scene.files.content("/a/x"), "new");
    EXPECT_EQ(scene.state(), MoveState::kDone);
    ASSERT_EQ(undo_move(*scene.folder, scene.move), 0);
    EXPECT_EQ(scene.files.content("/a/x"), "old");
    ASSERT_EQ(undo_move(*scene.folder, scene.move), 0) << "nothing is left to undo";
    remove_old(*scene.folder, scene.move);
    EXPECT_EQ(scene.files.content("/a/x"), "old");
  }
}

TEST(Moves, WhatWasMadeNewIsTakenAway) {
  for (const test::Abilities abilities : {kAll, kNone}) {
    Scene scene(abilities, false);
    ASSERT_EQ(make_move(*scene.folder, scene.move), 0);
    EXPECT_EQ(scene.files.content("/a/x"), "new");
    ASSERT_EQ(undo_move(*scene.folder, scene.move), 0);
    EXPECT_TRUE(scene.files.names("/a").empty());
  }
}

TEST(Moves, OldFilesThatCannotBeKeptCannotComeBack) {
  Scene scene(kNone);
  ASSERT_EQ(make_move(*scene.folder, scene.move), 0);
  EXPECT_EQ(undo_move(*scene.folder, scene.move), -ENOENT);
  EXPECT_EQ(scene.files.content("/a/x"), "new");
}

TEST(Moves, OldFilesGoInTheEnd) {
  for (const test::Abilities abilities : {kAll, kLinksOnly}) {
    Scene scene(abilities);
    ASSERT_EQ(make_move(*scene.folder, scene.move), 0);
    EXPECT_EQ(scene.files.names("/a").size(), 2u);
    remove_old(*scene.folder, scene.move);
    EXPECT_EQ(scene.files.names("/a"), std::vector<std::string>{"x"});
  }
}

TEST(Moves, ATargetThatSomebodyReplacedStays) {
  Scene scene(kAll);
  scene.files.put("/a/x", "theirs");
  EXPECT_EQ(scene.state(), MoveState::kOvertaken);
  EXPECT_EQ(make_move(*scene.folder, scene.move), -EBUSY) << "replaced after it was looked at";
  EXPECT_EQ(scene.files.content("/a/x"), "theirs");
}

TEST(Moves, AStagedFileThatIsGoneIsLost) {
  Scene scene(kAll);
  ASSERT_EQ(scene.folder->remove(kStaged), 0);
  EXPECT_EQ(scene.state(), MoveState::kLost);
}

}  // namespace
}  // namespace leat::io
