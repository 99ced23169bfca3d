// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// bin: the bucket of a number, by where it begins. A bucket is an expression over the row, or over
// all rows where the buckets depend on them; so the work is that of `derive` and `window`.
#include <array>
#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "engine/codes/expression.h"
#include "engine/codes/option.h"
#include "operators/expr/column_items.h"
#include "operators/operator.h"

namespace leat {

extern const OperatorDef operator_derive;
extern const OperatorDef operator_window;

namespace {

constexpr std::array<std::string_view, 4> kRules{"width", "count", "edges", "quantiles"};

/// Digits behind the point of a number as it is written.
size_t fraction_digits(const std::string& number) {
  const size_t point = number.find('.');
  return point == std::string::npos ? 0 : number.size() - point - 1;
}

class BinBinder {
 public:
  BinBinder(const OptionValues& options, const BindContext& context)
      : options_(options),
        context_(context),
        input_(*context.input()),
        errors_before_(context.diagnostics.count()) {}

  std::optional<BoundOperator> bind() {
    const auto column =
        expr::require_column(options_.source("column"), input_, context_.diagnostics);
    if (column && !input_[*column].type.is_numeric()) {
      mistake(code::kWrongColumnType, options_.span("column"),
              fmt::format("column '{}' is of type {}, and only numbers have buckets",
                          input_[*column].name, to_string(input_[*column].type)),
              "cast it before; for dates there is date_trunc");
    }
    const std::optional<std::string_view> rule = chosen_rule();
    if (!column || !rule || !ok()) return std::nullopt;
    value_ = expr::quoted_name(input_[*column].name);
    whole_ = input_[*column].type.is(TypeId::kInt64);
    if (*rule == "width") return stage(operator_derive, by_width(), "width");
    if (*rule == "edges") return stage(operator_derive, by_edges(), "edges");
    return stage(operator_window, *rule == "count" ? by_count() : by_quantiles(), *rule);
  }

 private:
  bool ok() const { return context_.diagnostics.count() == errors_before_; }
  void mistake(Code number, Span where, std::string message, std::string hint = {}) {
    context_.diagnostics.error(number, where, std::move(message), std::move(hint));
  }

  /// The one rule that is written.
  std::optional<std::string_view> chosen_rule() {
    std::optional<std::string_view> chosen;
    for (const std::string_view rule : kRules) {
      if (!options_.has(rule)) continue;
      if (chosen) {
        mistake(code::kOptionsExclude, options_.span(rule),
                fmt::format("'{}' does not go with '{}'", rule, *chosen), "remove one of them");
        return std::nullopt;
      }
      chosen = rule;
    }
    if (!chosen) {
      mistake(code::kOptionMissing, options_.stage(),
              "'bin' needs one of 'width', 'count', 'edges' and 'quantiles'",
              "write for example 'width: 10'");
    }
    return chosen;
  }

  std::string by_width() {
    const std::string width = options_.text("width");
    if (options_.number("width") <= 0) {
      mistake(code::kBuckets, options_.span("width"), "a bucket must be wider than 0");
      return {};
    }
    const bool is_whole = width.find_first_not_of("+0123456789") == std::string::npos;
    if (whole_ && is_whole) return fmt::format("{0} - (({0} % {1}) + {1}) % {1}", value_, width);
    // Multiples of 0.1 are rounded to one digit: 3 * 0.1 is 0.3.
    return fmt::format("round((floor({0} / {1}) * {1})::decimal(38,{2}), {2})::float64", value_,
                       width, fraction_digits(width));
  }

  std::string by_edges() {
    const std::vector<SourceText> edges = options_.list("edges");
    if (edges.empty())
      mistake(code::kBuckets, options_.span("edges"), "there are no edges", "write one at least");
    std::string cases;
    std::optional<double> before;
    for (const SourceText& edge : edges) {
      double value = 0;
      const std::string& text = edge.text();
      const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
      if (error != std::errc() || end != text.data() + text.size()) {
        mistake(code::kBuckets, edge.span(), fmt::format("the edge '{}' is no number", text),
                "write a number");
      } else if (before && value <= *before) {
        mistake(code::kBuckets, edge.span(),
                fmt::format("the edge {} does not lie above the one before", text),
                "write the edges in ascending order, each once");
      }
      before = value;
      cases.insert(0, fmt::format(" when {} >= {} then {}", value_, text, text));
    }
    return fmt::format("case{} end", cases);
  }

