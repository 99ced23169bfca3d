// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Text -> Ast, with PostgreSQL's grammar and precedences.
#pragma once

#include "operators/expr/syntax/ast.h"

namespace leat::expr {

/// `expression [as name]`
struct ParsedItem {
  AstRef expression;
  std::string name;  ///< Empty when none is written.
};

/// All three return a null expression after reporting. A text of nothing but blanks is a mistake.
AstRef parse(Mistakes& mistakes);
ParsedSortKey parse_sort_key(Mistakes& mistakes);
ParsedItem parse_item(Mistakes& mistakes);

}  // namespace leat::expr
