// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: any cell may refer to any text, so all texts are in memory while a sheet is read; they
// may be most of the workbook.
//
// Invariants: all of it is charged: the window of XML under way, the texts, their ends. The XML is
// read piece by piece and never held.
//
// Not chosen: looking texts up in the archive when they are needed (a packed member is read from
// its front only), or a table on disk (the limit of memory says so, and the workbook had to fit
// into the memory of a spreadsheet program before).
#include "operators/xlsx/shared_strings.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <simdjson.h>

#include "operators/text/text_buffer.h"
#include "operators/xlsx/xml_scanner.h"

namespace leat::io {
namespace {

constexpr size_t kWindowBytes = size_t{256} << 10;
constexpr size_t kWindowBytesMax = size_t{256} << 20;

/// Reads `<si>` elements from a growing window.
class StringsReader {
 public:
  StringsReader(std::shared_ptr<ZipFile> archive, size_t wanted, MemoryAccount& memory)
      : archive_(std::move(archive)),
        wanted_(wanted),
        memory_(memory),
        texts_(memory),
        ends_(memory) {}

  Status read(ByteSource& source) {
    LEAT_TRY(texts_.start(kWindowBytes));
    LEAT_TRY(ends_.start(kWindowBytes));
    LEAT_TRY_ASSIGN(window_, memory_.allocate(kWindowBytes));
    for (bool ended = false; !ended && count_ < wanted_;) {
      LEAT_TRY(make_room());
      LEAT_TRY_ASSIGN(const size_t got,
                      read_fully(source, {window_->mutable_data() + filled_, room_ - filled_}));
      filled_ += got;
      ended = filled_ < room_;
      LEAT_TRY_ASSIGN(const size_t used, take_items({window_->as<char>(), filled_}));
      std::memmove(window_->mutable_data(), window_->data() + used, filled_ - used);
      filled_ -= used;
    }
    return {};
  }

  size_t count() const { return count_; }
  BufferRef take_texts() { return texts_.finish(); }
  BufferRef take_ends() { return ends_.finish(); }

 private:
  /// An item that fills the window makes it grow.
  Status make_room() {
    if (filled_ < room_) return {};
    if (room_ >= kWindowBytesMax)
      return std::unexpected(archive_->error("a text of the workbook is longer than 256 MiB"));
    LEAT_TRY_ASSIGN(BufferRef larger, memory_.allocate(2 * room_));
    std::memcpy(larger->mutable_data(), window_->data(), filled_);
    window_ = std::move(larger);
    room_ *= 2;
    return {};
  }

  /// Takes the whole items of `text`; returns where the first one begins that is not whole.
  Result<size_t> take_items(std::string_view text) {
    XmlScanner scanner(text);
    size_t used = 0;
    while (count_ < wanted_) {
      const XmlScanner::Token token = scanner.next();
      if (token == XmlScanner::Token::kFault) return std::unexpected(fault(scanner.fault()));
      if (token == XmlScanner::Token::kNone) return text.size();
      if (token == XmlScanner::Token::kCut) break;
      if (token == XmlScanner::Token::kStart && scanner.name() == "si") {
        LEAT_TRY_ASSIGN(const bool whole, take_item(scanner));
        if (!whole) break;
      }
      used = scanner.next_position();
    }
    return used;
  }

  /// False when the text ends before the item does.
  Result<bool> take_item(XmlScanner& scanner) {
    item_.clear();
    bool in_text = false;
    for (bool ended = scanner.is_empty(); !ended;) {
      switch (scanner.next()) {
        case XmlScanner::Token::kStart:
          if (scanner.name() == "t") {
            in_text = !scanner.is_empty();
          } else if (scanner.name() != "r" && !scanner.skip_element()) {
            if (scanner.fault().empty()) return false;
            return std::unexpected(fault(scanner.fault()));
          }
          break;
        case XmlScanner::Token::kEnd:
          in_text = false;
          ended = scanner.name() == "si";
          if (!ended && scanner.name() != "t" && scanner.name() != "r")
            return std::unexpected(fault("a text that does not end"));
          break;
        case XmlScanner::Token::kText:
          if (!in_text) break;
          if (scanner.is_literal()) {
            item_ += scanner.text();
          } else if (!append_xml_text(scanner.text(), item_)) {
            return std::unexpected(fault("an entity that it does not explain"));
          }
          break;
        case XmlScanner::Token::kFault: return std::unexpected(fault(scanner.fault()));
        default: return false;
      }
    }
    unescape_xlsx(item_);
    if (!simdjson::validate_utf8(item_)) return std::unexpected(fault("text that is not UTF-8"));
    LEAT_TRY(texts_.append(item_));
    const uint64_t end = texts_.size();
    LEAT_TRY(ends_.append({reinterpret_cast<const char*>(&end), sizeof(end)}));
    ++count_;
    return true;
  }

  Error fault(std::string_view what) const {
    return archive_->error(fmt::format("its list of texts has {}", what),
                           "save the workbook again");
  }

  const std::shared_ptr<ZipFile> archive_;
  const size_t wanted_;
  MemoryAccount& memory_;
  TextBuffer texts_;
  TextBuffer ends_;
  BufferRef window_;
  size_t room_ = kWindowBytes;
  size_t filled_ = 0;
  size_t count_ = 0;
  std::string item_;
};

}  // namespace

Result<std::shared_ptr<const SharedStrings>> SharedStrings::read(const Workbook& workbook,
                                                                 size_t wanted,
                                                                 MemoryAccount& memory) {
  auto strings = std::make_shared<SharedStrings>();
  if (workbook.strings.empty() || wanted == 0) return strings;
  LEAT_TRY_ASSIGN(const std::unique_ptr<ByteSource> source,
                  ZipFile::open_member(workbook.archive, workbook.strings));
  StringsReader reader(workbook.archive, wanted, memory);
  LEAT_TRY(reader.read(*source));
  strings->count_ = reader.count();
  strings->text_ = reader.take_texts();
  strings->ends_ = reader.take_ends();
  return strings;
}

}  // namespace leat::io
