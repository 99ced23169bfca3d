// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Values are written as write_jsonl writes them. The text of a row is charged while it grows, and
// is no longer than that of other functions.
#include "operators/expr/kernels/json_build.h"

#include "engine/codes/data.h"
#include "operators/expr/kernels/list_writer.h"
#include "operators/expr/kernels/result_text.h"
#include "operators/json/json_encoder.h"
#include "operators/text/text_buffer.h"

namespace leat::expr {
namespace {

/// Writes the JSON of one row after the other.
class JsonRows {
 public:
  explicit JsonRows(const KernelContext& context)
      : context_(context), writer_(context), buffer_(context.memory()) {}

  /// Begins a row. ERRORS: kMemory.
  Status start(size_t row) {
    row_ = row;
    is_whole_ = true;
    return buffer_.start(kEstimate);
  }
  Status append(std::string_view text) { return buffer_.append(text); }
  /// ERRORS: kMemory; what JSON cannot say is a fault of the row.
  Status append(const Vector& value) {
    if (!is_whole_) return {};
    Status written = json_.write(*value.column, value.at(row_), buffer_);
    if (written && buffer_.size() <= kResultBytesMax) return {};
    if (!written && written.error().code == ErrorCode::kMemory) return written;
    is_whole_ = false;
    context_.fault(code::kBadArgument, row_,
                   written ? std::string(kResultTooLong) : written.error().message);
    return {};
  }
  /// A key of an object, and the colon behind it.
  Status append_key(const Vector& key) {
    if (!is_whole_) return {};
    if (!key->is_valid(key.at(row_))) return refuse_key();
    LEAT_TRY(append(key));
    return is_whole_ ? append(":") : Status();
  }
  /// A member of an object, value `at` of both columns; no value is null.
  Status append_member(const Column& keys, const Column& values, size_t at) {
    if (!is_whole_) return {};
    if (!keys.is_valid(at)) return refuse_key();
    LEAT_TRY(json_.write(keys, at, buffer_));
    LEAT_TRY(append(":"));
    LEAT_TRY(append(values.is_valid(at) ? values.view_at(at) : "null"));
    if (buffer_.size() > kResultBytesMax) {
      is_whole_ = false;
      context_.fault(code::kBadArgument, row_, std::string(kResultTooLong));
    }
    return {};
  }
  void finish_row() {
    if (is_whole_) writer_.write(row_, buffer_.text());
  }
  Result<Vector> finish(BufferRef validity) { return writer_.finish(std::move(validity)); }

 private:
  static constexpr size_t kEstimate = 64;

  Status refuse_key() {
    is_whole_ = false;
    context_.fault(code::kBadArgument, row_, "a key of a JSON object cannot be NULL");
    return {};
  }

  const KernelContext& context_;
  TextWriter writer_;
  io::TextBuffer buffer_;
  io::JsonWriter json_;
  size_t row_ = 0;
  bool is_whole_ = true;
};

/// Calls `write(row)` for the wanted rows until one has an error.
template <typename Write>
Status for_rows(const KernelContext& context, const BufferRef& validity, Write&& write) {
  Status status;
  for_each_valid(context, validity, [&](size_t row) {
    if (status) status = write(row);
  });
  return status;
}

}  // namespace

Result<Vector> to_json_kernel(const KernelContext& context, std::span<const Vector> inputs) {
  LEAT_TRY_ASSIGN(BufferRef validity, all_valid(context, inputs));
  JsonRows rows(context);
  LEAT_TRY(for_rows(context, validity, [&](size_t row) -> Status {
    LEAT_TRY(rows.start(row));
    LEAT_TRY(rows.append(inputs[0]));
    rows.finish_row();
    return {};
  }));
  return rows.finish(std::move(validity));
}

Result<Vector> json_object_kernel(const KernelContext& context, std::span<const Vector> inputs) {
  JsonRows rows(context);
  LEAT_TRY(for_rows(context, BufferRef(), [&](size_t row) -> Status {
    LEAT_TRY(rows.start(row));
    LEAT_TRY(rows.append("{"));
    for (size_t i = 0; i + 1 < inputs.size(); i += 2) {
      if (i > 0) LEAT_TRY(rows.append(","));
      LEAT_TRY(rows.append_key(inputs[i]));
      LEAT_TRY(rows.append(inputs[i + 1]));
    }
    LEAT_TRY(rows.append("}"));
    rows.finish_row();
    return {};
  }));
  return rows.finish(BufferRef());
}

Result<Vector> json_entries_kernel(const KernelContext& context, std::span<const Vector> inputs) {
  LEAT_TRY_ASSIGN(BufferRef validity, all_valid(context, inputs));
  JsonRows rows(context);
  LEAT_TRY(for_rows(context, validity, [&](size_t row) -> Status {
    LEAT_TRY(rows.start(row));
    LEAT_TRY(rows.append("{"));
    const RowList entries(inputs[0], row);
    for (size_t i = 0; i < entries.size(); ++i) {
      if (!entries.is_valid(i)) continue;
      if (i > 0) LEAT_TRY(rows.append(","));
      const Column& parts = entries.column();
      LEAT_TRY(rows.append_member(parts.child(0), parts.child(1), entries.at(i)));
    }
    LEAT_TRY(rows.append("}"));
    rows.finish_row();
    return {};
  }));
  return rows.finish(std::move(validity));
}

Result<Vector> json_array_kernel(const KernelContext& context, std::span<const Vector> inputs) {
  JsonRows rows(context);
  LEAT_TRY(for_rows(context, BufferRef(), [&](size_t row) -> Status {
    LEAT_TRY(rows.start(row));
    LEAT_TRY(rows.append("["));
    for (size_t i = 0; i < inputs.size(); ++i) {
      if (i > 0) LEAT_TRY(rows.append(","));
      LEAT_TRY(rows.append(inputs[i]));
    }
    LEAT_TRY(rows.append("]"));
    rows.finish_row();
    return {};
  }));
  return rows.finish(BufferRef());
}

}  // namespace leat::expr
