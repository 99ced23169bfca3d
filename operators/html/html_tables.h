// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The tables of HTML pages as records: a field for each column, by the names of the header.
#pragma once

#include <string>

#include "operators/tree/tree_source.h"

namespace leat::io {

/// Which table of a page is read.
struct HtmlTableChoice {
  uint64_t number = 1;    ///< From 1, in the order of their first tags; 0: by `name`.
  std::string name = {};  ///< The id of the table, or its caption.
  bool header = true;     ///< Do the rows of its head, or else the first one, hold names?
};

/// ERRORS of the readers: kData too, when a page has no such table.
std::shared_ptr<const TreeFormat> make_html_format(HtmlTableChoice choice);

}  // namespace leat::io
