// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/state/written_places.h"

#include <string>

namespace leat::state {

namespace {

constexpr unsigned kColumnBits = 16;

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

}  // namespace leat::state
