// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The rows of a split of JSON, whatever is between its records: batches, places, and bad records.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "operators/input/split_place.h"
#include "operators/json/json_record_reader.h"
#include "operators/operator.h"

namespace leat::io {

struct JsonFormat {
  SchemaRef schema;  ///< Columns to fill.
  SchemaRef known;   ///< All fields.
  UnknownFields unknown = UnknownFields::kError;
  bool declared = false;      ///< Were the columns, and not guessed? Then lists can be rows.
  bool rounds_times = false;  ///< Else digits past the microsecond are an error.
  JsonRecords records = JsonRecords::kLines;
  DuplicateKeys duplicates = DuplicateKeys::kError;
};

/// THREADS: one.
class JsonRows {
 public:
  JsonRows(const JsonFormat& format, const LaneContext& context);

  /// The rows that follow are those of `split`, which lives until finish; they go to `output`.
  /// `first_column` as PlaceCursor has it. ERRORS: kMemory.
  Status start(const Split& split, uint64_t first_column, RowOriginRef origin, Output& output);
  /// Is all of the split UTF-8? If not, check_utf8 comes before read.
  bool is_utf8() const { return is_utf8_; }
  /// False when `text`, record `number` of the split, is not UTF-8 and `on_error` has it.
  Result<bool> check_utf8(std::string_view text, uint32_t number);
  /// Reads the record at `at`; `end` is the end of all text. Returns its end, or null when it is
  /// bad and `on_error` has it. ERRORS: what ends the run; rows before it were emitted.
  Result<const char*> read(const char* at, const char* end, uint32_t number);
  /// Hands record `number` to `on_error`, which is wrong at `fault_at`.
  Status deal_with(Error error, const char* fault_at, uint32_t number);
  /// Emits what is left.
  Status finish() { return end_batch(); }

 private:
  Status begin_batch();
  Status end_batch();

  const SchemaRef schema_;
  const std::string_view unit_;  // what messages call a record
  JsonRecordReader reader_;
  LaneContext context_;
  const Split* split_ = nullptr;
  std::optional<PlaceCursor> places_;
  Output* output_ = nullptr;
  RowOriginRef origin_;
  bool is_utf8_ = true;
  std::vector<uint32_t> numbers_;  // of the rows of the batch, at most kBatchRowsMax
};

}  // namespace leat::io
