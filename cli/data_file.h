// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Commands on data files: a file becomes a pipeline that reads it, so that what these commands show
// is what a pipeline would see.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/run_pipeline.h"
#include "operators/data/type.h"

namespace leat::cli {

/// Does the name look like that of a pipeline: .yaml, .yml, or `-`?
bool is_pipeline_file(std::string_view path);

/// The operator that reads a file of this name, also a compressed one.
std::string_view reader_of(std::string_view path);

/// A scalar of YAML that is `text`.
std::string yaml_scalar(const std::string& text);

/// Options with their values.
using FoundOptions = std::vector<std::pair<std::string, std::string>>;

/// Those of `found`, of the file `path`, that do not go without saying, as lines of YAML.
std::vector<std::string> written_options(const std::string& path, const FoundOptions& found);

/// The stage that reads `path`, as an item of a list. With `schema` its columns are written down,
/// and so is what was `found` out about the file; without, it is to be found out.
std::string reader_stage(const std::string& path, const Schema* schema = nullptr,
                         const FoundOptions& found = {});

/// A pipeline that only reads `path`; for Portion::to.
std::shared_ptr<pipelines::Document> reader_pipeline(const std::string& path);

/// Rows that a pipeline has shown, as JSON.
struct ShownRows {
  Schema schema;
  nlohmann::ordered_json rows;  ///< A list of objects.
  FoundOptions found = {};      ///< About the file.
};

/// Runs `document` and returns what its stages `show`; those with `format: json` give a document on
/// a line of its own each. Nothing is printed but what is wrong.
std::expected<std::string, Mistakes> collect_tables(const RunArguments& arguments,
                                                    std::shared_ptr<pipelines::Document> document);

/// Runs what is needed for arguments.portion.to, of `document` or else of arguments.file. Nothing
/// is printed but what is wrong.
std::expected<ShownRows, Mistakes> collect_rows(
    const RunArguments& arguments, std::shared_ptr<pipelines::Document> document = nullptr);

/// Name and type of each column, for `--json`.
nlohmann::ordered_json schema_json(const Schema& schema);

}  // namespace leat::cli
