// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What is known of operators without binding one. The table itself is generated from the file
// names.
#include <algorithm>

#include "operators/operator.h"

namespace leat {

const OperatorDef* find_operator(std::string_view name) {
  const std::span<const OperatorDef* const> all = builtin_operators();
  const auto found = std::lower_bound(
      all.begin(), all.end(), name,
      [](const OperatorDef* def, std::string_view wanted) { return def->name < wanted; });
  return found != all.end() && (*found)->name == name ? *found : nullptr;
}

SchemaRef rejects_schema() {
  static const SchemaRef schema =
      std::make_shared<const Schema>(std::vector<Field>{{"file", kUtf8Type},
                                                        {"line", kInt64Type},
                                                        {"column", kInt64Type},
                                                        {"stage", kUtf8Type},
                                                        {"reason", kUtf8Type},
                                                        {"raw", kUtf8Type}});
  return schema;
}

std::vector<InputColumn> input_columns(std::span<const size_t> columns, size_t input) {
  std::vector<InputColumn> of_input;
  of_input.reserve(columns.size());
  for (const size_t column : columns) of_input.emplace_back(column, input);
  return of_input;
}

}  // namespace leat
