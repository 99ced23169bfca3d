// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: a test looks at the rows of a stage as values, also where nothing but a file would hold
// them.
//
// Invariants:
//  1. Values are written as JSON has them, NaN and infinity in quotes, so that equal values of one
//     type are equal texts.
//  2. A part is cells, each a length and that many bytes: parts arrive in order, rows are whole. A
//     row's place, if wanted, is two cells more.
//
// Rejected: the sink `show` and reading what it prints (numbers of JSON would lose digits on the
// way).
#include "pipelines/run/captured_rows.h"

#include <algorithm>
#include <cstring>
#include <string_view>
#include <utility>

#include "operators/json/json_encoder.h"
#include "operators/text/text_buffer.h"

namespace leat::pipelines {
namespace {

using Length = uint32_t;

Status write_value(const Column& column, size_t row, io::TextBuffer& out) {
  if (!column.is_valid(row)) return out.append("null");
  return io::JsonWriter(io::NonFinite::kQuote).write(column, row, out);
}

/// Where a row of a batch came from.
TextPlace place_of(const Batch& batch, size_t row) {
  const RowOriginRef& origin = batch.places().origin;
  return origin == nullptr ? TextPlace() : origin->locate(batch.ordinal(row).row());
}

class CaptureEncoder final : public Encoder {
 public:
  CaptureEncoder(const LaneContext& context, const CapturedRows& to)
      : ledger_(context.ledger),
        out_(context.memory),
        cell_(context.memory),
        rows_max_(to.rows_max),
        with_places_(to.with_places) {}

  Result<BufferRef> encode(const Batch& batch) override {
    LEAT_TRY(out_.start(64 + batch.rows() * batch.columns().size() * 16));
    for (size_t i = 0; i < std::min(batch.rows(), rows_max_); ++i) {
      for (const ColumnRef& column : batch.columns()) {
        LEAT_TRY(cell_.start(64));
        LEAT_TRY(write_value(*column, batch.selection()[i], cell_));
        LEAT_TRY(append(cell_.text()));
      }
      if (!with_places_) continue;
      const TextPlace place = place_of(batch, i);
      LEAT_TRY(append(std::to_string(place.line)));
      LEAT_TRY(append(place.file));
    }
    ledger_.add(Counter::kWritten, batch.rows());
    return out_.finish();
  }

 private:
  Status append(std::string_view text) {
    const auto length = static_cast<Length>(text.size());
    char bytes[sizeof(length)];
    std::memcpy(bytes, &length, sizeof(length));
    LEAT_TRY(out_.append({bytes, sizeof(bytes)}));
    return out_.append(text);
  }

  Ledger& ledger_;
  io::TextBuffer out_;
  io::TextBuffer cell_;
  const size_t rows_max_;
  const bool with_places_;
};

class CaptureCommitter final : public Committer {
 public:
  CaptureCommitter(CapturedRows& to, const StageContext& context) : to_(to), context_(context) {}

  Status open() override { return {}; }
  Status write(const BufferRef& bytes, uint64_t rows) override {
    const char* at = bytes->as<char>();
    const auto next = [&at] {
      Length length = 0;
      std::memcpy(&length, at, sizeof(length));
      const std::string text(at + sizeof(length), length);
      at += sizeof(length) + length;
      return text;
    };
    const char* const end = at + bytes->size();
    while (at < end && to_.rows.size() < to_.rows_max) {
      std::vector<std::string>& row = to_.rows.emplace_back();
      for (size_t column = 0; column < to_.schema->size(); ++column) row.push_back(next());
      if (!to_.with_places) continue;
      TextPlace& place = to_.places.emplace_back();
      place.line = std::stoull(next());
      place.file = next();
    }
    context_.ledger.add(Counter::kCommitted, rows);
    return {};
  }
  Status prepare(uint64_t) override { return {}; }
  Status commit(uint64_t) override { return {}; }
  void abort() noexcept override {}

 private:
  CapturedRows& to_;
  StageContext context_;
};

class Capture final : public Sink {
 public:
  explicit Capture(CapturedRows& to) : to_(to) {}

  std::unique_ptr<Encoder> encoder(const LaneContext& context) const override {
    return std::make_unique<CaptureEncoder>(context, to_);
  }
  std::unique_ptr<Committer> committer(const StageContext& context) const override {
    return std::make_unique<CaptureCommitter>(to_, context);
  }

 private:
  CapturedRows& to_;
};

}  // namespace

std::unique_ptr<Sink> make_capture(CapturedRows& to) { return std::make_unique<Capture>(to); }

Result<std::string> captured_value(const Column& column, size_t row, MemoryAccount& memory) {
  io::TextBuffer text(memory);
  LEAT_TRY(text.start(64));
  LEAT_TRY(write_value(column, row, text));
  return std::string(text.text());
}

}  // namespace leat::pipelines
