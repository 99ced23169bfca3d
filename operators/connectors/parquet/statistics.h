// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Which row groups cannot have a row that is wanted. See statistics.cpp.
#pragma once

#include <leat/plugin_abi.h>
#include <parquet/arrow/schema.h>
#include <parquet/file_reader.h>

#include <string>
#include <vector>

namespace leat::connectors {

/// A leat_condition that can be kept.
struct Condition {
  std::string column;
  uint32_t comparison = 0;
  std::string value;
};

/// May row group `group` of the file have a row for which all of `conditions` are true? What its
/// statistics and Bloom filters do not say may be. Throws what Parquet C++ throws.
bool may_have(parquet::ParquetFileReader& file, const parquet::arrow::SchemaManifest& manifest,
              int group, const std::vector<Condition>& conditions);

}  // namespace leat::connectors
