// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What readers of the tree of a pipeline share: keys and single values, and what is said of others.
#pragma once

#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "engine/codes/form.h"
#include "operators/diagnostic.h"
#include "operators/operator.h"
#include "operators/options.h"

namespace leat::pipelines {

/// Words kept for later, and what serves today.
inline constexpr std::pair<std::string_view, std::string_view> kReserved[] = {
    {"if", "a 'filter' stage drops rows"},
    {"when", "a 'filter' stage drops rows"},
    {"retry", ""},
    {"order", "a 'sort' stage orders rows"},
    {"checkpoint", ""},
    {"parallel", "'lanes' limits how many lanes a stage runs in"},
    {"schema", "the option 'columns' of a source declares its columns"},
};

inline const OperatorDef* find_operator_in(std::span<const OperatorDef* const> operators,
                                           std::string_view name) {
  const auto found = std::find_if(operators.begin(), operators.end(),
                                  [name](const OperatorDef* one) { return one->name == name; });
  return found == operators.end() ? nullptr : *found;
}

/// THREADS: one.
class TreeReader {
 public:
  /// `cuts` are the collections whose contents are not what was meant (cut_values.h).
  TreeReader(const std::vector<Span>& cuts, Diagnostics& diagnostics)
      : cuts_(cuts), diagnostics_(diagnostics) {}

 protected:
  void report(Code number, Span where, std::string message, std::string hint = {}) {
    diagnostics_.error(number, where, std::move(message), std::move(hint));
  }

  bool is_cut(const OptionNode& node) const {
    return std::any_of(cuts_.begin(), cuts_.end(), [&](const Span& cut) {
      return cut.begin >= node.span.begin &&
             cut.begin < std::max(node.span.end, node.span.begin + 1);
    });
  }

  void unknown_key(const SourceText& key, std::string_view of_what,
                   const std::vector<std::string>& known) {
    for (const auto& [word, instead] : kReserved) {
      if (key.text() == word) {
        report(code::kReservedKey, key.span(),
               fmt::format("the key '{}' is reserved for later versions", word),
               std::string(instead));
        return;
      }
    }
    std::string hint = did_you_mean(key.text(), known);
    if (hint.empty()) hint = fmt::format("its keys are '{}'", fmt::join(known, "', '"));
    report(code::kUnknownKey, key.span(), fmt::format("{} has no key '{}'", of_what, key.text()),
           std::move(hint));
  }

  /// The scalar under `key`, or a report that it is none.
  std::optional<SourceText> scalar(const SourceText& key, const OptionNode& value) {
    if (value.kind == OptionNode::Kind::kScalar) return value.scalar;
    if (!is_cut(value)) {
      const bool missing = value.kind == OptionNode::Kind::kNull;
      report(
          missing ? code::kNoValue : code::kWrongShape, missing ? key.span() : value.span,
          fmt::format("'{}' {}", key.text(), missing ? "has no value" : "must be a single value"));
    }
    return std::nullopt;
  }

  std::string doc(const SourceText& key, const OptionNode& value) {
    const auto text = scalar(key, value);
    return text ? text->text() : std::string();
  }

 private:
  const std::vector<Span>& cuts_;
  Diagnostics& diagnostics_;
};

}  // namespace leat::pipelines
