// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: a test looks at the rows of a stage as values, also where nothing but a file would hold
// them.
//
// Invariants:
//  1. Values are written as JSON has them, NaN and infinity in quotes, so that equal values of one
//     type are equal texts.
//  2. A part is cells, each a length and that many bytes: parts arrive in order, rows are whole.
//
// Rejected: the sink `show` and reading what it prints (numbers of JSON would lose digits on the
// way).
#include "pipelines/testing/captured_rows.h"

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

class CaptureEncoder final : public Encoder {
 public:
  explicit CaptureEncoder(const LaneContext& context)
      : ledger_(context.ledger), out_(context.memory), cell_(context.memory) {}

  Result<BufferRef> encode(const Batch& batch) override {
    LEAT_TRY(out_.start(64 + batch.rows() * batch.columns().size() * 16));
    for (size_t i = 0; i < batch.rows(); ++i) {
      for (const ColumnRef& column : batch.columns()) {
        LEAT_TRY(cell_.start(64));
        LEAT_TRY(write_value(*column, batch.selection()[i], cell_));
        const auto length = static_cast<Length>(cell_.size());
        char bytes[sizeof(length)];
        std::memcpy(bytes, &length, sizeof(length));
        LEAT_TRY(out_.append({bytes, sizeof(bytes)}));
        LEAT_TRY(out_.append(cell_.text()));
      }
    }
    ledger_.add(Counter::kWritten, batch.rows());
    return out_.finish();
  }

 private:
  Ledger& ledger_;
  io::TextBuffer out_;
  io::TextBuffer cell_;
};

class CaptureCommitter final : public Committer {
 public:
  CaptureCommitter(CapturedRows& to, const StageContext& context) : to_(to), context_(context) {}

  Status open() override { return {}; }
  Status write(const BufferRef& bytes, uint64_t rows) override {
    const char* at = bytes->as<char>();
    for (uint64_t i = 0; i < rows; ++i) {
      std::vector<std::string>& row = to_.rows.emplace_back();
      for (size_t column = 0; column < to_.schema->size(); ++column) {
        Length length = 0;
        std::memcpy(&length, at, sizeof(length));
        row.emplace_back(at + sizeof(length), length);
        at += sizeof(length) + length;
      }
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
    return std::make_unique<CaptureEncoder>(context);
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
