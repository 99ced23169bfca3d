// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/input/byte_source.h"

#include <sys/stat.h>

#include <array>
#include <fstream>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "tests/support/temp_dir.h"

namespace leat::io {
namespace {

/// Reads `limit` bytes at most, in steps of `step`.
std::string read_text(ByteSource& source, size_t step, size_t limit = 1 << 20) {
  std::string text;
  std::array<uint8_t, 4096> buffer;
  while (text.size() < limit) {
    const auto got = source.read({buffer.data(), std::min(step, limit - text.size())});
    EXPECT_TRUE(got);
    if (!got || *got == 0) break;
    text.append(reinterpret_cast<const char*>(buffer.data()), *got);
  }
  return text;
}

TEST(ByteSource, ReadsAFileToItsEnd) {
  const test::TempDir folder;
  const Input input{folder.write("a.txt", "some text"), 0};
  auto source = open_byte_source(input, OpenFor::kRead);
  ASSERT_TRUE(source);
  EXPECT_EQ(read_text(**source, 4), "some text");
}

TEST(ByteSource, ReadFullyStopsAtTheEnd) {
  const test::TempDir folder;
  const Input input{folder.write("a.txt", "some text"), 0};
  auto source = open_byte_source(input, OpenFor::kRead);
  ASSERT_TRUE(source);
  std::array<uint8_t, 6> buffer;
  EXPECT_EQ(read_fully(**source, buffer), 6u);
  EXPECT_EQ(read_fully(**source, buffer), 3u);
  EXPECT_EQ(read_fully(**source, buffer), 0u);
}

TEST(ByteSource, NamesAFileThatCannotBeOpened) {
  const test::TempDir folder;
  const auto missing = open_byte_source({folder.file("missing"), 0}, OpenFor::kRead);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::kIo);
  EXPECT_EQ(missing.error().message,
            "cannot open '" + folder.file("missing") + "': No such file or directory");
  const auto directory = open_byte_source({folder.path(), 0}, OpenFor::kRead);
  ASSERT_FALSE(directory);
  EXPECT_EQ(directory.error().message, "cannot open '" + folder.path() + "': Is a directory");
}

TEST(ByteSource, APipeThatWasPeekedAtIsReadFromItsBeginning) {
  const test::TempDir folder;
  const std::string name = folder.file("pipe");
  ASSERT_EQ(::mkfifo(name.c_str(), 0600), 0);
  std::thread writer([&] { std::ofstream(name) << "0123456789abcdef"; });
  const Input input{name, 0};
  {
    auto first = open_byte_source(input, OpenFor::kPeek);
    ASSERT_TRUE(first);
    EXPECT_EQ(read_text(**first, 3, 6), "012345");
    auto second = open_byte_source(input, OpenFor::kPeek);
    ASSERT_TRUE(second);
    EXPECT_EQ(read_text(**second, 5, 10), "0123456789");
  }
  auto reader = open_byte_source(input, OpenFor::kRead);
  ASSERT_TRUE(reader);
  EXPECT_EQ(read_text(**reader, 7), "0123456789abcdef");
  writer.join();
  const auto again = open_byte_source(input, OpenFor::kRead);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().message,
            "'" + name + "' can be read only once, and another stage reads it");
}

TEST(ByteSource, OnePipeUnderTwoNamesIsReadOnce) {
  const test::TempDir folder;
  const std::string name = folder.file("pipe");
  const std::string other = folder.file("other");
  ASSERT_EQ(::mkfifo(name.c_str(), 0600), 0);
  ASSERT_EQ(::symlink("pipe", other.c_str()), 0);
  std::thread writer([&] { std::ofstream(name) << "0123456789"; });
  const auto peeked = open_byte_source({other, 0}, OpenFor::kPeek);
  ASSERT_TRUE(peeked);
  EXPECT_EQ(read_text(**peeked, 3, 4), "0123");
  const auto reader = open_byte_source({name, 0}, OpenFor::kRead);
  ASSERT_TRUE(reader);
  EXPECT_EQ(read_text(**reader, 7), "0123456789");
  writer.join();
  const auto again = open_byte_source({name, 0}, OpenFor::kRead);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().message, "'" + name +
                                       "' can be read only once, and another stage reads it under "
                                       "the name '" +
                                       other + "'");
}

}  // namespace
}  // namespace leat::io
