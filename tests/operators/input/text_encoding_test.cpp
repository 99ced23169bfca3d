// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/input/text_encoding.h"

#include <iconv.h>

#include <random>
#include <span>
#include <string>

#include <gtest/gtest.h>

#include "tests/support/operator_fixture.h"
#include "tests/support/seed.h"
#include "tests/support/temp_dir.h"

namespace leat::io {
namespace {

using std::string_view_literals::operator""sv;

/// `text`, UTF-8, in another encoding, by the C library.
std::string encode(std::string_view to, std::string text) {
  const iconv_t conversion = ::iconv_open(std::string(to).c_str(), "UTF-8");
  EXPECT_NE(conversion, reinterpret_cast<iconv_t>(-1)) << to;
  std::string encoded(text.size() * 4 + 64, '\0');
  char* in = text.data();
  size_t in_left = text.size();
  char* out = encoded.data();
  size_t out_left = encoded.size();
  EXPECT_NE(::iconv(conversion, &in, &in_left, &out, &out_left), static_cast<size_t>(-1)) << to;
  ::iconv(conversion, nullptr, nullptr, &out, &out_left);
  ::iconv_close(conversion);
  encoded.resize(encoded.size() - out_left);
  return encoded;
}

class TextEncodingTest : public ::testing::Test {
 protected:
  /// What `bytes` read as, up to an error's message, `step` bytes at a time.
  std::string read(std::string_view name, std::string_view bytes, size_t step = 4096,
                   bool replace = false) {
    std::optional<TextEncoding> encoding = TextEncoding::find(name);
    if (!encoding) return "no encoding";
    if (replace) encoding->replace_invalid();
    const Input input{folder_.write("x", bytes), 0};
    auto source = open_byte_source(input, OpenFor::kRead, &fixture_.memory, &*encoding);
    if (!source) return source.error().message;
    std::string text;
    std::string room(step, '\0');
    for (;;) {
      const auto got = (*source)->read({reinterpret_cast<uint8_t*>(room.data()), step});
      if (!got) {
        line_ = got.error().data->line;
        column_ = got.error().data->column;
        return got.error().message;
      }
      if (*got == 0) return text;
      text.append(room, 0, *got);
    }
  }