  std::string by_count() const {
    // The greatest value belongs to the last bucket.
    return fmt::format(
        "case when {0} is not null then min({0}) + least(coalesce(floor(({0} - min({0})) * "
        "{1}::float64 / nullif(max({0}) - min({0}), 0)), 0), {1} - 1) * "
        "(max({0}) - min({0}))::float64 / {1} end",
        value_, options_.integer("count"));
  }

  std::string by_quantiles() const {
    // How many values are less decides, so equal ones share a bucket; NULLs come last in the order.
    return fmt::format(
        "case when {0} is not null then 1 + (rank() over (order by {0}) - 1) * {1} / count({0}) "
        "end",
        value_, options_.integer("quantiles"));
  }

  /// The stage of `definition` with the one column `expression`; mistakes point to `rule`.
  std::optional<BoundOperator> stage(const OperatorDef& definition, const std::string& expression,
                                     std::string_view rule) {
    if (!ok()) return std::nullopt;
    const Span where = options_.span(rule);
    OptionNode value;
    value.kind = OptionNode::Kind::kScalar;
    value.span = where;
    value.scalar = SourceText(expression, where, {});
    OptionNode columns;
    columns.kind = OptionNode::Kind::kMap;
    columns.span = where;
    columns.entries.push_back({options_.source("into"), std::move(value)});
    OptionNode node;
    node.kind = OptionNode::Kind::kMap;
    node.span = where;
    const SourceText key(std::string(definition.name), options_.stage(), {});
    node.entries.push_back({SourceText("columns", where, {}), columns});
    const bool whole = takes_whole_mapping(definition.options, definition.main_option);
    const auto values = read_options(definition.options, definition.main_option,
                                     whole ? columns : node, key, context_.diagnostics);
    return values ? definition.bind(*values, context_) : std::nullopt;
  }

  const OptionValues& options_;
  const BindContext& context_;
  const Schema& input_;
  const size_t errors_before_;
  std::string value_;  // the column in expressions
  bool whole_ = false;
};

std::optional<BoundOperator> bind_bin(const OptionValues& options, const BindContext& context) {
  return BinBinder(options, context).bind();
}

constexpr std::array<OptionDef, 6> kBinOptions{{
    {.name = "column",
     .type = OptionType::kText,
     .doc = "The column of numbers.",
     .required = true},
    {.name = "into",
     .type = OptionType::kText,
     .doc = "The name of the column for the buckets.",
     .required = true},
    {.name = "width",
     .type = OptionType::kNumber,
     .doc = "Buckets of this width that begin at its multiples; a bucket is called by where it "
            "begins."},
    {.name = "count",
     .type = OptionType::kInteger,
     .doc = "So many buckets of equal width between the least value and the greatest; called by "
            "where they begin.",
     .minimum = 1,
     .maximum = 1'000'000},
    {.name = "edges",
     .type = OptionType::kTextList,
     .doc = "Where buckets begin, ascending. The last one has no end; what lies below the first is "
            "in no bucket, NULL."},
    {.name = "quantiles",
     .type = OptionType::kInteger,
     .doc = "So many buckets with about equally many rows, numbered from 1; equal values are never "
            "parted.",
     .minimum = 2,
     .maximum = 1000},
}};

}  // namespace

extern const OperatorDef operator_bin;
const OperatorDef operator_bin{
    .name = "bin",
    .kind = OperatorKind::kTransform,
    .summary = "Puts numbers into buckets.",
    .doc =
        R"(A bucket holds the values from where it begins up to the beginning of the next one. NULL is in no
bucket. One of `width`, `count`, `edges` and `quantiles` says what the buckets are. Rows and their order
stay.

With `width` and `edges` rows pass through; with `count` and `quantiles` all rows are held until the last
one has come.)",
    .example = R"(- bin: { column: price, into: bucket, width: 10 }
- aggregate: { by: bucket, columns: { n: count(*) } }
)",
    .main_option = "",
    .options = kBinOptions,
    .bind = &bind_bin,
};

}  // namespace leat
