// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "cli/data_file.h"

#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "engine/check.h"
#include "operators/csv/csv_options.h"
#include "pipelines/text/correction.h"

namespace leat::cli {
namespace {

/// All of a file from its begin.
std::string read_all(int descriptor) {
  std::string text;
  std::array<char, 1 << 16> piece;
  ssize_t read = 0;
  while ((read = ::pread(descriptor, piece.data(), piece.size(), static_cast<off_t>(text.size()))) >
         0)
    text.append(piece.data(), static_cast<size_t>(read));
  return text;
}

std::string_view without_compression(std::string_view path) {
  for (const std::string_view ending : {".gz", ".zst", ".bz2", ".xz", ".lz4"}) {
    if (path.ends_with(ending)) return path.substr(0, path.size() - ending.size());
  }
  return path;
}

/// A run, and what its stages `show`.
struct Tables {
  PipelineRun done;
  std::string text;
};

Tables run_for_tables(const RunArguments& arguments,
                      std::shared_ptr<pipelines::Document> document) {
  const int shown = ::memfd_create("rows", MFD_CLOEXEC);
  LEAT_CHECK(shown >= 0, "a file in memory can be made");
  RunArguments quiet = arguments;
  quiet.tables = shown;
  quiet.quiet = true;
  Tables tables{run_pipeline(quiet, std::move(document)), read_all(shown)};
  ::close(shown);
  return tables;
}

}  // namespace

bool is_pipeline_file(std::string_view path) {
  return path == "-" || path.ends_with(".yaml") || path.ends_with(".yml");
}

std::string_view reader_of(std::string_view path) {
  const std::string_view name = without_compression(path);
  if (name.ends_with(".json")) return "read_json";
  if (name.ends_with(".xlsx") || name.ends_with(".xlsm")) return "read_xlsx";
  if (name.ends_with(".parquet")) return "read_parquet";
  if (name.ends_with(".xml")) return "read_xml";
  if (name.ends_with(".html") || name.ends_with(".htm")) return "read_html_table";
  for (const std::string_view ending : {".jsonl", ".ndjson"}) {
    if (name.ends_with(ending)) return "read_jsonl";
  }
  for (const std::string_view ending : {".log", ".txt"}) {
    if (name.ends_with(ending)) return "read_lines";
  }
  return "read_csv";
}

std::string yaml_scalar(const std::string& text) {
  const bool plain = !text.empty() &&
                     text.find_first_not_of(
                         "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                         "0123456789_./-") == std::string::npos &&
                     text.front() != '-' && text != "null" && text != "true" && text != "false";
  return plain ? text : pipelines::yaml_quoted(text);
}

std::vector<std::string> written_options(const std::string& path, const FoundOptions& found) {
  std::vector<std::string> options;
  for (const auto& [name, value] : found) {
    if (name == "delimiter" && value == (io::is_tab_file(path) ? "\t" : ",")) continue;
    std::string written = value == "\t" ? "\"\\t\"" : value;
    if (value != "\t" && value != "false") written = yaml_scalar(value);
    options.push_back(fmt::format("{}: {}", name, written));
  }
  return options;
}

std::string reader_stage(const std::string& path, const Schema* schema, const FoundOptions& found) {
  const std::string_view reader = reader_of(path);
  std::string text = fmt::format("  - {}:\n      path: {}\n", reader, yaml_scalar(path));
  if (schema == nullptr && reader == "read_csv")
    text += "      delimiter: auto\n      encoding: auto\n";
  if (schema == nullptr || reader == "read_lines") return text;
  for (const std::string& option : written_options(path, found))
    text += fmt::format("      {}\n", option);
  text += "      columns:\n";
  for (const Field& field : schema->fields())
    text += fmt::format("        {}: {}\n", yaml_scalar(field.name),
                        yaml_scalar(to_string(field.type)));
  return text;
}

std::shared_ptr<pipelines::Document> reader_pipeline(const std::string& path) {
  return std::make_shared<pipelines::Document>(
      pipelines::Document::made(path, "stages:\n" + reader_stage(path)));
}

std::expected<ShownRows, Mistakes> collect_rows(const RunArguments& arguments,
                                                std::shared_ptr<pipelines::Document> document) {
  RunArguments as_json = arguments;
  as_json.portion.format = "json";
  Tables tables = run_for_tables(as_json, std::move(document));
  PipelineRun& done = tables.done;
  if (!done.envelope.ok) return std::unexpected(Mistakes{done.exit_code, done.envelope.errors});
  return ShownRows{std::move(done.shown_schema),
                   nlohmann::ordered_json::parse(tables.text, nullptr, false),
                   std::move(done.found)};
}

std::expected<std::string, Mistakes> collect_tables(const RunArguments& arguments,
                                                    std::shared_ptr<pipelines::Document> document) {
  Tables tables = run_for_tables(arguments, std::move(document));
  if (!tables.done.envelope.ok)
    return std::unexpected(Mistakes{tables.done.exit_code, tables.done.envelope.errors});
  return std::move(tables.text);
}

nlohmann::ordered_json schema_json(const Schema& schema) {
  auto columns = nlohmann::ordered_json::array();
  for (const Field& field : schema.fields())
    columns.push_back({{"name", field.name}, {"type", to_string(field.type)}});
  return columns;
}

}  // namespace leat::cli
