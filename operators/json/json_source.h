// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What sources of JSON have in common, lines or documents: their columns, which are declared or
// guessed, and how binding goes.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "operators/input/record_splitter.h"
#include "operators/input/source_options.h"
#include "operators/json/json_rows.h"
#include "operators/operator.h"

namespace leat::io {

inline constexpr std::string_view kUnknownFieldsChoices[] = {"error", "ignore"};
inline constexpr std::string_view kDuplicateKeysChoices[] = {"error", "first", "last"};

inline constexpr OptionDef kJsonColumnsOption = {
    .name = "columns",
    .type = OptionType::kNamed,
    .doc =
        "Names and types of the fields to read; others are left out. Left out: all fields that "
        "a sample shows are read, and their "
        "types are guessed from it."};
inline constexpr OptionDef kJsonTypesOption = {
    .name = "types",
    .type = OptionType::kNamed,
    .doc = "Types of some fields; those of the others are guessed. Not together with `columns`."};
inline constexpr OptionDef kUnknownFieldsOption = {
    .name = "unknown_fields",
    .type = OptionType::kChoice,
    .doc =
        "What a field is that is no column: an error of its row, or nothing. Left out: nothing "
        "if `columns` is given, else an error, "
        "because the sample did not show the field and it would be lost.",
    .choices = kUnknownFieldsChoices};
inline constexpr OptionDef kJsonSampleOption = {.name = "sample",
                                                .type = OptionType::kInteger,
                                                .doc = "How many rows to guess columns from.",
                                                .default_text = "1000",
                                                .minimum = 1,
                                                .maximum = 1'000'000};

/// A source of JSON as it is being bound. THREADS: one.
class JsonKind {
 public:
  virtual ~JsonKind() = default;
  /// Reads what is the kind's own of `options` and `inputs`, null when nothing can be read, into
  /// `format`, before columns are guessed. Reports mistakes.
  virtual void prepare(const OptionValues& options, const TextEncoding& encoding,
                       const Inputs* inputs, JsonFormat& format, Diagnostics& diagnostics) = 0;
  /// The columns that the first rows of `inputs` show; empty after reporting why there are none.
  virtual std::vector<Field> guess(const OptionValues& options, const TextEncoding& encoding,
                                   const Inputs& inputs, JsonFormat& format,
                                   Diagnostics& diagnostics) = 0;
  virtual std::unique_ptr<Source> make(Inputs inputs, SplitterOptions splitting, JsonFormat format,
                                       SourceExtras extras) = 0;
};

/// Binds a source that has the options above and those of source_options.h. `row_option` names its
/// column of numbers; `choice` chooses among its files.
std::optional<BoundOperator> bind_json_source(const OptionValues& options,
                                              const BindContext& context,
                                              std::string_view row_option, JsonKind& kind,
                                              const InputChoice& choice);

/// Reports `error`, which is of all of a file, at `path`.
void report_unreadable(const Error& error, const OptionValues& options, Diagnostics& diagnostics);

/// The name of the only one of `inputs` in quotes, or "all files".
std::string names_of(const Inputs& inputs);

}  // namespace leat::io
