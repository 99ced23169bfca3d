// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/input/split_place.h"

#include "engine/mutant.h"
#include "operators/text/block.h"

namespace leat::io {

TextPlace PlaceCursor::at(size_t position) {
  if (position < counted_) counted_ = lines_ = line_begin_ = 0;
  const std::string_view text = split_.bytes().substr(counted_, position - counted_);
  const auto* const bytes = reinterpret_cast<const uint8_t*>(text.data());
  lines_ += count_newlines(bytes, bytes + text.size());
  if (const size_t newline = text.rfind('\n'); newline != std::string_view::npos)
    line_begin_ = counted_ + newline + 1;
  counted_ = position;
  TextPlace place;
  place.file = split_.input->name;
  place.line = split_.first_line + lines_;
  place.column = position - line_begin_ + (lines_ == 0 ? first_column_ : 1);
  if (LEAT_MUTANT("error_line_off_by_one")) ++place.line;
  return place;
}

TextPlace place_in_split(const Split& split, size_t position) {
  return PlaceCursor(split).at(position);
}

}  // namespace leat::io
