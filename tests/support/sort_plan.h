// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What tests of sorting sort by.
#pragma once

#include <string>

#include <gtest/gtest.h>

#include "operators/state/sorting/sort_run.h"

namespace leat::test {

/// Sorts rows of `schema` by `key`, an item of `by` that names the first column.
inline state::SortPlan plan_for(const SchemaRef& schema, const std::string& key) {
  Diagnostics diagnostics;
  const SourceText source(key, {}, {});
  const std::optional<expr::SortKey> compiled =
      expr::compile_sort_key(source, *schema, {}, diagnostics);
  EXPECT_TRUE(compiled);
  return {
      schema, schema, {{compiled->key, size_t{0}, 0, compiled->descending, compiled->nulls_first}}};
}

}  // namespace leat::test
