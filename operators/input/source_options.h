// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Options that all sources of text have: columns that say where a row comes from, what becomes of
// text that is not UTF-8, and how far a compressed input may grow. None of them costs anything when
// it is not asked for: the decoder of a format knows nothing of them, and is wrapped.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "operators/input/file_list.h"
#include "operators/input/inputs.h"
#include "operators/input/path_columns.h"
#include "operators/operator.h"
#include "operators/options.h"
#include "operators/row_condition.h"

namespace leat::io {

inline constexpr OptionDef kFileColumnOption = {
    .name = "file_column",
    .doc = "Name of a further column that holds the name of the row's file, as messages show it."};
inline constexpr std::string_view kRowColumnDoc =
    "Name of a further column that holds the number of the row in its file, from 1; rejected rows "
    "are counted, the header is not.";
inline constexpr std::string_view kLineColumnDoc =
    "Name of a further column that holds the number of the row's line in its file, from 1.";
inline constexpr std::string_view kInvalidUtf8Choices[] = {"error", "replace"};
inline constexpr OptionDef kInvalidUtf8Option = {
    .name = "invalid_utf8",
    .type = OptionType::kChoice,
    .doc = "What bytes are that are no UTF-8: an error of their row, or each U+FFFD.",
    .default_text = "error",
    .choices = kInvalidUtf8Choices};
inline constexpr std::string_view kRoundChoices[] = {"us"};
inline constexpr OptionDef kRoundOption = {
    .name = "round",
    .type = OptionType::kChoice,
    .doc =
        "`us`: times with more digits than microseconds are rounded to the nearest. Left out: "
        "such a time is an error of its row, unless the further digits are zeros.",
    .choices = kRoundChoices};
inline constexpr OptionDef kMaxExpansionOption = {
    .name = "max_expansion",
    .type = OptionType::kInteger,
    .doc =
        "How many bytes a compressed input may become for each of its own, once they are more "
        "than 16 MiB; 0: any number. Guards against files made to fill the machine.",
    .default_text = "500",
    .minimum = 0};

/// What the options above ask for. THREADS: immutable, any.
class SourceExtras {
 public:
  /// What the files are: only text has the option invalid_utf8.
  enum class Of : uint8_t { kText, kBytes };

  /// Reads file_column, `row_option` and invalid_utf8 of `options`. nullopt after reporting an
  /// empty name, or the same twice.
  static std::optional<SourceExtras> read(const OptionValues& options, std::string_view row_option,
                                          Diagnostics& diagnostics, Of what = Of::kText);

  /// Finds the columns that the paths of `inputs` have, which `choice` chose. Reports mistakes.
  /// Call before extend.
  void read_paths(const OptionValues& options, const Inputs& inputs, const InputChoice& choice,
                  Diagnostics& diagnostics);
  /// Is `name` one of them? Then `type` is its type, and no column of the rows is meant.
  bool declare(std::string_view name, const Type& type) { return paths_.declare(name, type); }

  /// `schema` with the further columns behind it, as far as `projection` wants them. Reports names
  /// that `schema` has already. Call once, before wrap.
  SchemaRef extend(const SchemaRef& schema, const std::optional<std::vector<std::string>>& wanted,
                   const OptionValues& options, Diagnostics& diagnostics);
  /// A decoder that does what `inner` does and what was asked for.
  std::unique_ptr<Decoder> wrap(std::unique_ptr<Decoder> inner, const LaneContext& context) const;

  const PathColumns& paths() const { return paths_; }
  const std::shared_ptr<ReadState>& state() const { return state_; }
  bool replaces_invalid_utf8() const { return replace_utf8_; }
  /// Are rows numbered? Only then must Split::first_row be right.
  bool numbers_rows() const { return !row_column_.empty(); }

 private:
  std::string file_column_;  // empty: not asked for
  std::string row_column_;
  std::string_view row_option_;
  bool replace_utf8_ = false;
  bool wants_file_ = false;  // after extend: some stage reads the column
  bool wants_row_ = false;
  PathColumns paths_;
  std::shared_ptr<ReadState> state_;
  std::vector<size_t> wanted_paths_;  // of paths_.columns()
  SchemaRef schema_;
};

/// A source whose inputs are files. THREADS: immutable once bound, any.
class FileSource : public Source {
 public:
  FileSource(Inputs inputs, SourceExtras extras)
      : inputs_(std::move(inputs)), extras_(std::move(extras)) {}

  const PathColumns& paths() const { return extras_.paths(); }
  /// How many inputs are left.
  size_t left() const { return inputs_.size(); }
  /// Leaves out the inputs, by their index, that are not wanted. Before it runs.
  void keep(const std::vector<bool>& wanted);
  /// What is true of all rows that anyone wants: the source may leave out what cannot have such.
  /// Before it runs.
  virtual void leave_out(std::span<const RowCondition> conditions) {
    static_cast<void>(conditions);
  }
  /// How many those were.
  size_t left_out() const { return left_out_; }
  /// What it keeps of the files it has read; or null.
  const ReadState* state() const { return extras_.state().get(); }
  /// That, when it has read all of them. REQUIRES: state().
  std::string next_state(const ReadState::Owner& owner) const {
    return state()->text(owner, file_names(inputs_));
  }

 protected:
  Inputs inputs_;
  SourceExtras extras_;

 private:
  size_t left_out_ = 0;
};

/// `bound` as such a source; or null.
inline const FileSource* file_source_of(const BoundOperator& bound) {
  const auto* const source = std::get_if<std::unique_ptr<Source>>(&bound.species);
  return source == nullptr ? nullptr : dynamic_cast<const FileSource*>(source->get());
}

/// What the run is told of the inputs of a source.
void describe_inputs(const OptionValues& options, const Inputs& inputs, BoundOperator& bound);

/// The inputs of the options `path` and `files_from` under option `max_expansion`, if the operator
/// has it; as resolve_inputs.
std::optional<Inputs> read_inputs(const OptionValues& options, const BindContext& context,
                                  const InputChoice& choice = {});

}  // namespace leat::io
