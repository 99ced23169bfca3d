// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/input/record_splitter.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include <fmt/format.h>

#include "engine/check.h"
#include "engine/codes/data.h"
#include "engine/codes/option.h"
#include "operators/input/file_kind.h"
#include "operators/input/footer.h"
#include "operators/text/byte_size.h"

namespace leat::io {

namespace {

// Less would only make splits of a few records each.
constexpr size_t kChunkMin = size_t{1} << 10;

/// The value of option `name`, a size from `least` to `most`; nullopt after reporting that it is
/// not.
std::optional<size_t> read_size(const OptionValues& options, std::string_view name, size_t least,
                                size_t most, Diagnostics& diagnostics) {
  const std::string text = options.text(name);
  const std::optional<uint64_t> bytes = parse_bytes(text);
  if (bytes && *bytes >= least && *bytes <= most) return *bytes;
  diagnostics.error(code::kOptionValue, options.span(name),
                    bytes
                        ? fmt::format("{} is {}, it must be from {} to {}", name,
                                      format_bytes(*bytes), format_bytes(least), format_bytes(most))
                        : fmt::format("'{}' is not a size", text),
                    bytes ? "" : "write a number with a unit, as 64MiB");
  return std::nullopt;
}

}  // namespace

Result<size_t> byte_order_mark(const Input& input, std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) return 3;
  std::optional<ForeignKind> kind = recognise_foreign(text, input.name);
  if (!kind) return 0;
  Error error(code::kNotThisFormat, ErrorCode::kData, fmt::format("the file is {}", kind->what),
              std::move(kind->hint));
  error.data = TextPlace{input.name, 1, 1};
  return std::unexpected(std::move(error));
}

Error BoundaryFinder::too_long(const Input& input, std::string_view text, uint64_t line,
                               const std::string& limit) const {
  (void)text;
  Error error(code::kRecordTooLong, ErrorCode::kData,
              fmt::format("the record that begins here is longer than {}", limit),
              "raise 'max_record' if the record is as long as that");
  error.data = TextPlace{input.name, line, 1};
  return error;
}

std::optional<SplitterOptions> read_chunk_options(const OptionValues& options,
                                                  Diagnostics& diagnostics) {
  const auto max_record =
      read_size(options, kMaxRecordOption.name, kChunkBytes, kMaxRecordLimit, diagnostics);
  const auto chunk = read_size(options, kChunkOption.name, kChunkMin, kChunkBytes, diagnostics);
  if (!max_record || !chunk) return std::nullopt;
  return SplitterOptions{.chunk_bytes = *chunk, .max_record = *max_record};
}

std::optional<SplitterOptions> read_splitter_options(const OptionValues& options,
                                                     Diagnostics& diagnostics) {
  auto splitting = read_chunk_options(options, diagnostics);
  auto encoding = read_encoding(options, diagnostics);
  if (!splitting || !encoding) return std::nullopt;
  if (options.text("invalid_utf8") == "replace") encoding->replace_invalid();
  splitting->encoding = std::move(*encoding);
  return splitting;
}

RecordSplitter::RecordSplitter(Inputs inputs, std::unique_ptr<BoundaryFinder> finder,
                               MemoryAccount& memory, SplitterOptions options)
    : inputs_(std::move(inputs)),
      finder_(std::move(finder)),
      memory_(memory),
      options_(std::move(options)) {
  LEAT_CHECK(options_.chunk_bytes >= 16, "a chunk holds a byte order mark and more");
  LEAT_CHECK(options_.chunk_bytes * 4 <= Ordinal::kRowsPerSplitMax,
             "a row identity can count the rows of a split");
  LEAT_CHECK(options_.max_record <= kMaxRecordLimit, "views address a chunk with 32 bits");
}

Result<std::optional<Split>> RecordSplitter::next() {
  for (;;) {
    if (bad_end_) return std::unexpected(*std::exchange(bad_end_, std::nullopt));
    if (!source_) {
      if (next_input_ == inputs_.size()) return std::nullopt;
      LEAT_TRY(open_next());
    }
    LEAT_TRY(fill());
    if (in_preamble_) {
      LEAT_TRY_ASSIGN(const bool skipped, skip_preamble());
      if (!skipped) {
        LEAT_TRY(make_room());
        continue;
      }
    }
    const BoundaryFinder::Boundary boundary = finder_->find(text(), scanned_);
    if (boundary.end > 0 && !at_end_) return cut(boundary.end, boundary.lines);
    if (at_end_) {
      source_.reset();
      const size_t rest = text().size();
      if (rest > options_.max_record && boundary.end == 0) {
        return std::unexpected(too_long());
      }
      if (Status ended = finder_->end(*input_, text(), line_); !ended)
        bad_end_ = std::move(ended).error();
      if (rest > 0) return cut(rest, 0);
      chunk_.reset();
      continue;
    }
    LEAT_TRY(finder_->dead_end(*input_, text(), line_));
    scanned_ = text().size();
    LEAT_TRY(make_room());
  }
}

