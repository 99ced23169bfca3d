// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/input/archive_reader.h"

#include <random>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "operators/data/memory.h"
#include "tests/operators/input/tar_archive.h"
#include "tests/operators/output/pack.h"
#include "tests/support/seed.h"
#include "tests/support/temp_dir.h"

namespace leat::io {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class ArchiveReaderTest : public ::testing::Test {
 protected:
  /// `name=bytes` of each file, the name of others; what went wrong last.
  std::vector<std::string> read(const std::string& bytes, uint64_t max_expansion = 500) {
    const Input input{.name = folder_.write("a", bytes), .max_expansion = max_expansion};
    std::vector<std::string> found;
    error_.clear();
    const auto reader = ArchiveReader::open(input, OpenFor::kRead, &memory_);
    if (!reader) {
      error_ = reader.error().message;
      return found;
    }
    for (;;) {
      const auto member = (*reader)->next();
      if (!member) error_ = member.error().message;
      if (!member || !*member) return found;
      found.push_back((*member)->name);
      if ((*member)->kind != ArchiveMember::Kind::kFile || (*member)->is_encrypted) continue;
      const Result<std::string> text = all_of(**reader);
      if (!text) {
        error_ = text.error().message;
        return found;
      }
      found.back() += "=" + (text->size() > 100 ? std::to_string(text->size()) : *text);
    }
  }
  Result<std::string> all_of(ArchiveReader& reader) {
    std::string text;
    std::vector<uint8_t> room(3000);
    for (;;) {
      LEAT_TRY_ASSIGN(const size_t got, reader.read(room));
      if (got == 0) return text;
      text.append(reinterpret_cast<const char*>(room.data()), got);
    }
  }

  test::TempDir folder_;
  MemoryBudget budget_{size_t{64} << 20};
  MemoryAccount& memory_ = budget_.open_account("source");
  std::string error_;
};

const std::vector<test::Packed> kMembers = {{"./a.csv", "x\n1\n"},
                                            {"d", "", AE_IFDIR},
                                            {"d//b.csv", std::string(200'000, 'b')},
                                            {"\u00FC.csv", "u"}};

TEST_F(ArchiveReaderTest, TarHoweverItIsPacked) {
  const std::string tar = test::tar(kMembers);
  const auto all = ElementsAre("a.csv=x\n1\n", "d", "d/b.csv=200000", "\u00FC.csv=u");
  EXPECT_THAT(read(tar), all) << error_;
  for (const Compression compression : test::kCompressions)
    EXPECT_THAT(read(test::pack(compression, tar)), all) << error_;
  EXPECT_THAT(read(test::pack_archive(&archive_write_set_format_pax, kMembers)), all);
  EXPECT_EQ(budget_.used(), 0u);
}

TEST_F(ArchiveReaderTest, ZipStoredAndDeflated) {
  const auto all = ElementsAre("a.csv=x\n1\n", "d", "d/b.csv=200000", "\u00FC.csv=u");
  EXPECT_THAT(read(test::zip(kMembers)), all) << error_;
  EXPECT_THAT(read(test::zip(kMembers, "zip:compression=store")), all) << error_;
  EXPECT_EQ(budget_.used(), 0u);
}

TEST_F(ArchiveReaderTest, KindsOfMembers) {
  const Input input{.name = folder_.write("a", test::tar({{"/abs", "x"},
                                                          {"../up", "x"},
                                                          {"link", "", AE_IFLNK, "../etc/passwd"},
                                                          {"fifo", "", AE_IFIFO}}))};
  const auto reader = ArchiveReader::open(input, OpenFor::kPeek, nullptr);
  ASSERT_TRUE(reader);
  EXPECT_TRUE((**(*reader)->next()).leads_out);
  EXPECT_TRUE((**(*reader)->next()).leads_out);
  EXPECT_EQ((**(*reader)->next()).kind, ArchiveMember::Kind::kLink);
  EXPECT_EQ((**(*reader)->next()).kind, ArchiveMember::Kind::kOther);
  EXPECT_FALSE(*(*reader)->next());
}

TEST_F(ArchiveReaderTest, EncryptedMembersAreTold) {
  const std::string zip = test::zip({{"a.csv", "x"}}, "zip:encryption=zipcrypt", "secret");
  const Input input{.name = folder_.write("a", zip)};
  const auto reader = ArchiveReader::open(input, OpenFor::kPeek, nullptr);
  ASSERT_TRUE(reader);
  EXPECT_TRUE((**(*reader)->next()).is_encrypted);
}

TEST_F(ArchiveReaderTest, WhatIsNoArchive) {
  EXPECT_THAT(read("a,b\n1,2\n"), ElementsAre());
  EXPECT_THAT(error_, HasSubstr("is no tar or zip archive"));
  EXPECT_THAT(read(""), ElementsAre());
  EXPECT_THAT(read("PK\x03\x04 and no more"), ElementsAre());
  EXPECT_THAT(error_, HasSubstr("damaged"));
}

TEST_F(ArchiveReaderTest, WhatIsCutOffIsDamaged) {
  const std::string tar = test::tar(kMembers);
  read(tar.substr(0, 100'000));
  EXPECT_THAT(error_, HasSubstr("damaged"));
  const std::string zip = test::zip(kMembers);
  read(zip.substr(0, zip.size() / 2));
  EXPECT_THAT(error_, HasSubstr("damaged"));
  EXPECT_EQ(budget_.used(), 0u);
}

TEST_F(ArchiveReaderTest, ChangedBytesNeverEndTheProcess) {
  const test::Seed seed;
  std::mt19937_64 random = seed.generator();
  for (const std::string& good : {test::tar(kMembers), test::zip(kMembers)}) {
    for (int i = 0; i < 300; ++i) {
      std::string bad = good;
      for (int change = 0; change < 4; ++change)
        bad[random() % bad.size()] = static_cast<char>(random());
      read(bad);
      EXPECT_EQ(budget_.used(), 0u);
    }
  }
}

TEST_F(ArchiveReaderTest, MembersThatGrowWithoutEnd) {
  const std::string zip = test::zip({{"a.csv", std::string(size_t{40} << 20, 'x')}});
  EXPECT_THAT(read(zip, 20), ElementsAre("a.csv"));
  EXPECT_THAT(error_, HasSubstr("more than 20 times as large"));
  EXPECT_THAT(read(zip, 0), ElementsAre("a.csv=41943040"));
}

TEST_F(ArchiveReaderTest, WhatItTakesIsCounted) {
  MemoryBudget little(size_t{1} << 20);
  const Input input{.name = folder_.write("a", test::zip(kMembers))};
  const auto reader = ArchiveReader::open(input, OpenFor::kRead, &little.open_account("source"));
  ASSERT_FALSE(reader);
  EXPECT_EQ(reader.error().code, ErrorCode::kMemory);
  EXPECT_EQ(little.used(), 0u);
}

}  // namespace
}  // namespace leat::io