  test::TempDir folder_;
  test::OperatorFixture fixture_;
  uint64_t line_ = 0;
  uint64_t column_ = 0;
};

TEST_F(TextEncodingTest, ConvertsWhatTheLibraryKnows) {
  const std::string latin = "id;name\n1;J\u00f6rg Stra\u00dfe, \u00e9\n";
  for (const std::string_view name : {"latin1", "ISO-8859-15", "windows-1252", "cp850", "UTF-16",
                                      "UTF-16LE", "UTF-16BE", "UTF-32", "UTF-7", "utf-8", "utf8"})
    EXPECT_EQ(read(name, encode(name, latin)), latin) << name;
  const std::string japanese = "\u65e5\u672c\u8a9e,\u30c6\u30b9\u30c8,abc\n";
  for (const std::string_view name : {"Shift_JIS", "EUC-JP", "ISO-2022-JP", "GB18030"})
    EXPECT_EQ(read(name, encode(name, japanese)), japanese) << name;
  EXPECT_EQ(read("CP1255", encode("CP1255", "\u05e9\u05dc\u05d5\u05dd\n")),
            "\u05e9\u05dc\u05d5\u05dd\n")
      << "the library holds letters back to join them";
  EXPECT_EQ(read("latin1", ""), "");
}

TEST_F(TextEncodingTest, OnlyEncodingsOfSingleBytesHaveATable) {
  for (const std::string_view name : {"latin1", "windows-1252", "KOI8-R", "CP437"})
    EXPECT_NE(TextEncoding::find(name)->table(), nullptr) << name;
  for (const std::string_view name :
       {"UTF-16", "Shift_JIS", "UTF-7", "CP1255", "ISO-2022-JP", "EBCDIC-US", "GB18030"})
    EXPECT_EQ(TextEncoding::find(name)->table(), nullptr) << name;
  EXPECT_EQ((*TextEncoding::find("windows-1252")->table())[0x80], 0x03AC82E2u);
}

TEST_F(TextEncodingTest, LongTextsAtAnyStep) {
  const test::Seed seed;
  std::mt19937_64 random = seed.generator();
  std::string text;
  while (text.size() < 1'000'000)
    text += random() % 3 == 0 ? "\u00e4" : random() % 2 == 0 ? "\u20ac" : "plain text,";
  for (const std::string_view name : {"windows-1252", "UTF-16LE", "UTF-32BE", "GB18030"}) {
    const std::string encoded = encode(name, text);
    EXPECT_TRUE(read(name, encoded) == text) << name;
    EXPECT_TRUE(read(name, encoded, 7) == text) << name;
    EXPECT_TRUE(read(name, encoded, 1 << 20) == text) << name;
  }
  EXPECT_EQ(fixture_.memory.used(), 0u);
}

TEST_F(TextEncodingTest, BytesThatStandForNothingAreAnErrorWithTheirOffset) {
  EXPECT_EQ(read("windows-1252", "ab\nc\x81z"),
            "the file is not windows-1252: 0x81 at byte 5 stands for no character");
  EXPECT_EQ(line_, 2u);
  EXPECT_EQ(column_, 2u);
  EXPECT_EQ(read("ASCII", "ab\xE4"),
            "the file is not ASCII: 0xE4 at byte 3 stands for no character");
  EXPECT_EQ(read("Shift_JIS", "a\x81"), "the file is not Shift_JIS: 0x81 at byte 2 is cut off");
  EXPECT_EQ(read("UTF-16LE", "a\0\n\0\0\xDC"sv),
            "the file is not UTF-16LE: 0x00 0xDC at byte 5 stands for no character");
  EXPECT_EQ(line_, 2u);
  EXPECT_EQ(read("UTF-16BE", "\0a\0"sv), "the file is not UTF-16BE: 0x00 at byte 3 is cut off");
  const std::string far = std::string(300'000, '\n') + "\x81";
  EXPECT_EQ(read("windows-1252", far),
            "the file is not windows-1252: 0x81 at byte 300001 stands for no character");
  EXPECT_EQ(line_, 300'001u);
  EXPECT_EQ(column_, 1u);
  read("windows-1252", "\n" + std::string(300'000, 'x') + "\x81");
  EXPECT_EQ(line_, 2u);
  EXPECT_EQ(column_, 300'001u);
}

TEST_F(TextEncodingTest, OrBecomeTheReplacementCharacter) {
  EXPECT_EQ(read("windows-1252", "a\x81\x8Dz", 4096, true), "a\uFFFD\uFFFDz");
  EXPECT_EQ(read("UTF-16LE",
                 "a\0\0\xDC"
                 "b\0c"sv,
                 4096, true),
            "a\uFFFDb\uFFFD");
  EXPECT_EQ(read("Shift_JIS", "a\x81", 4096, true), "a\uFFFD");
}

TEST_F(TextEncodingTest, AutoGoesByMarksThenZerosThenUtf8ThenTheFallback) {
  const std::string text = "id,name\n1,J\u00f6rg\n";
  EXPECT_EQ(read("auto", text), text);
  EXPECT_EQ(read("auto", "\xEF\xBB\xBF" + text), "\xEF\xBB\xBF" + text);
  EXPECT_EQ(read("auto", encode("latin1", text)), text);
  EXPECT_EQ(read("auto", "price \x80\n"), "price \u20ac\n");
  EXPECT_EQ(read("auto", encode("UTF-16", text)), "\xEF\xBB\xBF" + text);
  EXPECT_EQ(read("auto", "\xFE\xFF" + encode("UTF-16BE", text)), "\xEF\xBB\xBF" + text);
  for (const std::string_view name : {"UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE"})
    EXPECT_EQ(read("auto", encode(name, "id,nr,name\n1,2,a\n")), "id,nr,name\n1,2,a\n") << name;
  EXPECT_EQ(read("auto", ""), "");
  EXPECT_EQ(read("auto", encode("latin1", text), 4096, true), text);
  // What comes behind the first MiB does not count.
  const std::string ascii(kEncodingProbeBytes, 'a');
  EXPECT_EQ(read("auto", ascii + "\xE4"), ascii + "\xE4");
  const std::string cut = std::string(kEncodingProbeBytes - 1, 'a') + "\u00e4";
  EXPECT_EQ(read("auto", cut), cut);
  EXPECT_EQ(read("auto", "\xE4" + ascii), "\u00e4" + ascii);
  EXPECT_EQ(fixture_.memory.used(), 0u);
}

TEST_F(TextEncodingTest, WhatTakesMoreMemoryThanThereIsIsAnError) {
  MemoryBudget budget(kEncodingProbeBytes / 2);
  MemoryAccount& memory = budget.open_account("x");
  const Input input{folder_.write("x", std::string(kEncodingProbeBytes, '\xE4')), 0};
  const auto encoding = TextEncoding::find("auto");
  const auto source = open_byte_source(input, OpenFor::kRead, &memory, &*encoding);
  ASSERT_FALSE(source);
  EXPECT_EQ(source.error().code, ErrorCode::kMemory);
}

TEST_F(TextEncodingTest, NamesThatAreNone) {
  for (const std::string_view name :
       {"", "klingon", "latin1//TRANSLIT", "../x", "a b", "UTF-8//IGNORE"})
    EXPECT_FALSE(TextEncoding::find(name)) << name;
}

}  // namespace
}  // namespace leat::io
