// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Tables of fixed widths under a line of dashes, as consoles of databases print them:
//
//   id       name         amount
//   -------- ------------ ------
//   00000001 Ann            12.5
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "operators/data/split.h"
#include "operators/input/text_encoding.h"

namespace leat::io {

/// What the two lines say.
struct Ruler {
  struct RulerColumn {
    std::string name;
    size_t from = 1;  ///< Characters of a line, from 1, both ends included.
    size_t to = 1;

    bool operator==(const RulerColumn&) const = default;
  };
  std::vector<RulerColumn> columns;
  uint64_t lines = 0;  ///< Of the file, up to the ruler and with it.

  bool operator==(const Ruler&) const = default;
};

/// The first ruler of `input` behind `skip_lines` lines: a line of runs of `-` or `=`, between
/// which blanks, `+` and `|` may stand, under a line with text. SUSPENDS. ERRORS: those of reading;
/// kData when there is none among the first thousand lines, or a column has no name.
Result<Ruler> find_ruler(const Input& input, const TextEncoding& encoding, uint64_t skip_lines);

}  // namespace leat::io
