// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What reads JSON from files reads it here: the texts of all rows, in one piece of memory, are one
// document of values. Rows without one are `null` in it.
#include "operators/expr/kernels/nested_text.h"

#include <cstring>

#include <fmt/format.h>

#include "engine/codes/data.h"
#include "engine/codes/machine.h"
#include "operators/json/json_record_reader.h"
#include "operators/json/json_scanner.h"

namespace leat::expr {
namespace {

constexpr std::string_view kNullJson = "null";

/// The texts of the rows one behind the other, and where each ends. `null` is text 0.
struct Texts {
  BufferRef bytes;
  std::vector<size_t> ends;

  std::string_view text(size_t row) const {
    return {bytes->as<char>() + ends[row], ends[row + 1] - ends[row]};
  }
};

Result<Texts> gather(const KernelContext& context, const Vector& input, const BufferRef& validity) {
  Texts texts;
  std::vector<size_t> lengths(context.length(), 0);
  size_t total = kNullJson.size();
  for_each_valid(context, validity, [&](size_t row) {
    lengths[row] = input->view_at(input.at(row)).size();
    total += lengths[row];
  });
  if (total > UINT32_MAX) {
    return fail(code::kTooManyRows, ErrorCode::kMemory,
                "the texts of one batch are longer than 4 GiB",
                "make shorter texts, or cast them where there are fewer rows");
  }
  LEAT_TRY_ASSIGN(texts.bytes, context.memory().allocate(total));
  char* at = texts.bytes->mutable_as<char>();
  std::memcpy(at, kNullJson.data(), kNullJson.size());
  texts.ends.push_back(kNullJson.size());
  for (size_t row = 0; row < context.length(); ++row) {
    const size_t begin = texts.ends.back();
    if (lengths[row] > 0)
      std::memcpy(at + begin, input->view_at(input.at(row)).data(), lengths[row]);
    texts.ends.push_back(begin + lengths[row]);
  }
  return texts;
}

/// Reads one value a row.
class ValueReader {
 public:
  explicit ValueReader(const KernelContext& context)
      : context_(context),
        schema_({{std::string(io::kValueColumn), context.type()}}),
        reader_(schema_, schema_, io::UnknownFields::kIgnore, context.memory()) {
    reader_.expect(io::JsonRecords::kAsValue, io::DuplicateKeys::kLast);
  }

  Result<Vector> read(const Texts& texts, const BufferRef& validity) {
    LEAT_TRY(reader_.start(texts.bytes, context_.length()));
    size_t next = 0;
    for_each_valid(context_, validity, [&](size_t row) {
      for (; next < row; ++next) add_null(texts);
      if (!error_) read_row(row, texts);
      next = row + 1;
    });
    for (; next < context_.length(); ++next) add_null(texts);
    if (error_) return std::unexpected(std::move(*error_));
    return Vector{reader_.finish().front(), false};
  }

 private:
  void add_null(const Texts& texts) {
    const char* const at = texts.bytes->as<char>();
    if (error_ || reader_.read(at, at + kNullJson.size()) != nullptr) return;
    const char* fault_at = nullptr;
    error_ = reader_.take_error(fault_at);  // nothing but a lack of memory
  }

  void read_row(size_t row, const Texts& texts) {
    const std::string_view text = texts.text(row);
    const char* const end = text.data() + text.size();
    io::JsonScanner scanner(text, io::LineFeeds::kAreSpace);
    const char* const begin = scanner.skip_space(text.data());
    const char* stop = nullptr;
    if (!text.empty() && begin != nullptr && begin < end) {
      // What is behind the value is looked at first: a value that was read cannot be taken back.
      const char* const behind = scanner.skip_value(begin);
      stop = behind == nullptr ? nullptr : scanner.skip_space(behind);
      if (behind != nullptr && stop != end)
        return refuse(row, texts, "the value should end", "", stop);
      if (behind == nullptr) return refuse(row, texts, scanner.fault(), "", scanner.fault_at());
      stop = reader_.read(begin, end);
      if (stop != nullptr) return;
      const char* fault_at = begin;
      Error error = reader_.take_error(fault_at);
      if (error.code == ErrorCode::kMemory) {
        error_ = std::move(error);
        return;
      }
      return refuse(row, texts, std::move(error.message), std::move(error.hint), fault_at);
    }
    refuse(row, texts, "it is empty", "", text.data());
  }

  void refuse(size_t row, const Texts& texts, std::string why, std::string hint, const char* at) {
    if (context_.is_quiet()) {
      context_.fault(code::kCastFailed, row, "");
    } else {
      if (hint.empty()) hint = "try_cast gives NULL instead of an error";
      context_.fault(code::kCastFailed, row,
                     fmt::format("no {}: {} at byte {}", to_string(context_.type()), why,
                                 at - texts.text(row).data() + 1),
                     std::move(hint));
    }
    add_null(texts);
  }

  const KernelContext& context_;
  Schema schema_;
  io::JsonRecordReader reader_;
  std::optional<Error> error_;
};

}  // namespace

Result<Vector> text_to_nested_kernel(const KernelContext& context, std::span<const Vector> inputs) {
  LEAT_TRY_ASSIGN(const BufferRef validity, all_valid(context, inputs));
  LEAT_TRY_ASSIGN(const Texts texts, gather(context, inputs[0], validity));
  return ValueReader(context).read(texts, validity);
}

}  // namespace leat::expr
