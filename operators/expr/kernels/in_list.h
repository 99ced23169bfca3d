// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The constants of `x in (...)`, arranged for looking up.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <absl/container/flat_hash_set.h>

#include "operators/data/column.h"

namespace leat::expr {

/// THREADS: immutable once filled, any.
struct InList {
  bool has_null = false;  ///< Then a value that is not found gives NULL instead of false.
  absl::flat_hash_set<std::string> texts;
  absl::flat_hash_set<int64_t>
      numbers;  ///< int64, timestamp, date; float64 by its bits, made canonical.
};

/// Can values of the type be looked up in an InList?
bool has_in_list(const Type& type);
/// Takes a constant of the list's type into it.
void add_to(InList& list, const Column& constant);

}  // namespace leat::expr
