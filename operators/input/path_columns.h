// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Columns that stand in the paths of files: folders `country=DE/day=2026-01-31`. See
// path_columns.cpp for how names become values.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "operators/data/column.h"
#include "operators/data/decimal.h"
#include "operators/data/memory.h"
#include "operators/diagnostic.h"
#include "operators/input/inputs.h"
#include "operators/operator.h"
#include "operators/options.h"

namespace leat::io {

inline constexpr std::string_view kFolderColumnsChoices[] = {"auto", "all", "none"};
inline constexpr OptionDef kFolderColumnsOption = {
    .name = "path_columns",
    .type = OptionType::kChoice,
    .doc =
        "Which folders `name=value` of the path are columns, behind those of the rows: `auto`, "
        "those that `path` writes with a pattern, as in `day=*`; `all` of the files' paths; or "
        "`none`. Files that a filter right behind the source cannot want by these columns are not "
        "read.",
    .default_text = "auto",
    .choices = kFolderColumnsChoices};

/// A value of a path: NULL, or what its type is kept as; dates and times are numbers.
using PathValue = std::variant<std::monostate, bool, int64_t, double, Int128, std::string>;

/// The columns that the paths of a source's inputs have. THREADS: immutable while it runs, any.
class PathColumns {
 public:
  struct PathColumn {
    std::string name;
    std::vector<std::optional<std::string>> texts;  ///< Of each input; nullopt: NULL.
    Type type = kUtf8Type;
    bool guessed = true;            ///< Was the type inferred?
    std::vector<PathValue> values;  ///< Of each input; once cast.
  };

  /// Those of `inputs`, which option `path` named, as option `path_columns` says. Their types are
  /// inferred over all of them. Reports inputs that lack a folder which others have.
  static PathColumns find(const OptionValues& options, const Inputs& inputs,
                          Diagnostics& diagnostics);

  bool empty() const { return columns_.empty(); }
  const std::vector<PathColumn>& columns() const { return columns_; }
  /// Is `name` one of them? Then it has `type`, as declared.
  bool declare(std::string_view name, const Type& type);
  /// Makes values of all texts. Reports those that are none of their type, at `place`.
  void cast(Span place, Diagnostics& diagnostics);
  const PathColumn* find_name(std::string_view name) const;

 private:
  std::vector<PathColumn> columns_;
};

/// `length` copies of `value`, as a column of `type`. ERRORS: kMemory.
Result<ColumnRef> repeat_value(const PathValue& value, const Type& type, size_t length,
                               MemoryAccount& memory);

/// `text` with the byte XX for each `%XX`; other percent signs are text.
std::string unescape_bytes(std::string_view text);

/// The value of a folder's name behind its `=`; nullopt: NULL. The opposite of what sinks write
/// (targets/path_pattern.h).
std::optional<std::string> unescape_path_value(std::string_view name);

}  // namespace leat::io
