// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/output/journal.h"

#include <sys/stat.h>
#include <unistd.h>

#include <functional>

#include <gtest/gtest.h>

#include "tests/support/temp_dir.h"

namespace leat::io {
namespace {

using leat::test::TempDir;

const std::string kId = "0123456789abcdef";

Journal sample() {
  Journal journal;
  journal.id = kId;
  journal.folders = {{".", 7, 70}, {"../b", 8, 80}};
  journal.moves = {{0, staged_name("x.csv", kId), "x.csv", {11, 3, 0, 1000}, std::nullopt},
                   {1,
                    staged_name("line\nbreak", kId),
                    "line\nbreak",
                    {12, 4, 0, 0},
                    FileRecord{13, 5, 1234567890123, 0}}};
  return journal;
}

TEST(Journal, NamesOfStagedFiles) {
  EXPECT_EQ(staged_name("x.csv", kId), ".x.csv.leat-0123456789abcdef.part");
  EXPECT_EQ(kept_name(staged_name("x.csv", kId)), ".x.csv.leat-0123456789abcdef.old");
  EXPECT_LE(staged_name(std::string(255, 'n'), kId).size(), 255u);
  EXPECT_EQ(id_of_journal(journal_name(kId)), kId);
  EXPECT_FALSE(id_of_journal(journal_name(kId) + ".part"));
}

TEST(Journal, IdsDiffer) {
  EXPECT_EQ(draw_id().size(), 16u);
  EXPECT_NE(draw_id(), draw_id());
}

TEST(Journal, OnlyNamesOfOurFormAreLeftovers) {
  EXPECT_TRUE(is_leftover_name(".x.csv.leat-0123456789abcdef.part"));
  EXPECT_TRUE(is_leftover_name(".x.csv.leat-0123456789abcdef.old"));
  EXPECT_TRUE(is_leftover_name(".leat-0123456789abcdef.journal.part"));
  for (const char* const name :
       {".leat-x.part", ".x.leat-0123456789abcdeg.part", ".x.leat-0123456789abcdef.party",
        ".x.leat-123.part", "x.leat-0123456789abcdef.part", ".leat-0123456789abcdef.journal.bak",
        ".leat-0123456789abcdef.journal"}) {
    EXPECT_FALSE(is_leftover_name(name)) << name;
  }
}

TEST(Journal, ReadsBackWhatItWrote) {
  Journal journal = sample();
  journal.withdrawn = true;
  const std::string text = journal_text(journal);
  const std::optional<Journal> back = parse_journal(text);
  ASSERT_TRUE(back);
  EXPECT_TRUE(back->withdrawn);
  ASSERT_EQ(back->moves.size(), 2u);
  EXPECT_EQ(back->moves[1].target, "line\nbreak");
  EXPECT_EQ(back->moves[1].folder, 1u);
  EXPECT_EQ(back->moves[1].old_file->modified_ns, 1234567890123);
  EXPECT_EQ(journal_text(*back), text);
}

TEST(Journal, AnyByteThatChangesIsNoticed) {
  const std::string text = journal_text(sample());
  for (size_t i = 0; i < text.size(); ++i) {
    std::string damaged = text;
    damaged[i] = static_cast<char>(damaged[i] ^ 1);
    EXPECT_FALSE(parse_journal(damaged)) << i;
    EXPECT_FALSE(parse_journal(text.substr(0, i))) << i;
  }
}

// The seal keeps nobody from writing such a journal: it has no key.
TEST(Journal, SaysNothingThatNoRunWrites) {
  const std::vector<std::function<void(Journal&)>> forgeries = {
      [](Journal& j) { j.moves[0].target = "../x.csv"; },
      [](Journal& j) { j.moves[0].target = "/etc/passwd"; },
      [](Journal& j) { j.moves[0].target = ".."; },
      [](Journal& j) { j.moves[0].target = "other.csv"; },
      [](Journal& j) { j.moves[0].target = std::string("x.csv\0y", 7); },
      [](Journal& j) { j.moves[0].staged = "secret.txt"; },
      [](Journal& j) { j.moves[0].staged = "../" + j.moves[0].staged; },
      [](Journal& j) { j.folders[1].path = "/etc"; },
      [](Journal& j) { j.folders[1].path = ""; },
      [](Journal& j) { j.folders[0].path = ".."; },
      [](Journal& j) { j.id = "../../../../../x"; },
      [](Journal& j) { j.moves.clear(); },
  };
  for (size_t i = 0; i < forgeries.size(); ++i) {
    Journal journal = sample();
    forgeries[i](journal);
    EXPECT_FALSE(parse_journal(journal_text(journal))) << i;
  }
}

TEST(Journal, BelievesOnlyItsOwnUserAndRoot) {
  FileInfo info;
  info.mode = S_IFREG | 0644;
  info.owner = 1000;
  EXPECT_EQ(why_foreign(info, 1000), "");
  EXPECT_EQ(why_foreign(info, 0), "belongs to another user (1000)");
  info.owner = 0;
  EXPECT_EQ(why_foreign(info, 1000), "");
  info.links = 2;
  EXPECT_EQ(why_foreign(info, 0), "has several names");
  info.links = 1;
  info.mode = S_IFREG | 0664;
  EXPECT_EQ(why_foreign(info, 0), "may be written by others");
  info.mode = S_IFIFO | 0600;
  EXPECT_EQ(why_foreign(info, 0), "is not a regular file");
}

TEST(Journal, IsWrittenDurablyAndReadBack) {
  const TempDir dir;
  std::vector<FileCall> seen;
  const FileCalls calls([&](FileCall call, const std::string&) {
    seen.push_back(call);
    return 0;
  });
  const auto folder = Folder::open(calls, dir.path()).value();
  EXPECT_TRUE(read_journal(*folder, kId)->why_not.empty());
  seen.clear();
  ASSERT_TRUE(write_journal(folder, sample()));
  std::erase_if(seen, [](FileCall call) {
    return call != FileCall::kWrite && call != FileCall::kSync && call != FileCall::kRename;
  });
  EXPECT_EQ(seen,
            (std::vector{FileCall::kWrite, FileCall::kSync, FileCall::kRename, FileCall::kSync}));
  const auto found = read_journal(*folder, kId);
  ASSERT_TRUE(found && found->journal);
  EXPECT_EQ(dir.list(), std::vector{journal_name(kId)});
  struct stat info;
  ASSERT_EQ(::stat(dir.file(journal_name(kId)).c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777, 0644u);
  ASSERT_EQ(::rename(dir.file(journal_name(kId)).c_str(),
                     dir.file(journal_name("1123456789abcdef")).c_str()),
            0);
  EXPECT_FALSE(read_journal(*folder, "1123456789abcdef")->journal) << "of another run";
}

// Not one by one, but in the same order: the text before the name, the name before what follows.
TEST(Journal, ManyAreDurableBeforeTheyHaveTheirNames) {
  const TempDir dir;
  std::vector<FileCall> order;
  const FileCalls calls([&](FileCall call, const std::string&) {
    const bool counts =
        call == FileCall::kWrite || call == FileCall::kSync || call == FileCall::kRename;
    if (counts && (order.empty() || order.back() != call)) order.push_back(call);
    return 0;
  });
  std::vector<FolderRef> folders;
  for (size_t i = 0; i <= kSyncEachMax; ++i) {
    const std::string name = "f" + std::to_string(i);
    dir.write(name + "/x", "");
    folders.push_back(Folder::open(calls, dir.file(name)).value());
  }
  ASSERT_TRUE(write_journals(folders, std::vector<Journal>(folders.size(), sample())));
  EXPECT_EQ(order,
            (std::vector{FileCall::kWrite, FileCall::kSync, FileCall::kRename, FileCall::kSync}));
  EXPECT_TRUE(read_journal(*folders.back(), sample().id)->journal);
}

}  // namespace
}  // namespace leat::io