Status RecordSplitter::open_next() {
  const auto& input = inputs_[next_input_];
  LEAT_TRY_ASSIGN(source_, options_.open ? options_.open(input)
                                         : open_byte_source(*input, OpenFor::kRead, &memory_,
                                                            &options_.encoding, &archive_));
  source_ = drop_footer(std::move(source_), *input, options_.footer_lines, &memory_);
  input_ = input;
  ++next_input_;
  at_end_ = false;
  in_preamble_ = true;
  first_of_input_ = true;
  offset_ = 0;
  line_ = 1;
  row_ = 0;
  chunk_.reset();
  carry_.reset();
  carry_begin_ = carry_end_ = 0;
  return {};
}

/// Begins a chunk with the tail of the previous one if there is none, and reads until it holds
/// wanted_ bytes.
Status RecordSplitter::fill() {
  if (!chunk_) {
    begin_ = scanned_ = 0;
    filled_ = carry_end_ - carry_begin_;
    // A finder that cuts before the last boundary leaves more than a chunk once one has grown.
    wanted_ = room_ =
        filled_ < options_.chunk_bytes ? options_.chunk_bytes : filled_ + options_.chunk_bytes;
    LEAT_TRY_ASSIGN(chunk_, memory_.allocate(room_));
    if (filled_ > 0) std::memcpy(chunk_->mutable_data(), carry_->data() + carry_begin_, filled_);
    carry_.reset();
    carry_begin_ = carry_end_ = 0;
  }
  if (filled_ == wanted_ || at_end_) return {};
  LEAT_TRY_ASSIGN(const size_t got,
                  read_fully(*source_, {chunk_->mutable_data() + filled_, wanted_ - filled_}));
  filled_ += got;
  at_end_ = filled_ < wanted_;
  return {};
}

/// Lets fill() read another chunk_bytes behind what is there.
Status RecordSplitter::make_room() {
  if (text().size() > options_.max_record) {
    return std::unexpected(too_long());
  }
  const size_t wanted = filled_ + options_.chunk_bytes;
  if (wanted > room_) {
    const size_t most = options_.max_record + 2 * options_.chunk_bytes;
    const size_t room = std::max(wanted, std::min(2 * room_, most));
    Result<BufferRef> larger = memory_.allocate(room);
    if (!larger) return std::unexpected(no_memory(std::move(larger).error()));
    std::memcpy((*larger)->mutable_data(), chunk_->data(), filled_);
    chunk_ = std::move(*larger);
    room_ = room;
  }
  wanted_ = wanted;
  return {};
}

Error RecordSplitter::too_long() const {
  return finder_->too_long(*input_, text(), line_,
                           fmt::format("max_record, {}", format_bytes(options_.max_record)));
}

/// A record that takes all memory is most likely a mistake in the data, so the error says where it
/// began.
Error RecordSplitter::no_memory(Error refused) const {
  const std::string limit = fmt::format("the {} read so far, and there is no memory for more",
                                        format_bytes(text().size()));
  Error error = finder_->too_long(*input_, text(), line_, limit);
  error.code = refused.code;
  error.message += fmt::format(" ({})", refused.message);
  return error;
}

/// Returns false when more text is needed.
Result<bool> RecordSplitter::skip_preamble() {
  if (offset_ == 0) {
    LEAT_TRY_ASSIGN(begin_, byte_order_mark(*input_, text()));
    offset_ = begin_;
  }
  LEAT_TRY_ASSIGN(const auto preamble, finder_->preamble(*input_, text(), at_end_));
  if (!preamble) {
    LEAT_CHECK(!at_end_, "there is no more text to wait for");
    return false;
  }
  begin_ += preamble->end;
  offset_ += preamble->end;
  line_ += preamble->lines;
  in_preamble_ = false;
  return true;
}

/// The first `end` bytes of text() as a split; the rest is carried into the next chunk.
Split RecordSplitter::cut(size_t end, uint64_t lines) {
  Split split;
  split.index = split_index_++;
  split.input = input_;
  split.offset = offset_;
  split.first_line = line_;
  split.first_of_input = std::exchange(first_of_input_, false);
  split.begin = static_cast<uint32_t>(begin_);
  split.end = static_cast<uint32_t>(begin_ + end);
  chunk_->set_size(filled_);
  offset_ += end;
  line_ += lines;
  carry_begin_ = split.end;
  carry_end_ = filled_;
  if (carry_begin_ < carry_end_) carry_ = chunk_;
  split.chunk = std::move(chunk_);
  chunk_.reset();
  split.handle = finder_->handle();
  split.first_row = row_;
  if (options_.count_rows) row_ += finder_->count_rows(split.bytes());
  return split;
}

}  // namespace leat::io
