// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/input/line_splitter.h"

#include <cstring>
#include <mutex>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "engine/codes/data.h"
#include "operators/text/block.h"

namespace leat::io {
namespace {

const uint8_t* bytes_of(std::string_view text) {
  return reinterpret_cast<const uint8_t*>(text.data());
}

/// `line` without the carriage return of its line break.
std::string_view without_return(std::string_view line) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

class LineOrigin final : public RowOrigin {
 public:
  LineOrigin(Split split, EmptyLines empty_lines, RecordStartRef start)
      : split_(std::move(split)),
        empty_lines_(empty_lines),
        start_(std::move(start)),
        places_(split_) {
    rewind();
  }

  TextPlace locate(uint64_t row) const override {
    const std::lock_guard lock(mutex_);
    walk_to(row);
    return places_.at(walker_.begin());
  }
  std::string raw(uint64_t row) const override {
    const std::lock_guard lock(mutex_);
    walk_to(row);
    return std::string(walker_.line());
  }

 private:
  void rewind() const {
    walker_ = LineWalker(split_.bytes(), start_.get());
    next_row_ = 0;
  }
  void walk_to(uint64_t row) const {
    if (row + 1 < next_row_) rewind();
    while (next_row_ <= row && walker_.next()) {
      if (empty_lines_ == EmptyLines::kAreRows || !walker_.line().empty()) ++next_row_;
    }
  }

  const Split split_;
  const EmptyLines empty_lines_;
  const RecordStartRef start_;
  mutable std::mutex mutex_;  // guards what follows: a cache that makes ascending rows cheap
  mutable LineWalker walker_{std::string_view()};
  mutable uint64_t next_row_ = 0;  // the walker stands on the row before it
  mutable PlaceCursor places_;
};

}  // namespace

BoundaryFinder::Boundary LineFinder::find(std::string_view text, size_t scanned) {
  const auto* const last =
      static_cast<const char*>(::memrchr(text.data() + scanned, '\n', text.size() - scanned));
  if (last == nullptr) return {};
  const auto end = static_cast<size_t>(last - text.data()) + 1;
  return {end, count_newlines(bytes_of(text) + scanned, bytes_of(text) + end)};
}

uint64_t LineFinder::count_rows(std::string_view text) const {
  if (text.empty()) return 0;
  return count_newlines(bytes_of(text), bytes_of(text) + text.size()) + (text.back() != '\n');
}

Error LineFinder::too_long(const Input& input, std::string_view, uint64_t line,
                           const std::string& limit) const {
  Error error(code::kRecordTooLong, ErrorCode::kData,
              fmt::format("the line is longer than {}", limit),
              "raise 'max_record' if the line is as long as that");
  error.data = TextPlace{input.name, line, 1};
  return error;
}

/// Lines are looked at from the last one back, as only the last that begins a record counts.
BoundaryFinder::Boundary RecordStartFinder::find(std::string_view text, size_t scanned) {
  size_t end = text.rfind('\n');
  while (end != std::string_view::npos && end >= scanned) {
    const size_t before = end == 0 ? std::string_view::npos : text.rfind('\n', end - 1);
    if (before == std::string_view::npos) break;  // the first line begins the text's first record
    const size_t begin = before + 1;
    if (start_->matches(without_return(text.substr(begin, end - begin))))
      return {begin, count_newlines(bytes_of(text), bytes_of(text) + begin)};
    end = before;
  }
  return {};
}

uint64_t RecordStartFinder::count_rows(std::string_view text) const {
  uint64_t rows = 0;
  for (LineWalker records(text, start_.get()); records.next();) ++rows;
  return rows;
}

Error RecordStartFinder::too_long(const Input& input, std::string_view, uint64_t line,
                                  const std::string& limit) const {
  Error error(code::kRecordTooLong, ErrorCode::kData,
              fmt::format("the record is longer than {}: no line behind this one matches "
                          "'starts_with'",
                          limit),
              "correct the pattern, or raise 'max_record'");
  error.data = TextPlace{input.name, line, 1};
  return error;
}

std::unique_ptr<Splitter> make_line_splitter(Inputs inputs, MemoryAccount& memory,
                                             SplitterOptions options) {
  return std::make_unique<RecordSplitter>(std::move(inputs), std::make_unique<LineFinder>(), memory,
                                          options);
}

/// Where the line at `begin` ends: at its line feed, or with the text.
size_t LineWalker::line_end(size_t begin) const {
  return std::min(text_.find('\n', begin), text_.size());
}

bool LineWalker::next() {
  if (next_ == text_.size()) return false;
  begin_ = next_;
  size_t end = line_end(begin_);
  while (start_ != nullptr && end + 1 < text_.size()) {
    const size_t following = line_end(end + 1);
    if (start_->matches(without_return(text_.substr(end + 1, following - end - 1)))) break;
    end = following;
  }
  next_ = std::min(end + 1, text_.size());
  line_ = text_.substr(begin_, end - begin_);
  if (end < text_.size()) line_ = without_return(line_);
  return true;
}

RowOriginRef make_line_origin(Split split, EmptyLines empty_lines, RecordStartRef start) {
  return std::make_shared<LineOrigin>(std::move(split), empty_lines, std::move(start));
}

}  // namespace leat::io
