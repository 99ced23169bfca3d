// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Splits of files of JSON, in which records stand inside of other values.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "operators/input/record_splitter.h"
#include "operators/json/json_extent.h"
#include "operators/json/json_walker.h"

namespace leat::io {

/// Where the records of a file of JSON stand.
struct JsonDocuments {
  std::shared_ptr<const JsonPath> path;
  JsonValues values = JsonValues::kMany;
};

/// Where in a file the text of a split begins: its Split::handle. THREADS: immutable, any.
struct JsonStart {
  JsonWalker walker;
  uint64_t column;  ///< Of the first byte, in its line.
};

/// What begins a split that make_json_splitter made.
const JsonStart& json_start(const Split& split);

/// Splits begin and end between two words outside of records. ERRORS: kData too for what is no JSON
/// outside of records, for a file that ends too early, and for one in which the path leads to
/// nothing; these come behind the splits of what is before.
std::unique_ptr<Splitter> make_json_splitter(Inputs inputs, JsonDocuments documents,
                                             MemoryAccount& memory, SplitterOptions options);

/// The error that no record was found in `input` by the path of `walker`, which is at its end.
Error nothing_found(const Input& input, const JsonPath& path, const JsonWalker& walker);

}  // namespace leat::io
