// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// A workbook with one sheet, written from front to back.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "operators/output/packed_file.h"

namespace leat::io {

/// What is wrong with `name` as the name of a sheet; empty: nothing.
std::string sheet_name_mistake(std::string_view name);

/// What stands before the rows in the sheet, and behind them.
inline constexpr std::string_view kSheetBegin =
    "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
    "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>\n";
inline constexpr std::string_view kSheetEnd = "</sheetData></worksheet>\n";

/// Its text is that of the sheet, from kSheetBegin to kSheetEnd, with marks for the numbers of rows
/// (xlsx_encoder.h). The same rows give the same bytes. ERRORS of write: kData too, when there are
/// more rows than a sheet can hold, or more bytes than a workbook.
class XlsxFile final : public FileWriter {
 public:
  /// `file` and `memory` outlive this.
  XlsxFile(std::string sheet, int level, StagedFile& file, MemoryAccount& memory);

  Status write(std::string_view text) override;
  Status finish() override;

 private:
  struct Member {
    std::string name;
    uint32_t checksum = 0;
    uint64_t packed = 0;
    uint64_t bytes = 0;
    uint64_t begin = 0;  // in the file
    bool is_stream = false;
  };
  /// Counts what goes into the file.
  class Counted final : public StagedFile {
   public:
    explicit Counted(StagedFile& file) : file_(file) {}
    Status write(std::string_view bytes) override {
      bytes_ += bytes.size();
      return file_.write(bytes);
    }
    Status prepare() override { return file_.prepare(); }
    const std::string& target() const override { return file_.target(); }
    uint64_t written() const override { return bytes_; }

   private:
    StagedFile& file_;
    uint64_t bytes_ = 0;
  };

  Status begin();
  Status store(std::string name, std::string_view text);
  Status begin_member(Member member);
  Status number_rows(std::string_view text);
  Status check_size() const;
  Status write_directory();

  const std::string sheet_;
  Counted file_;
  PackedFile packed_;
  std::vector<Member> members_;
  uint64_t row_ = 0;
  std::string numbered_;
};

}  // namespace leat::io
