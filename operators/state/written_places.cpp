// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/state/written_places.h"

#include <algorithm>
#include <charconv>
#include <string>

#include <fmt/format.h>

#include "engine/mutant.h"

namespace leat::state {

namespace {

constexpr unsigned kColumnBits = 16;
constexpr char kSeparator = '\x1f';

}  // namespace

TextPlace place_of_row(const Batch& batch, size_t row) {
  const RowOriginRef& origin = batch.places().origin;
  return origin ? origin->locate(batch.places()[row].row()) : TextPlace{};
}

int64_t pack_line(const TextPlace& place) {
  const uint64_t column = place.column >> kColumnBits == 0 ? place.column : 0;
  return static_cast<int64_t>(place.line << kColumnBits | column);
}

TextPlace place_at(const Column& file, const Column& line, size_t row) {
  const auto packed = static_cast<uint64_t>(line.values<int64_t>()[row]);
  return {std::string(file.view_at(row)), packed >> kColumnBits,
          packed & ((uint64_t{1} << kColumnBits) - 1)};
}

WrittenOrigin::WrittenOrigin(const Batch& batch, PlaceColumns place, std::optional<size_t> raw,
                             Ordinal first)
    : file_(batch.columns()[place.file]),
      line_(batch.columns()[place.line()]),
      raw_(raw ? batch.columns()[*raw] : nullptr),
      first_(first.row()) {}

TextPlace WrittenOrigin::locate(uint64_t row) const {
  return place_at(*file_, *line_, row - first_);
}

std::string WrittenOrigin::raw(uint64_t row) const {
  return raw_ ? std::string(raw_->view_at(row - first_)) : std::string();
}

std::string pack_fault(const Error& error) {
  const Span span = error.pipeline.value_or(Span{});
  return fmt::format("{}{}{}{}{}{}{}{}{}", static_cast<uint16_t>(error.number), kSeparator,
                     span.begin, kSeparator, error.pipeline ? span.end : 0, kSeparator, error.hint,
                     kSeparator, error.message);
}

Error unpack_fault(std::string_view text) {
  const auto next = [&] {
    const size_t end = std::min(text.find(kSeparator), text.size());
    const std::string_view piece = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return piece;
  };
  uint32_t number = 0;
  Span span;
  for (uint32_t* const one : {&number, &span.begin, &span.end}) {
    const std::string_view digits = next();
    std::from_chars(digits.data(), digits.data() + digits.size(), *one);
  }
  const std::string hint(next());
  Error error(
      LEAT_MUTANT("spilled_faults_lose_codes") ? Code{} : Code{static_cast<uint16_t>(number)},
      ErrorCode::kData, std::string(text), hint);
  if (span.end != 0) error.pipeline = span;
  return error;
}

}  // namespace leat::state
