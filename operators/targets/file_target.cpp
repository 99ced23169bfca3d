// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: whatever of a target can be known to be wrong is said while binding, all of it: the path
// and its placeholders, what stands in the way of packing or appending, options without effect.
//
// Invariants
// 1. Nothing is made or changed here; of a file that is to be appended to the beginning is read.
// 2. What depends on the rows (names, files that are there) is the run's to say (many_files.h).
//
// Rejected: leaving the header of a file that is appended to for the run alone (it is a mistake of
// the pipeline, and schedulers try failed runs again).
#include "operators/targets/file_target.h"

#include <sys/stat.h>

#include <algorithm>

#include <fmt/format.h>

#include "engine/blocking.h"
#include "engine/codes/file.h"
#include "engine/codes/option.h"
#include "engine/mutant.h"
#include "operators/input/byte_source.h"
#include "operators/input/codec.h"
#include "operators/targets/file_sink.h"
#include "operators/text/byte_size.h"

namespace leat::io {

namespace {

constexpr size_t kPartBytes = size_t{2} << 20;  // a part under way and its growth

/// What the end of a file's name says of its compression.
Compression compression_by_name(const std::string& path) {
  if (path.ends_with(".gz")) return Compression::kGzip;
  if (path.ends_with(".zst")) return Compression::kZstd;
  if (path.ends_with(".bz2")) return Compression::kBzip2;
  if (path.ends_with(".xz")) return Compression::kXz;
  return path.ends_with(".lz4") ? Compression::kLz4 : Compression::kNone;
}

/// The one called `word`; kNone if it is none.
Compression compression_of(std::string_view word) {
  for (const Compression one : {Compression::kGzip, Compression::kZstd, Compression::kLz4,
                                Compression::kBzip2, Compression::kXz}) {
    if (to_string(one) == word) return one;
  }
  return Compression::kNone;
}

std::optional<Packing> read_packing(const OptionValues& options, const std::string& path,
                                    Diagnostics& diagnostics) {
  const std::string word = options.text(kCompressionOption.name);
  Packing packing;
  packing.compression = word == "auto" ? compression_by_name(path) : compression_of(word);
  const bool none = packing.compression == Compression::kNone;
  if (!none) packing.level = default_level(packing.compression);
  if (!options.has(kLevelOption.name)) return packing;
  packing.level = static_cast<int>(options.integer(kLevelOption.name));
  if (none) {
    diagnostics.error(code::kOptionIdle, options.span(kLevelOption.name),
                      fmt::format("'level' has no effect, '{}' is not compressed", path),
                      "say with what, as in 'compression: gzip', or name the file so: .gz");
    return std::nullopt;
  }
  if (packing.level > level_max(packing.compression)) {
    diagnostics.error(code::kOptionValue, options.span(kLevelOption.name),
                      fmt::format("the highest level of {} is {}", to_string(packing.compression),
                                  level_max(packing.compression)));
    return std::nullopt;
  }
  return packing;
}

/// False, after reporting, when `path` cannot be the name of a file.
bool names_file(const std::string& path, const OptionValues& options, Diagnostics& diagnostics) {
  const Span span = options.span("path");
  if (path.empty()) {
    diagnostics.error(code::kBadPath, span, "the path is empty",
                      "write the name of a file, or '-' for standard output");
  } else if (path.contains('\0')) {
    diagnostics.error(code::kBadPath, span, "the path holds a NUL, which no name can");
  } else if (path.ends_with('/')) {
    diagnostics.error(code::kIsFolder, span, fmt::format("'{}' names a folder, not a file", path),
                      "add the name of a file");
  } else {
    return true;
  }
  return false;
}

/// The same for a path that is there already.
bool is_no_folder(const std::string& path, std::string_view option, const OptionValues& options,
                  Diagnostics& diagnostics) {
  struct stat found{};
  if (path == "-" || ::stat(path.c_str(), &found) != 0 || !S_ISDIR(found.st_mode)) return true;
  diagnostics.error(code::kIsFolder, options.span(option),
                    fmt::format("'{}' is a folder, not a file", path),
                    fmt::format("add the name of a file: {}/NAME", path));
  return false;
}

/// Reads the options of sinks that may write many files.
class TargetsReader {
 public:
  TargetsReader(const OptionValues& options, const SchemaRef& input, TargetForm form,
                Diagnostics& diagnostics)
      : options_(options), input_(input), form_(form), diagnostics_(diagnostics) {}

