// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/xlsx/xlsx_file.h"

#include <gtest/gtest.h>

#include "engine/runtime.h"
#include "operators/xlsx/workbook.h"
#include "operators/xlsx/xlsx_encoder.h"
#include "tests/support/temp_dir.h"

namespace leat::io {
namespace {

/// A staged file in memory.
class MemoryFile final : public StagedFile {
 public:
  Status write(std::string_view bytes) override {
    bytes_ += bytes;
    return {};
  }
  Status prepare() override { return {}; }
  const std::string& target() const override { return name_; }
  uint64_t written() const override { return bytes_.size(); }
  const std::string& bytes() const { return bytes_; }

 private:
  std::string name_ = "b.xlsx";
  std::string bytes_;
};

std::string sheet_of(size_t rows) {
  std::string text(kSheetBegin);
  for (size_t i = 0; i < rows; ++i) text += "<row r=\"\x02\"><c r=\"A\x01\"/></row>\n";
  return text + std::string(kSheetEnd);
}

class XlsxFileTest : public ::testing::Test {
 protected:
  /// The workbook with `text` as its sheet, written in pieces of `piece` bytes.
  Result<std::string> written(std::string_view text, size_t piece) {
    Result<std::string> result;
    MemoryBudget budget(size_t{64} << 20);
    Runtime(RuntimeConfig{.procs = 2}).run([&] {
      MemoryFile file;
      const auto write = [&]() -> Status {
        XlsxFile workbook("S & T", 6, file, budget.open_account("sink"));
        for (size_t at = 0; at < text.size(); at += piece)
          LEAT_TRY(workbook.write(text.substr(at, piece)));
        return workbook.finish();
      };
      if (Status status = write(); !status) {
        result = std::unexpected(std::move(status).error());
      } else {
        result = file.bytes();
      }
    });
    return result;
  }
};

TEST_F(XlsxFileTest, IsAWorkbookWithNumberedRows) {
  const test::TempDir folder;
  const auto bytes = written(sheet_of(12), 7);
  ASSERT_TRUE(bytes) << bytes.error().message;
  const std::string path = folder.write("b.xlsx", *bytes);
  const auto workbook = open_workbook(std::make_shared<Input>(Input{.name = path}));
  ASSERT_TRUE(workbook) << workbook.error().message;
  EXPECT_EQ(workbook->sheets.at(0).name, "S & T");
  EXPECT_EQ(workbook->styles.kind(1), NumberKind::kDate);
  EXPECT_EQ(workbook->styles.kind(3), NumberKind::kTimestamp);
  const auto sheet = ZipFile::read_member(workbook->archive, workbook->sheets[0].member, 1 << 20);
  ASSERT_TRUE(sheet) << sheet.error().message;
  EXPECT_TRUE(sheet->contains("<row r=\"1\"><c r=\"A1\"/></row>\n<row r=\"2\">"));
  EXPECT_TRUE(sheet->contains("<row r=\"12\"><c r=\"A12\"/></row>\n</sheetData>"));
}

TEST_F(XlsxFileTest, TheSameBytesHoweverTheTextComes) {
  const std::string text = sheet_of(50'000);
  const auto bytes = written(text, text.size());
  ASSERT_TRUE(bytes);
  EXPECT_EQ(*written(text, 999), *bytes);
}

TEST_F(XlsxFileTest, ASheetHasSoManyRows) {
  EXPECT_TRUE(written(sheet_of(1'048'576), 1 << 20));
  const auto more = written(sheet_of(1'048'577), 1 << 20);
  ASSERT_FALSE(more);
  EXPECT_EQ(more.error().message,
            "'b.xlsx' would have more than 1048576 rows, which is all that a sheet can hold");
}

TEST(XlsxFile, NamesOfSheets) {
  EXPECT_EQ(sheet_name_mistake("Sales 2025"), "");
  EXPECT_EQ(sheet_name_mistake(std::string(31, 'x')), "");
  EXPECT_EQ(sheet_name_mistake(""), "a sheet needs a name");
  EXPECT_EQ(sheet_name_mistake("a/b"), "the name of a sheet cannot hold any of [ ] : * ? / \\");
  EXPECT_EQ(sheet_name_mistake("'a"), "the name of a sheet cannot begin or end with an apostrophe");
  EXPECT_EQ(sheet_name_mistake(std::string(32, 'x')),
            "the name of a sheet has at most 31 characters, this one has 32");
  EXPECT_NE(sheet_name_mistake("a\nb"), "");
}

}  // namespace
}  // namespace leat::io
