// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: lines and documents differ in where a record begins, and in nothing else.
//
// Invariants: row n of a split is its n-th record, bad ones counted, so a row leads back to its
// text; a bad record leaves nothing in the columns; when it ends the run, the rows before it have
// gone out.
//
// Not chosen: one decoder with a flag: the loop over lines is the hottest of the format.
#include "operators/json/json_rows.h"

#include <utility>

#include <fmt/format.h>
#include <simdjson.h>

#include "engine/codes/data.h"
#include "engine/mutant.h"
#include "operators/input/text_encoding.h"
#include "operators/text/utf8.h"

namespace leat::io {

JsonRows::JsonRows(const JsonFormat& format, const LaneContext& context)
    : schema_(format.schema),
      unit_(format.records == JsonRecords::kLines ? "line" : "value"),
      reader_(*format.schema, *format.known, format.unknown, context.memory),
      context_(context) {
  if (format.rounds_times) reader_.round_times();
  if (format.declared && !LEAT_MUTANT("lists_are_no_rows")) reader_.take_lists();
  reader_.expect(format.records, format.duplicates);
}

Status JsonRows::start(const Split& split, uint64_t first_column, RowOriginRef origin,
                       Output& output) {
  split_ = &split;
  places_.emplace(split, first_column);
  output_ = &output;
  origin_ = std::move(origin);
  const std::string_view text = split.bytes();
  is_utf8_ = simdjson::validate_utf8(text.data(), text.size());
  return begin_batch();
}

Status JsonRows::begin_batch() {
  LEAT_TRY(reader_.start(split_->chunk, kBatchRowsMax));
  numbers_.clear();
  return {};
}

Result<bool> JsonRows::check_utf8(std::string_view text, uint32_t number) {
  const size_t position = first_invalid_utf8(text);
  if (position == text.size()) return true;
  Error error(code::kBadEncoding, ErrorCode::kData, fmt::format("the {} is not valid UTF-8", unit_),
              std::string(kEncodingHint));
  LEAT_TRY(deal_with(std::move(error), text.data() + position, number));
  return false;
}

Result<const char*> JsonRows::read(const char* at, const char* end, uint32_t number) {
  const char* const record_end = reader_.read(at, end);
  if (record_end == nullptr) [[unlikely]] {
    const char* fault_at = nullptr;
    Error error = reader_.take_error(fault_at);
    LEAT_TRY(deal_with(std::move(error), fault_at, number));
    return nullptr;
  }
  numbers_.push_back(number);
  if (reader_.rows() == kBatchRowsMax) [[unlikely]] {
    LEAT_TRY(end_batch());
    LEAT_TRY(begin_batch());
  }
  return record_end;
}

Status JsonRows::deal_with(Error error, const char* fault_at, uint32_t number) {
  if (error.code != ErrorCode::kData) return std::unexpected(std::move(error));
  error.data = places_->at(static_cast<size_t>(fault_at - split_->bytes().data()));
  Status status = context_.faults.record(origin_, Ordinal(split_->index, number), std::move(error));
  if (status) return {};
  LEAT_TRY(end_batch());
  return status;
}

Status JsonRows::end_batch() {
  const size_t rows = reader_.rows();
  if (rows == 0) return {};
  RowPlaces ids;
  ids.first = Ordinal(split_->index, numbers_.front());
  ids.origin = origin_;
  if (numbers_.back() - numbers_.front() + 1 != rows) {
    LEAT_TRY_ASSIGN(ids.ordinals, context_.memory.allocate(rows * sizeof(uint64_t)));
    uint64_t* const packed = ids.ordinals->mutable_as<uint64_t>();
    for (size_t i = 0; i < rows; ++i) packed[i] = Ordinal(split_->index, numbers_[i]).packed();
  }
  return output_->emit(Batch(schema_, reader_.finish(), rows, std::move(ids)));
}

}  // namespace leat::io
