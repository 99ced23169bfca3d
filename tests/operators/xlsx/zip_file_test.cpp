// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/xlsx/zip_file.h"

#include <gtest/gtest.h>

#include "operators/output/packer.h"
#include "tests/support/operator_fixture.h"
#include "tests/support/temp_dir.h"
#include "tests/support/workbook.h"

namespace leat::io {
namespace {

class ZipFileTest : public ::testing::Test {
 protected:
  std::shared_ptr<const Input> input(std::string_view content, uint64_t expansion = 0) {
    const std::string path = folder_.write("a.zip", content);
    return std::make_shared<Input>(Input{.name = path, .max_expansion = expansion});
  }
  /// What opening the archive and reading `name` gives.
  std::string read(std::string_view content, const std::string& name, uint64_t expansion = 0) {
    const auto file = ZipFile::open(input(content, expansion));
    if (!file) return file.error().message;
    const auto text = ZipFile::read_member(*file, name, size_t{64} << 20);
    return text ? *text : text.error().message;
  }

  test::TempDir folder_;
};

TEST_F(ZipFileTest, MembersByName) {
  const std::string archive = test::zip_of({{"a/B.xml", "text"}, {"c", ""}});
  const auto file = ZipFile::open(input(archive));
  ASSERT_TRUE(file);
  EXPECT_TRUE((*file)->has("A/b.XML"));
  EXPECT_FALSE((*file)->has("b.xml"));
  EXPECT_EQ(read(archive, "a/b.xml"), "text");
  EXPECT_EQ(read(archive, "c"), "");
  EXPECT_EQ(read("junk before" + archive, "c"), "");
}

TEST_F(ZipFileTest, WhatIsNoArchive) {
  EXPECT_EQ(read("a,b\n1,2\n", "c"), "the file is no zip archive, which every xlsx workbook is");
  EXPECT_EQ(read("", "c"), "the file is no zip archive, which every xlsx workbook is");
  const auto missing = ZipFile::open(std::make_shared<Input>(Input{.name = folder_.file("no")}));
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().message, "the file cannot be read: No such file or directory");
  const auto stream = ZipFile::open(std::make_shared<Input>(Input{.name = "/dev/null"}));
  ASSERT_FALSE(stream);
  EXPECT_EQ(stream.error().code, ErrorCode::kIo);
}

TEST_F(ZipFileTest, DamageIsFound) {
  const std::string archive = test::zip_of({{"a", "0123456789"}});
  std::string changed = archive;
  changed[35] = 'x';
  EXPECT_EQ(read(changed, "a"), "the zip archive is damaged: a checksum is wrong");
  EXPECT_EQ(read(archive, "b"), "the zip archive is damaged: it has no member 'b'");
  EXPECT_EQ(read(test::zip_of({{"a", "0123456789"}}, 1), "a"), "the archive is encrypted");
  // Whatever is cut off, it ends with a message.
  for (size_t length = 0; length + 22 < archive.size(); ++length)
    EXPECT_NE(read(archive.substr(0, length), "a"), "0123456789") << length;
}

TEST_F(ZipFileTest, BombsAreFound) {
  const std::string zeros(size_t{20} << 20, '0');
  // A thousand to one, by one byte of DEFLATE for each 258.
  test::OperatorFixture fixture(size_t{1} << 30);
  const Packing packing{.compression = Compression::kGzip, .level = 9, .form = PackedForm::kStream};
  std::string text;
  for (size_t at = 0; at < zeros.size(); at += kPackedBlockBytes) {
    const std::string_view block = std::string_view(zeros).substr(at, kPackedBlockBytes);
    const BufferRef packed = *fixture.memory.allocate(packed_bytes_max(packing, block.size()));
    ASSERT_TRUE(pack_block(packing, block, *packed));
    text += std::string_view(packed->as<char>(), packed->size());
  }
  text += kDeflateEnd;
  std::string archive = test::zip_of({{"a", text}});
  // The method, and the lengths and the checksum that unpacked text has.
  const uint64_t checksum =
      crc32(0, reinterpret_cast<const Bytef*>(zeros.data()), static_cast<uInt>(zeros.size()));
  const size_t directory = archive.rfind("PK\x01\x02");
  for (const size_t at : {size_t{8}, directory + 10}) {
    archive[at] = 8;
    for (size_t i = 0; i < 4; ++i) {
      archive[at + 6 + i] = static_cast<char>(checksum >> (8 * i));
      archive[at + 14 + i] = static_cast<char>(zeros.size() >> (8 * i));
    }
  }
  EXPECT_EQ(read(archive, "a", 0), zeros);
  EXPECT_EQ(read(archive, "a", 500),
            "a part of the file unpacks to more than 500 times its length");
  EXPECT_EQ(read(archive, "a", 1100), zeros);
}

}  // namespace
}  // namespace leat::io
