// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The text of a pipeline, and lines and columns for byte offsets in it. Included files stand behind
// it in one range of offsets, as compilers lay out theirs, so that an offset tells its file.
//
// Places travel through all phases as byte offsets, which survive every transformation that keeps a
// position map; they become lines and columns here and nowhere else, when a message is printed.
//
// Invariants:
//  1. line_begins_ ascends strictly and begins with 0; a text without any line break has one line,
//     also when it is empty.
//  2. A line ends before "\n" or "\r\n". A lone "\r" ends no line; the parser refuses such texts.
//  3. Columns count bytes, as compilers and editors' "go to byte" do; only the caret line counts
//     cells.
//
//  4. Between two files stands a line break that is in neither, so that the end of one is not the
//     begin of the next.
//
// Rejected: a number of the file in every place (all phases would carry it, and hardly any looks at
// it), mapping the file (it may be a pipe), and keeping line and column in every node (twice
// the size, and no way to point into the middle of a scalar).
#include "pipelines/text/document.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <memory>

#include <fmt/format.h>

#include "engine/check.h"
#include "engine/codes/file.h"
#include "engine/codes/form.h"

namespace leat::pipelines {

Document::Document(std::string file, std::string text)
    : parts_{{std::move(file), 0, 0}}, text_(std::move(text)) {
  LEAT_CHECK(text_.size() <= kBytesMax, "offsets of a pipeline text are small");
  line_begins_.push_back(0);
  for (size_t i = 0; i < text_.size(); ++i) {
    if (text_[i] == '\n') line_begins_.push_back(static_cast<uint32_t>(i + 1));
  }
}

bool Document::room_for(const Document& included) const {
  return included.text_.size() + 1 <= kBytesMax - std::min(kBytesMax, text_.size());
}

uint32_t Document::append(const Document& included) {
  LEAT_CHECK(room_for(included), "offsets of a pipeline text are small");
  text_ += '\n';
  const auto begin = static_cast<uint32_t>(text_.size());
  parts_.push_back({included.file(), begin, line_begins_.size()});
  text_ += included.text_;
  for (const uint32_t line : included.line_begins_) line_begins_.push_back(begin + line);
  return begin;
}

Document Document::made(std::string file, std::string text) {
  Document document(std::move(file), std::move(text));
  document.is_written_ = false;
  return document;
}

Result<Document> Document::read(const std::string& path) {
  if (path.empty())
    return fail(code::kNoFile, ErrorCode::kInvalid, "the name of the file is empty",
                "is a variable of the shell not set?");
  const bool standard_input = path == "-";
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> owned(nullptr, std::fclose);
  std::FILE* file = stdin;
  if (!standard_input) {
    owned.reset(std::fopen(path.c_str(), "rb"));
    if (owned == nullptr) {
      return fail(read_code(errno), ErrorCode::kIo,
                  fmt::format("cannot open '{}': {}", path, errno_text(errno)));
    }
    file = owned.get();
  }
  std::string text;
  std::array<char, 16384> block;
  while (true) {
    errno = 0;
    const size_t count = std::fread(block.data(), 1, block.size(), file);
    text.append(block.data(), count);
    if (text.size() > kBytesMax) {
      return fail(code::kTooLarge, ErrorCode::kInvalid,
                  fmt::format("'{}' is longer than 4 MiB", path), "is it a pipeline?");
    }
    if (count == block.size()) continue;
    if (std::ferror(file) != 0) {
      return fail(read_code(errno), ErrorCode::kIo,
                  fmt::format("cannot read '{}': {}", path, errno_text(errno)));
    }
    break;
  }
  Document document(standard_input ? "stdin" : path, std::move(text));
  document.is_stdin_ = standard_input;
  return document;
}

void Document::forget_included() {
  if (parts_.size() == 1) return;
  text_.resize(parts_[1].begin - 1);
  line_begins_.resize(parts_[1].lines_before);
  parts_.resize(1);
}

Span Document::file_span(size_t number) const {
  const size_t next = number + 1;
  const size_t end = next < parts_.size() ? parts_[next].begin - 1 : text_.size();
  return {parts_[number].begin, static_cast<uint32_t>(end)};
}

const Document::Part& Document::part_of(uint32_t offset) const {
  const auto after =
      std::upper_bound(parts_.begin(), parts_.end(), offset,
                       [](uint32_t at, const Part& part) { return at < part.begin; });
  return *std::prev(after);
}

TextPlace Document::place(uint32_t offset) const {
  offset = std::min(offset, static_cast<uint32_t>(text_.size()));
  const Part& part = part_of(offset);
  const uint64_t line = line_number(offset);
  return {part.file, line - part.lines_before, uint64_t{offset} - line_begins_[line - 1] + 1};
}

std::string Document::named_line(uint32_t offset) const {
  const TextPlace at = place(offset);
  return &part_of(offset) == &parts_.front() ? fmt::format("line {}", at.line)
                                             : fmt::format("line {} of {}", at.line, at.file);
}

uint64_t Document::line_number(uint32_t offset) const {
  const auto after = std::upper_bound(line_begins_.begin(), line_begins_.end(), offset);
  return static_cast<uint64_t>(after - line_begins_.begin());
}

std::string_view Document::line(uint64_t number) const {
  if (number == 0 || number > line_begins_.size()) return {};
  const size_t begin = line_begins_[number - 1];
  size_t end = number == line_begins_.size() ? text_.size() : line_begins_[number] - 1;
  if (end > begin && end < text_.size() && text_[end] == '\n' && text_[end - 1] == '\r') --end;
  return std::string_view(text_).substr(begin, end - begin);
}

uint32_t Document::line_begin(uint64_t number) const {
  LEAT_CHECK(number >= 1 && number <= line_begins_.size(), "the document has such a line");
  return line_begins_[number - 1];
}

}  // namespace leat::pipelines
