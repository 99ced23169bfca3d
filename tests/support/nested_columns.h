// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Columns of lists and structs, which batches from literals cannot have.
#pragma once

#include <algorithm>
#include <vector>

#include "tests/support/operator_fixture.h"

namespace leat::test {

/// Lists of `elements`, one after another; a negative size is NULL.
inline ColumnRef list_column(MemoryAccount& memory, ColumnRef elements,
                             const std::vector<int>& sizes) {
  FixedBuilder<int32_t> offsets(kInt64Type, memory);
  ValidityBuilder validity;
  EXPECT_TRUE(offsets.reserve(sizes.size() + 1));
  int32_t end = 0;
  offsets.append(end);
  for (size_t row = 0; row < sizes.size(); ++row) {
    if (sizes[row] < 0) {
      EXPECT_TRUE(validity.append_null(memory, row, sizes.size()));
    }
    offsets.append(end += std::max(sizes[row], 0));
  }
  Column::Parts parts;
  parts.validity = validity.finish(sizes.size());
  parts.values = offsets.finish()->parts().values;
  const Type type = Type::list(elements->type());
  parts.children.push_back(std::move(elements));
  return std::make_shared<Column>(type, sizes.size(), std::move(parts));
}

/// Structs of `fields`; the rows of `nulls` are NULL, whatever their fields hold.
inline ColumnRef struct_column(MemoryAccount& memory, std::vector<Field> names,
                               std::vector<ColumnRef> fields,
                               const std::vector<size_t>& nulls = {}) {
  const size_t length = fields.front()->length();
  ValidityBuilder validity;
  for (const size_t row : nulls) EXPECT_TRUE(validity.append_null(memory, row, length));
  Column::Parts parts;
  parts.validity = validity.finish(length);
  parts.children = std::move(fields);
  return std::make_shared<Column>(Type::structure(std::move(names)), length, std::move(parts));
}

/// A batch of columns whose rows stand from `first` on.
inline Batch batch_of(std::vector<std::string> names, std::vector<ColumnRef> columns,
                      Ordinal first = Ordinal(0, 0)) {
  std::vector<Field> fields;
  for (size_t i = 0; i < columns.size(); ++i) fields.push_back({names[i], columns[i]->type()});
  const size_t length = columns.front()->length();
  return Batch(make_schema(std::move(fields)), std::move(columns), length, {first, {}, {}});
}

}  // namespace leat::test
