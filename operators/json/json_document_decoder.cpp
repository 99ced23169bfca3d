// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: the records of a piece of a document, with their places in the file.
//
// Invariants:
//  1. The records are those the splitter counted: where a good one ends the reader says, where a
//     bad one ends json_extent.h, which the splitter asks for all of them; both agree on good ones.
//  2. What is wrong between records is not reported here: the splitter does, behind this split.
//
// Not chosen: to look for the end of good records first; it is a second pass over all bytes.
#include "operators/json/json_document_decoder.h"

#include <mutex>
#include <string>
#include <utility>

#include "engine/codes/data.h"
#include "operators/input/text_encoding.h"
#include "operators/json/json_extent.h"
#include "operators/json/json_splitter.h"
#include "operators/text/utf8.h"

namespace leat::io {
namespace {

/// Behind the record at `at`; npos when it does not end in the split, which is the last one then.
size_t end_of(std::string_view text, size_t at) { return JsonExtent(at).find_end(text, true); }

class DocumentOrigin final : public RowOrigin {
 public:
  explicit DocumentOrigin(Split split)
      : split_(std::move(split)), places_(split_, json_start(split_).column) {
    rewind();
  }

  TextPlace locate(uint64_t row) const override {
    const std::lock_guard lock(mutex_);
    walk_to(row);
    return places_.at(at_);
  }
  std::string raw(uint64_t row) const override {
    const std::lock_guard lock(mutex_);
    walk_to(row);
    const size_t end = end_of(split_.bytes(), at_);
    return std::string(split_.bytes().substr(at_, end - at_));
  }

 private:
  void rewind() const {
    walker_ = json_start(split_).walker;
    at_ = 0;
    next_row_ = 0;
  }
  /// Moves at_ to where record `row` begins.
  void walk_to(uint64_t row) const {
    if (row + 1 < next_row_) rewind();
    while (next_row_ <= row) {
      if (next_row_ > 0) {
        at_ = std::min(end_of(split_.bytes(), at_), split_.bytes().size());
        walker_->behind_record();
      }
      ++next_row_;
      if (walker_->next(split_.bytes(), at_, true) != JsonWalker::Stop::kRecord) return;
    }
  }

  const Split split_;
  mutable std::mutex mutex_;  // guards what follows: a cache that makes ascending rows cheap
  mutable std::optional<JsonWalker> walker_;
  mutable size_t at_ = 0;
  mutable uint64_t next_row_ = 0;  // at_ is where the one before it begins
  mutable PlaceCursor places_;
};

class DocumentDecoder final : public Decoder {
 public:
  DocumentDecoder(const JsonFormat& format, const LaneContext& context)
      : rows_(format, context), context_(context) {}

  Status decode(const Split& split, Output& output) override {
    const JsonStart& start = json_start(split);
    LEAT_TRY(rows_.start(split, start.column, std::make_shared<DocumentOrigin>(split), output));
    const std::string_view text = split.bytes();
    JsonWalker walker = start.walker;
    size_t at = 0;
    for (uint32_t number = 0;; ++number) {
      const size_t before = at;
      const JsonWalker::Stop stop = walker.next(text, at, true);
      if (!rows_.is_utf8()) [[unlikely]]
        LEAT_TRY(check_between(split, start.column, before, at));
      if (stop != JsonWalker::Stop::kRecord) break;
      LEAT_TRY_ASSIGN(at, read_record(text, at, number));
      if (at == std::string_view::npos) break;
      walker.behind_record();
    }
    return rows_.finish();
  }

 private:
  /// Returns the end of the record.
  Result<size_t> read_record(std::string_view text, size_t at, uint32_t number) {
    context_.ledger.add(Counter::kRead, 1);
    if (!rows_.is_utf8()) [[unlikely]] {
      const size_t end = end_of(text, at);
      LEAT_TRY_ASSIGN(const bool valid, rows_.check_utf8(text.substr(at, end - at), number));
      if (!valid) return end;
    }
    LEAT_TRY_ASSIGN(const char* const end,
                    rows_.read(text.data() + at, text.data() + text.size(), number));
    return end == nullptr ? end_of(text, at) : static_cast<size_t>(end - text.data());
  }

  /// What is between records may hold text as well. It is nobody's row, so it ends the run.
  Status check_between(const Split& split, uint64_t first_column, size_t begin, size_t end) {
    const std::string_view between = split.bytes().substr(begin, end - begin);
    const size_t position = first_invalid_utf8(between);
    if (position == between.size()) return {};
    LEAT_TRY(rows_.finish());
    Error error(code::kBadEncoding, ErrorCode::kData, "the file is not valid UTF-8",
                std::string(kEncodingHint));
    error.data = PlaceCursor(split, first_column).at(begin + position);
    return std::unexpected(std::move(error));
  }

  JsonRows rows_;
  LaneContext context_;
};

}  // namespace

std::unique_ptr<Decoder> make_json_document_decoder(const JsonFormat& format,
                                                    const LaneContext& context) {
  return std::make_unique<DocumentDecoder>(format, context);
}

}  // namespace leat::io
