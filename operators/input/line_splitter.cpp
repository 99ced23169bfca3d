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

class LineOrigin final : public RowOrigin {
 public:
  LineOrigin(Split split, EmptyLines empty_lines)
      : split_(std::move(split)), empty_lines_(empty_lines), places_(split_) {
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
    walker_ = LineWalker(split_.bytes());
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

std::unique_ptr<Splitter> make_line_splitter(Inputs inputs, MemoryAccount& memory,
                                             SplitterOptions options) {
  return std::make_unique<RecordSplitter>(std::move(inputs), std::make_unique<LineFinder>(), memory,
                                          options);
}

bool LineWalker::next() {
  if (next_ == text_.size()) return false;
  begin_ = next_;
  size_t end = text_.find('\n', begin_);
  next_ = end == std::string_view::npos ? text_.size() : end + 1;
  if (end == std::string_view::npos) end = text_.size();
  if (end > begin_ && next_ > end && text_[end - 1] == '\r') --end;
  line_ = text_.substr(begin_, end - begin_);
  return true;
}

RowOriginRef make_line_origin(Split split, EmptyLines empty_lines) {
  return std::make_shared<LineOrigin>(std::move(split), empty_lines);
}

}  // namespace leat::io
