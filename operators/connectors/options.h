// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The values of an operator's own options, for all connectors.
#pragma once

#include <leat/plugin_abi.h>

#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace leat::connectors {

/// Those of a stage, while it is bound.
class Options {
 public:
  explicit Options(const leat_binding& binding) : binding_(binding) {}

  bool is_written(std::string_view name) const {
    const leat_option* const option = find(name);
    return option != nullptr && option->is_written != 0;
  }
  /// Written or default; empty: neither.
  std::vector<std::string> texts(std::string_view name) const {
    const leat_option* const option = find(name);
    if (option == nullptr) return {};
    return std::vector<std::string>(option->texts, option->texts + option->count);
  }
  std::string text(std::string_view name) const {
    const std::vector<std::string> all = texts(name);
    return all.empty() ? std::string() : all.front();
  }
  int64_t integer(std::string_view name) const {
    return std::strtoll(text(name).c_str(), nullptr, 10);
  }
  bool flag(std::string_view name) const { return text(name) == "true"; }
  /// Names and values of an option of type LEAT_OPTION_NAMED, in order.
  std::vector<std::pair<std::string, std::string>> named(std::string_view name) const {
    const leat_option* const option = find(name);
    std::vector<std::pair<std::string, std::string>> pairs;
    for (size_t i = 0; option != nullptr && option->names != nullptr && i < option->count; ++i)
      pairs.emplace_back(option->names[i], option->texts[i]);
    return pairs;
  }

 private:
  const leat_option* find(std::string_view name) const {
    for (size_t i = 0; i < binding_.option_count; ++i) {
      const auto* const option = reinterpret_cast<const leat_option*>(
          reinterpret_cast<const char*>(binding_.options) + i * binding_.options->size);
      if (option->name == name) return option;
    }
    return nullptr;
  }

  const leat_binding& binding_;
};

}  // namespace leat::connectors
