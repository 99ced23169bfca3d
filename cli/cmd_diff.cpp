// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Two data files are read by one pipeline and compared. Of two pipelines each runs first, up to the
// stage in question, into a file of its own; these are compared.
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "cli/command.h"
#include "cli/data_file.h"
#include "cli/diff_pipeline.h"
#include "cli/exit_code.h"
#include "cli/output.h"
#include "engine/codes/command.h"
#include "engine/codes/expression.h"
#include "engine/codes/file.h"
#include "engine/codes/machine.h"
#include "engine/codes/option.h"
#include "operators/diagnostic.h"
#include "operators/text/terminal_text.h"

namespace leat::cli {
namespace {

struct DiffArguments : RunArguments {
  std::string old_file;
  std::string new_file;
  std::string at;
  DiffQuestion question;
};

/// Removed with everything in it.
class TempFolder {
 public:
  TempFolder() {
    const char* const base = std::getenv("TMPDIR");
    path_ = fmt::format("{}/leat-diff-XXXXXX", base != nullptr && *base != 0 ? base : "/tmp");
    if (::mkdtemp(path_.data()) == nullptr) path_.clear();
  }
  ~TempFolder() {
    for (const std::string& file : files_) ::unlink(file.c_str());
    if (!path_.empty()) ::rmdir(path_.c_str());
  }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;

  bool ok() const { return !path_.empty(); }
  std::string add(const std::string& name) {
    files_.push_back(path_ + "/" + name);
    return files_.back();
  }