  std::optional<FileTarget> read() {
    const size_t before = diagnostics_.count();
    const SourceText path = target_of(options_);
    if (!names_file(path.text(), options_, diagnostics_)) return std::nullopt;
    std::optional<PathPattern> pattern = PathPattern::read(path, *input_, diagnostics_);
    target_.path = pattern && !pattern->is_many() ? pattern->plain() : path.text();
    if (pattern && !pattern->is_many())
      static_cast<void>(is_no_folder(target_.path, "path", options_, diagnostics_));
    read_if_exists();
    if (form_ == TargetForm::kText) {
      if (const auto packing = read_packing(options_, target_.path, diagnostics_))
        target_.style.packing = *packing;
    }
    if (pattern) read_parts(*pattern);
    if (pattern) choose_columns(*pattern);
    read_manifest();
    if (diagnostics_.count() > before) return std::nullopt;
    if (pattern->is_many()) {
      target_.style.gathers = !pattern->columns().empty();
      target_.pattern = std::move(pattern);
    }
    return std::move(target_);
  }

 private:
  void read_if_exists() {
    const std::string word = options_.text("if_exists");
    if (word == "error") target_.if_exists = IfExists::kError;
    if (word == "append") target_.if_exists = IfExists::kAppend;
  }

  void read_parts(const PathPattern& pattern) {
    const bool has_rows = options_.has(kMaxRowsOption.name);
    const bool has_bytes = options_.has(kMaxBytesOption.name);
    if (has_rows) target_.max_rows = static_cast<uint64_t>(options_.integer(kMaxRowsOption.name));
    if (has_bytes) read_max_bytes();
    target_.max_open = static_cast<size_t>(options_.integer(kMaxOpenOption.name));
    if (pattern.has_part() && !has_rows && !has_bytes) {
      const bool has_column = input_->find("part").has_value();
      diagnostics_.error(code::kPathPlaceholder, options_.span("path"),
                         "the path holds {part}, but nothing says when a part is full",
                         has_column ? "add 'max_rows' or 'max_bytes'; for the column 'part' rename "
                                      "it first, as {part} is always the number of a part"
                                    : "add 'max_rows' or 'max_bytes', or leave {part} out");
    }
    if (!pattern.has_part() && (has_rows || has_bytes)) {
      const std::string_view name = has_rows ? kMaxRowsOption.name : kMaxBytesOption.name;
      diagnostics_.error(code::kPathPlaceholder, options_.span(name),
                         fmt::format("'{}' needs a number in the names of the parts", name),
                         "add {part} to the path, as in part-{part:05}.csv");
    }
    if (options_.has(kMaxOpenOption.name) && pattern.columns().empty()) {
      diagnostics_.error(code::kOptionIdle, options_.span(kMaxOpenOption.name),
                         "'max_open' has no effect: the path holds no column",
                         "leave it out, or add a {column} to the path");
    }
  }

  void read_max_bytes() {
    const SourceText text = options_.source(kMaxBytesOption.name);
    const std::optional<uint64_t> bytes = parse_bytes(text.text());
    if (bytes && *bytes > 0) {
      target_.max_bytes = *bytes;
      return;
    }
    diagnostics_.error(code::kOptionValue, text.span(),
                       fmt::format("'{}' is no size that a part can have", text.text()),
                       "write a number with a unit, as 64MiB");
  }

  void choose_columns(const PathPattern& pattern) {
    const bool is_said = options_.has(kPathColumnsOption.name);
    if (is_said && pattern.columns().empty()) {
      diagnostics_.error(code::kOptionIdle, options_.span(kPathColumnsOption.name),
                         "'path_columns' has no effect: the path holds no column",
                         "leave it out, or add a {column} to the path");
    }
    std::vector<size_t> left_out = pattern.folder_columns();
    if (is_said) {
      left_out.clear();
      if (options_.text(kPathColumnsOption.name) == "drop") left_out = pattern.columns();
    }
    target_.schema = input_;
    if (left_out.empty() || LEAT_MUTANT("path_columns_stay")) return;
    std::vector<Field> fields;
    for (size_t i = 0; i < input_->size(); ++i) {
      if (std::find(left_out.begin(), left_out.end(), i) != left_out.end()) continue;
      target_.columns.push_back(i);
      fields.push_back((*input_)[i]);
    }
    if (fields.empty()) {
      diagnostics_.error(code::kNoColumns, options_.span("path"),
                         "all columns are in the path, so the rows would be empty",
                         "set 'path_columns: keep', or keep another column in the stages above");
    }
    target_.schema = std::make_shared<const Schema>(std::move(fields));
  }

