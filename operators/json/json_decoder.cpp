// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/json/json_decoder.h"

#include <cstring>
#include <vector>

#include <fmt/format.h>
#include <simdjson.h>

#include "operators/input/line_splitter.h"
#include "operators/text/utf8.h"

namespace leat::io {

namespace {

/// The batch being filled for a split.
class JsonDecoder final : public Decoder {
 public:
  JsonDecoder(const JsonFormat& format, const LaneContext& context)
      : schema_(format.schema),
        reader_(*format.schema, *format.known, format.unknown, context.memory),
        context_(context) {
    if (format.rounds_times) reader_.round_times();
  }

  Status decode(const Split& split, Output& output) override {
    split_ = &split;
    output_ = &output;
    origin_ = make_line_origin(split, EmptyLines::kAreRows);
    const std::string_view text = split.bytes();
    is_utf8_ = simdjson::validate_utf8(text.data(), text.size());
    LEAT_TRY(begin_batch());
    const char* at = text.data();
    const char* const end = at + text.size();
    const JsonScanner scanner(text);
    for (uint32_t line = 0; at < end; ++line) {
      const char* const line_begin = at;
      at = scanner.skip_space(at);
      if (scanner.peek(at) != '\n' && at < end) {
        LEAT_TRY_ASSIGN(at, read_line(line_begin, at, end, line));
      }
      ++at;  // past the line feed
    }
    return end_batch();
  }

 private:
  Status begin_batch() {
    LEAT_TRY(reader_.start(split_->chunk, kBatchRowsMax));
    lines_.clear();
    return {};
  }

  /// Reads the line at `begin`, whose first character that is no space is at `first`; returns its
  /// end.
  Result<const char*> read_line(const char* begin, const char* first, const char* end,
                                uint32_t number) {
    context_.ledger.add(Counter::kRead, 1);
    if (!is_utf8_) [[unlikely]] {
      const char* fault_at = nullptr;
      const char* const line_end = find_end(begin, end);
      if (Status status = check_utf8({begin, line_end}, fault_at); !status) {
        LEAT_TRY(deal_with(std::move(status).error(), begin, number, fault_at));
        return line_end;
      }
    }
    const char* const line_end = reader_.read(first, end);
    if (line_end == nullptr) [[unlikely]] {
      const char* fault_at = nullptr;
      Error error = reader_.take_error(fault_at);
      LEAT_TRY(deal_with(std::move(error), begin, number, fault_at));
      return find_end(begin, end);
    }
    lines_.push_back(number);
    if (reader_.rows() == kBatchRowsMax) [[unlikely]] {
      LEAT_TRY(end_batch());
      LEAT_TRY(begin_batch());
    }
    return line_end;
  }

  static const char* find_end(const char* at, const char* end) {
    const void* const feed = std::memchr(at, '\n', static_cast<size_t>(end - at));
    return feed == nullptr ? end : static_cast<const char*>(feed);
  }

  static Status check_utf8(std::string_view line, const char*& fault_at) {
    const size_t position = first_invalid_utf8(line);
    if (position == line.size()) return {};
    fault_at = line.data() + position;
    return fail(ErrorCode::kData, "the line is not valid UTF-8", "convert the file to UTF-8");
  }

  /// Hands a bad line to the stage's `on_error`. When that ends the run, the rows before the line
  /// are emitted first.
  Status deal_with(Error error, const char* begin, uint32_t number, const char* fault_at) {
    if (error.code != ErrorCode::kData) return std::unexpected(std::move(error));
    const auto column = static_cast<uint64_t>(fault_at - begin) + 1;
    error.data = TextPlace{split_->input->name, split_->first_line + number, column};
    Status status =
        context_.faults.record(origin_, Ordinal(split_->index, number), std::move(error));
    if (status) return {};
    LEAT_TRY(end_batch());
    return status;
  }

  Status end_batch() {
    const size_t rows = reader_.rows();
    if (rows == 0) return {};
    RowPlaces ids;
    ids.first = Ordinal(split_->index, lines_.front());
    ids.origin = origin_;
    if (lines_.back() - lines_.front() + 1 != rows) {
      LEAT_TRY_ASSIGN(ids.ordinals, context_.memory.allocate(rows * sizeof(uint64_t)));
      uint64_t* const packed = ids.ordinals->mutable_as<uint64_t>();
      for (size_t i = 0; i < rows; ++i) packed[i] = Ordinal(split_->index, lines_[i]).packed();
    }
    return output_->emit(Batch(schema_, reader_.finish(), rows, std::move(ids)));
  }

  const SchemaRef schema_;
  JsonRecordReader reader_;
  LaneContext context_;
  const Split* split_ = nullptr;
  Output* output_ = nullptr;
  RowOriginRef origin_;
  bool is_utf8_ = true;
  std::vector<uint32_t> lines_;  // of the rows of the batch, at most kBatchRowsMax
};

}  // namespace

std::unique_ptr<Decoder> make_json_decoder(const JsonFormat& format, const LaneContext& context) {
  return std::make_unique<JsonDecoder>(format, context);
}

}  // namespace leat::io
