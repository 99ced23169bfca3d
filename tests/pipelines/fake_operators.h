// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Operators that can be bound but not run, with a toy expression language, so that the front phases
// are tested without files, formats or the real binder.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "pipelines/load/pipeline.h"

namespace leat::pipelines::testing {

/// `read_csv` (path, columns, delimiter), `filter`, `derive`, `select`, `aggregate`, `sort`,
/// `write_csv`, `acme.enrich`.
///
/// A source has the columns id int64, amount float64, name utf8, or those of its option `columns`;
/// the path `missing.csv` is a missing file. In expressions, words are columns unless a `(` follows
/// or they are keywords; `$x` is a parameter; 'text' is text.
std::span<const OperatorDef* const> fake_operators();

/// What `load` made of a text.
struct Loaded {
  std::optional<Pipeline> pipeline;
  std::string errors;  ///< As rendered for people; "" when there were none.
};

struct FakeWorld {
  std::vector<std::pair<std::string, std::string>> params;
  std::map<std::string, std::string, std::less<>> environment;
};

/// Loads `text` as the file job.yaml with the fake operators.
Loaded load_text(std::string text, const FakeWorld& world = {});

/// What is wrong with `text`, as rendered for people. Fails the test when there is a pipeline
/// beside errors, or neither.
std::string errors_of(std::string text, const FakeWorld& world = {});

/// The columns of a schema: `id int64, name utf8`.
std::string columns_of(const Schema& schema);

}  // namespace leat::pipelines::testing