  void read_manifest() {
    if (!options_.has(kManifestOption.name)) return;
    const std::string path = options_.text(kManifestOption.name);
    const Span span = options_.span(kManifestOption.name);
    if (path.empty() || path.ends_with('/')) {
      diagnostics_.error(code::kBadPath, span, "the manifest needs the name of a file");
    } else if (target_.path == "-") {
      diagnostics_.error(code::kOptionsExclude, span, "standard output has no manifest",
                         "write to a file");
    } else if (path == target_.path) {
      diagnostics_.error(code::kWrittenTwice, span, "the manifest has the path of the rows",
                         "give it one of its own");
    } else if (is_no_folder(path, kManifestOption.name, options_, diagnostics_)) {
      target_.manifest = path;
      target_.style.has_checksum = true;
    }
  }

  const OptionValues& options_;
  const SchemaRef& input_;
  const TargetForm form_;
  Diagnostics& diagnostics_;
  FileTarget target_;
};

}  // namespace

size_t sink_memory(const FileTarget& target) {
  if (!target.style.packs()) return kPartBytes;
  return kPartBytes + 2 * (2 * kPackedBlockBytes + packing_memory(target.style.packing));
}

std::optional<FileTarget> read_target(const OptionValues& options, Diagnostics& diagnostics) {
  FileTarget target;
  target.path = target_of(options).text();
  target.if_exists = options.text("if_exists") == "error" ? IfExists::kError : IfExists::kReplace;
  if (!names_file(target.path, options, diagnostics) ||
      !is_no_folder(target.path, "path", options, diagnostics))
    return std::nullopt;
  const std::optional<Packing> packing = read_packing(options, target.path, diagnostics);
  if (!packing) return std::nullopt;
  target.style.packing = *packing;
  return target;
}

std::optional<FileTarget> read_targets(const OptionValues& options, const SchemaRef& input,
                                       Diagnostics& diagnostics, TargetForm form) {
  if (!has_columns(*input, options, diagnostics)) return std::nullopt;
  return TargetsReader(options, input, form, diagnostics).read();
}

void check_appending(const FileTarget& target, const OptionValues& options,
                     Diagnostics& diagnostics) {
  if (target.if_exists != IfExists::kAppend) return;
  const PartStyle& style = target.style;
  if (style.packing.compression != Compression::kNone && !style.frame.footer.empty()) {
    diagnostics.error(code::kCannotAppend, options.span("if_exists"),
                      "a compressed file that ends with more than its rows cannot be appended to",
                      "set 'compression: none', or write JSON lines, which can be");
    return;
  }
  struct stat found{};
  if (target.pattern || target.path == "-" || ::stat(target.path.c_str(), &found) != 0 ||
      !S_ISREG(found.st_mode))
    return;
  const Input input{.name = target.path};
  const auto old = open_byte_source(input, OpenFor::kPeek);
  if (!old) return;  // the run says so
  if (const Status status = check_old_head(**old, style.frame, target.path); !status)
    diagnostics.error(status.error().number, options.span("path"), status.error().message,
                      status.error().hint);
}

SourceText target_of(const OptionValues& options) {
  SourceText path = options.source("path");
  const bool is_stdout = path.text() == "stdout";  // as 'stdin' is for sources
  return is_stdout && !LEAT_MUTANT("stdout_is_a_file") ? SourceText("-", path.span(), {}) : path;
}

bool has_columns(const Schema& input, const OptionValues& options, Diagnostics& diagnostics) {
  if (input.size() > 0) return true;
  diagnostics.error(code::kNoColumns, options.stage(), "there are no columns to write",
                    "keep at least one column in the stages above");
  return false;
}

void describe_target(const FileTarget& target, const OptionValues& options, BoundOperator& bound) {
  bound.target = SourceText(target.path, options.span("path"), {});
  if (target.pattern) bound.target_folder = target.pattern->folder();
  if (target.manifest) bound.manifest = options.source(kManifestOption.name);
  bound.memory_minimum = sink_memory(target);
  bound.equations = sink_equations();
}

}  // namespace leat::io
