// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Calls over windows as one line of values, for tests of what computes them.
#pragma once

#include <string>
#include <vector>

#include "tests/support/operator_fixture.h"

namespace leat {

extern const OperatorDef operator_window;

namespace test {

/// The value of `call` for each of `rows`, joined by blanks, or what stops it.
inline std::string windowed(const std::string& call, const SchemaRef& schema,
                            const std::vector<Row>& rows) {
  OperatorFixture fixture;
  const Binding binding =
      bind_ok(operator_window, Opt::map({{"columns", Opt::map({{"the value", call}})}}), schema);
  if (!binding.bound) return "not bound";
  std::vector<Batch> batches;
  for (size_t begin = 0; begin < rows.size(); begin += kBatchRowsMax) {
    const size_t end = std::min(begin + kBatchRowsMax, rows.size());
    const std::vector<Row> some(rows.begin() + static_cast<ptrdiff_t>(begin),
                                rows.begin() + static_cast<ptrdiff_t>(end));
    batches.push_back(make_batch(fixture.memory, schema, some, Ordinal(0, begin)));
  }
  const Run result = run(fixture, binding, batches);
  if (result.error) return result.error_message();
  std::string text;
  for (const std::string& row : result.rows)
    text += (text.empty() ? "" : " ") + row.substr(row.rfind('|') + 1);
  return text;
}

}  // namespace test
}  // namespace leat
