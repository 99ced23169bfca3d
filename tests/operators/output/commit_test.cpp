// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What a commit looks at before it decides. The rest is tested in output_transaction_test.cpp.
#include "operators/output/commit.h"

#include <sys/stat.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "tests/support/temp_dir.h"

namespace leat::io {
namespace {

using leat::test::TempDir;

/// Two staged files, prepared, for x.csv and y.csv.
struct Scene {
  TempDir dir;
  FileCalls calls;
  Notes notes;
  std::vector<std::unique_ptr<Staging>> stagings;

  Scene() {
    dir.write("x.csv", "old");
    const FolderRef folder = Folder::open(calls, dir.path()).value();
    for (const std::string name : {"x.csv", "y.csv"}) {
      stagings.push_back(Staging::create(folder, name, "out/" + name).value());
      EXPECT_TRUE(stagings.back()->write("new"));
      EXPECT_TRUE(stagings.back()->prepare());
    }
  }
  Carried commit(IfExists if_exists = IfExists::kReplace) {
    return commit_outputs("0123456789abcdef",
                          {{stagings[0].get(), IfExists::kReplace}, {stagings[1].get(), if_exists}},
                          {}, notes);
  }
};

TEST(Commit, PutsAllInPlace) {
  Scene scene;
  const Carried carried = scene.commit();
  EXPECT_FALSE(carried.error);
  EXPECT_EQ(carried.standing, Standing::kNew);
  EXPECT_FALSE(carried.is_pending);
  EXPECT_EQ(scene.dir.list(), (std::vector<std::string>{"x.csv", "y.csv"}));
}

TEST(Commit, RefusesWhatCannotBeReplacedBeforeAnythingIs) {
  for (const std::string kind : {"folder", "pipe", "made meanwhile"}) {
    Scene scene;
    if (kind == "folder") {
      ASSERT_EQ(::mkdir(scene.dir.file("y.csv").c_str(), 0755), 0);
    }
    if (kind == "pipe") {
      ASSERT_EQ(::mkfifo(scene.dir.file("y.csv").c_str(), 0644), 0);
    }
    if (kind == "made meanwhile") scene.dir.write("y.csv", "theirs");
    const Carried carried = scene.commit(IfExists::kError);
    ASSERT_TRUE(carried.error) << kind;
    EXPECT_NE(carried.error->message.find("out/y.csv"), std::string::npos)
        << carried.error->message;
    EXPECT_EQ(carried.standing, Standing::kOld);
    EXPECT_EQ(scene.dir.read("x.csv"), "old");
  }
}

TEST(Commit, AFailureBehindTheDecisionIsNoUnchangedOutput) {
  Scene scene;
  int syncs = 0;
  const FileCalls calls([&](FileCall call, const std::string&) {
    return call == FileCall::kSync && ++syncs == 1 ? EIO : 0;
  });
  const FolderRef folder = Folder::open(calls, scene.dir.path()).value();
  const auto staging = Staging::create(folder, "x.csv", "x.csv").value();
  ASSERT_TRUE(staging->write("new"));
  syncs = 1;  // that of the file is let happen
  ASSERT_TRUE(staging->prepare());
  syncs = 0;
  const Carried carried = commit_outputs("0123456789abcdef", {{staging.get()}}, {}, scene.notes);
  ASSERT_TRUE(carried.error);
  EXPECT_EQ(carried.standing, Standing::kNew);
  EXPECT_EQ(scene.dir.read("x.csv"), "new");
}

}  // namespace
}  // namespace leat::io