 private:
  std::string path_;
  std::vector<std::string> files_;
};

/// One of the two.
struct Side {
  std::string path;  ///< Of a data file.
  Schema schema;
  FoundOptions found = {};
  bool is_written = false;  ///< By a pipeline: its types are known.
};

std::expected<Side, Mistakes> look_at_file(RunArguments arguments, const std::string& path) {
  arguments.file = path;
  arguments.is_only = false;
  arguments.portion.to = "";
  arguments.portion.rows_shown = 0;
  arguments.portion.source_limit = 0;
  auto shown = collect_rows(arguments, reader_pipeline(path));
  if (!shown) return std::unexpected(std::move(shown).error());
  return Side{path, std::move(shown->schema), std::move(shown->found)};
}

std::expected<Side, Mistakes> run_side(const DiffArguments& arguments, const std::string& file,
                                       std::string path) {
  RunArguments side = arguments;
  side.file = file;
  side.is_only = false;
  side.quiet = true;
  side.portion.to = arguments.at;
  side.portion.into = path;
  PipelineRun done = run_pipeline(side);
  if (!done.envelope.ok)
    return std::unexpected(Mistakes{done.exit_code, std::move(done.envelope.errors)});
  return Side{std::move(path), std::move(done.shown_schema), {}, true};
}

/// Texts where the files disagree on what a column is, so that it can be compared.
void agree_on_types(Side& a, Side& b) {
  const auto as_text = [](Side& side, size_t column) {
    std::vector<Field> fields = side.schema.fields();
    fields[column].type = kUtf8Type;
    side.schema = Schema(std::move(fields));
  };
  for (size_t i = 0; i < a.schema.size(); ++i) {
    const std::optional<size_t> other = b.schema.find(a.schema[i].name);
    if (!other || a.schema[i].type == b.schema[*other].type) continue;
    if (a.schema[i].type.is_numeric() && b.schema[*other].type.is_numeric()) continue;
    if (reader_of(a.path) != "read_csv" || reader_of(b.path) != "read_csv" || a.is_written)
      continue;
    as_text(a, i);
    as_text(b, *other);
  }
}

/// The names in `from` that are not in `other`.
std::vector<std::string> missing_in(const Schema& from, const Schema& other) {
  std::vector<std::string> names;
  for (const Field& field : from.fields()) {
    if (!other.find(field.name)) names.push_back(field.name);
  }
  return names;
}

/// What cannot be asked of these two.
std::optional<Mistakes> wrong_question(const DiffArguments& arguments, const Side& old_side,
                                       const Side& new_side, const DiffSides& names) {
  const auto refused = [&](Code number, const std::string& message, const std::string& hint) {
    return usage_mistake(number, arguments.answer(), message, hint);
  };
  for (const std::string& key : arguments.question.keys) {
    if (key == "change" || key == "differs" || key == "before" || key == "after")
      return refused(code::kArgumentValue, fmt::format("no key can be called '{}'", key),
                     "rename the column before");
    for (const Side* const side : {&old_side, &new_side}) {
      if (side->schema.find(key)) continue;
      std::vector<std::string> columns;
      for (const Field& field : side->schema.fields()) columns.push_back(field.name);
      const std::string near = did_you_mean(key, columns);
      return refused(
          code::kUnknownColumn,
          fmt::format("--by: {} has no column '{}'",
                      side == &old_side ? names.old_name : names.new_name, key),
          near.empty() ? fmt::format("its columns are {}", fmt::join(columns, ", ")) : near);
    }
  }
  return std::nullopt;
}

/// Says why there is no answer: of the pipeline that compares, which nobody wrote, nothing is
/// shown.
int print_failure(const DiffArguments& arguments, Mistakes mistakes) {
  for (nlohmann::ordered_json& error : mistakes.errors) {
    std::string place;
    if (const auto& data = error["data"]; data.is_object()) {
      place = fmt::format("{}:{}: ", data.value("file", ""), data.value("line", 0));
    }
    const std::string message = place + error.value("message", "");
    const std::string hint = error.value("hint", "");
    const Code number = parse_code(error.value("code", "")).value_or(code::kInternal);
    error = {{"code", to_string(number)}, {"message", message}, {"hint", hint}};
    if (!arguments.json) usage_mistake(number, arguments.answer(), message, hint);
  }
  mistakes.exit_code = kUsage;
  return print_mistakes(arguments.answer(), std::move(mistakes));
}

int compare(const DiffArguments& arguments, Side old_side, Side new_side) {
  DiffSides names{arguments.old_file, arguments.new_file,
                  missing_in(old_side.schema, new_side.schema),
                  missing_in(new_side.schema, old_side.schema)};
  std::erase_if(names.only_old, [&](const std::string& name) {
    return std::count(arguments.question.ignored.begin(), arguments.question.ignored.end(), name);
  });
  std::erase_if(names.only_new, [&](const std::string& name) {
    return std::count(arguments.question.ignored.begin(), arguments.question.ignored.end(), name);
  });
  if (const auto wrong = wrong_question(arguments, old_side, new_side, names))
    return print_mistakes(arguments.answer(), *wrong);
  agree_on_types(old_side, new_side);
  const auto reader = [](const Side& side) {
    return reader_stage(side.path, &side.schema, side.found);
  };
  RunArguments last = arguments;
  last.portion = {};
  last.params.clear();
  last.param_files.clear();
  last.file = arguments.new_file;
  last.is_only = !old_side.is_written;
  last.json = true;
  const auto tables = collect_tables(
      last, std::make_shared<pipelines::Document>(pipelines::Document::made(
                "diff", diff_pipeline(reader(old_side), reader(new_side), arguments.question))));
  if (!tables) return print_failure(arguments, tables.error());
  nlohmann::ordered_json result = diff_result(*tables, names, arguments.question);
  const bool is_same = result["same"];
  if (arguments.json) {
    print_envelope(Answer{.command = arguments.command, .json = true},
                   {.ok = true, .result = std::move(result), .errors = {}, .warnings = {}});
  } else {
    print(diff_text(result, names, arguments.question, io::terminal_width(STDOUT_FILENO)));
  }
  return is_same ? kDone : kFailed;
}

int diff(const DiffArguments& arguments) {
  const bool are_pipelines = is_pipeline_file(arguments.new_file);
  if (is_pipeline_file(arguments.old_file) != are_pipelines) {
    return usage_error(code::kFileKind, arguments.answer(),
                       "one is a pipeline, the other a data file",
                       "run the pipeline, and compare what it wrote");
  }
  if (!are_pipelines && !arguments.at.empty()) {
    return usage_error(
        code::kOptionIdle, arguments.answer(),
        fmt::format("data files have no stages, so '--at {}' has no effect", arguments.at),
        "leave it out");
  }
  if (!are_pipelines) {
    auto old_side = look_at_file(arguments, arguments.old_file);
    if (!old_side) return print_mistakes(arguments.answer(), old_side.error());
    auto new_side = look_at_file(arguments, arguments.new_file);
    if (!new_side) return print_mistakes(arguments.answer(), new_side.error());
    return compare(arguments, std::move(*old_side), std::move(*new_side));
  }
  TempFolder folder;
  if (!folder.ok())
    return usage_error(code::kCannotWrite, arguments.answer(),
                       "no folder for the rows could be made", "set TMPDIR");
  auto old_side = run_side(arguments, arguments.old_file, folder.add("old.jsonl"));
  if (!old_side) return print_mistakes(arguments.answer(), old_side.error());
  auto new_side = run_side(arguments, arguments.new_file, folder.add("new.jsonl"));
  if (!new_side) return print_mistakes(arguments.answer(), new_side.error());
  return compare(arguments, std::move(*old_side), std::move(*new_side));
}

}  // namespace

Action define_diff(CLI::App& app) {
  auto arguments = std::make_shared<DiffArguments>();
  app.add_option("OLD", arguments->old_file, "A data file, or a pipeline (.yaml)")->required();
  app.add_option("NEW", arguments->new_file, "What it has become")->required();
  app.add_option("--by", arguments->question.keys,
                 "The column that identifies a row; several with commas between them")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->required();
  app.add_option("--ignore", arguments->question.ignored, "Columns that may differ")
      ->delimiter(',')
      ->allow_extra_args(false);
  app.add_option("--at", arguments->at,
                 "Of pipelines: the stage whose rows are compared (default: the last)");
  app.add_option("-n,--rows", arguments->question.rows, "How many differences to show")
      ->check(CLI::Range(0, 100'000))
      ->capture_default_str();
  add_pipeline_options(app, *arguments);
  return [arguments] { return diff(*arguments); };
}

}  // namespace leat::cli
