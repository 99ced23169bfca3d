// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// rename: other names for columns; all else stays.
#include <array>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "engine/codes/expression.h"
#include "engine/codes/option.h"
#include "operators/computed_columns.h"
#include "operators/expr/column_items.h"
#include "operators/operator.h"

namespace leat {

namespace {

/// The columns with their new names, and where these are written.
class Renaming {
 public:
  Renaming(const OptionValues& options, const BindContext& context)
      : options_(options), context_(context), input_(*context.input()) {}

  std::optional<BoundOperator> bind() {
    const size_t errors_before = context_.diagnostics.count();
    const auto entries = options_.named("columns");
    if (entries.empty()) {
      context_.diagnostics.error(code::kOptionEmpty, options_.stage(),
                                 "'rename' has no column to rename",
                                 "write 'old_name: new_name' below it");
    }
    for (const auto& [old_name, new_name] : entries) add(old_name, new_name);
    if (context_.diagnostics.count() == errors_before) check_names();
    if (context_.diagnostics.count() != errors_before) return std::nullopt;
    std::vector<ComputedColumn> columns;
    for (size_t i = 0; i < input_.size(); ++i)
      columns.push_back(same_column(input_, i, name_of(i)));
    return compute_columns(std::move(columns));
  }

 private:
  std::string name_of(size_t column) const {
    const auto renamed = renamed_.find(column);
    return renamed == renamed_.end() ? input_[column].name : renamed->second.text();
  }

  void add(const SourceText& old_name, const SourceText& new_name) {
    const auto column = expr::require_column(old_name, input_, context_.diagnostics);
    if (!column) return;
    if (new_name.text().empty()) {
      context_.diagnostics.error(code::kNameMissing, new_name.span(), "a column needs a name");
    } else if (!renamed_.emplace(*column, new_name).second) {
      context_.diagnostics.error(code::kNamedTwice, old_name.span(),
                                 fmt::format("column '{}' is renamed twice", input_[*column].name),
                                 "remove one of them");
    }
  }

  /// No two columns of the output may share a name; names may be exchanged.
  void check_names() {
    std::map<std::string, size_t> owners;
    for (size_t i = 0; i < input_.size(); ++i) {
      if (!renamed_.contains(i)) owners.emplace(name_of(i), i);
    }
    for (const auto& [column, name] : renamed_) {
      const auto [owner, is_new] = owners.emplace(name.text(), column);
      if (is_new) continue;
      context_.diagnostics.error(
          code::kColumnTwice, name.span(),
          fmt::format("two columns would be called '{}'", name.text()),
          renamed_.contains(owner->second)
              ? "give one of them another name"
              : fmt::format("rename column '{}' as well, or drop it before", name.text()));
    }
  }

  const OptionValues& options_;
  const BindContext& context_;
  const Schema& input_;
  std::map<size_t, SourceText> renamed_;
};

std::optional<BoundOperator> bind_rename(const OptionValues& options, const BindContext& context) {
  return Renaming(options, context).bind();
}

constexpr std::array<OptionDef, 1> kRenameOptions{{
    {.name = "columns",
     .type = OptionType::kNamed,
     .doc = "Old names and new ones: `old_name: new_name`.",
     .required = true},
}};

}  // namespace

extern const OperatorDef operator_rename;
const OperatorDef operator_rename{
    .name = "rename",
    .kind = OperatorKind::kTransform,
    .summary = "Gives columns other names.",
    .doc =
        R"(The columns stay in their places and the rows in their order. All names are exchanged at once, so
`{ a: b, b: a }` swaps two.)",
    .example = R"yaml(- rename:
    Kunde: customer
    "Betrag (EUR)": amount
)yaml",
    .main_option = "columns",
    .options = kRenameOptions,
    .bind = &bind_rename,
};

}  // namespace leat
