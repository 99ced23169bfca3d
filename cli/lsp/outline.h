// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What can be told of a pipeline while somebody types it, and it is no YAML yet. See outline.cpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "operators/operator.h"

namespace leat::cli {

/// A stage as its lines look. Lines count from 0, columns are bytes.
struct OutlineStage {
  size_t first_line = 0;
  size_t end_line = 0;    ///< Behind the last one.
  size_t key_column = 0;  ///< Where its keys begin.
  std::string operator_name;
  size_t operator_line = 0;
  std::string name;  ///< Or else the operator's.
  size_t name_line = 0;
  std::string from;  ///< The first input; empty: the stage above.
};

/// What stands at a place of the text.
struct Cursor {
  enum class Place : uint8_t {
    kNowhere,
    kTopKey,     ///< A key of the pipeline.
    kStageKey,   ///< An operator, or a key of a stage.
    kOptionKey,  ///< An option of the stage's operator.
    kStageName,  ///< The name of a stage.
    kSeverity,   ///< A value of `on_error`.
    kValue,      ///< A value of the option `option`.
  };

  Place place = Place::kNowhere;
  std::optional<size_t> stage;  ///< In Outline::stages().
  std::string_view option = {};
  std::string_view word = {};  ///< Letters, digits, `_` and `.` around the place.
};

/// THREADS: one; `text` outlives it.
class Outline {
 public:
  explicit Outline(std::string_view text);

  const std::vector<OutlineStage>& stages() const { return stages_; }
  /// The stage in whose lines `line` is.
  std::optional<size_t> at(size_t line) const;
  /// The stage of that name.
  const OutlineStage* find(std::string_view name) const;
  /// REQUIRES: `column` is within the line.
  Cursor cursor(size_t line, size_t column) const;

 private:
  void read_stages(size_t line);
  void read_stage(OutlineStage& stage);
  Cursor in_stage(size_t number, size_t line, std::string_view before) const;
  Cursor in_option(size_t number, size_t line, std::string_view before) const;

  std::vector<std::string_view> lines_;
  std::vector<OutlineStage> stages_;
};

/// The definition of a built-in operator's option; null: it has none of this name.
const OptionDef* find_option(const OutlineStage& stage, std::string_view name);

}  // namespace leat::cli
