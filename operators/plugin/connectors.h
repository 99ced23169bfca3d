// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Plugins of this repository, which are packages of their own. See connectors.cpp.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace leat::plugin {

/// The vendor whose operators have no dot in their names.
inline constexpr std::string_view kOwnVendor = "leat";

/// A plugin that is shipped as a package.
struct Connector {
  std::string_view name;     ///< Of its shared object, without `.so`.
  std::string_view package;  ///< That brings it.
  std::span<const std::string_view> operators;
  /// A variable that its libraries look at when they are loaded, and what it is set to unless the
  /// user has set it; null: none.
  const char* variable = nullptr;
  const char* setting = nullptr;
};

/// Which connector has the operator `name`; null: none.
const Connector* connector_of(std::string_view name);

/// The path of the shared object of `connector`; nullopt: it is not installed.
std::optional<std::string> find_connector(const Connector& connector);

/// The connector that find_connector finds at `path`; null: none.
const Connector* connector_at(const std::string& path);

/// Sets what the libraries of the connector at `path`, if it is one, look at when they are loaded.
/// THREADS: while there is but one.
void prepare_connector(const std::string& path);

}  // namespace leat::plugin
