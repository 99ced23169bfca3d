// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Services that a pipeline reaches by a name: which types of them there are, and what is written
// of each. See connections.cpp.
#pragma once

#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "operators/options.h"
#include "operators/plugin/plugin_abi.h"

namespace leat::plugin {

/// `type: NAME` of a connection.
struct ConnectionType {
  std::string_view name;
  std::string_view connector;  ///< Of which operators take it (connectors.h).
  std::span<const OptionDef> fields;
  std::span<const std::string_view> secrets;  ///< Fields that no output shows.

  bool is_secret(std::string_view field) const;
};

std::span<const ConnectionType> connection_types();
/// Null: there is none of that name.
const ConnectionType* find_connection_type(std::string_view name);

/// An entry of `connections` without mistakes.
struct Connection {
  SourceText name;
  const ConnectionType* type = nullptr;
  OptionValues values;
};

/// Those of a pipeline. THREADS: any, once made.
struct Connections {
  std::deque<Connection> all;
  /// Names that are there, but with mistakes, which were reported.
  std::vector<std::string> broken;
  /// False: the pipeline is only looked at, and no service may be asked.
  bool is_online = true;

  const Connection* find(std::string_view name) const;
  bool is_broken(std::string_view name) const;
};

/// A connection as plugins see it.
class ConnectionTexts {
 public:
  explicit ConnectionTexts(const Connection& connection);
  ConnectionTexts(const ConnectionTexts&) = delete;
  ConnectionTexts& operator=(const ConnectionTexts&) = delete;
  const leat_connection& get() const { return texts_; }

 private:
  std::vector<std::string> fields_;
  std::vector<std::string> values_;
  std::vector<const char*> field_pointers_;
  std::vector<const char*> value_pointers_;
  leat_connection texts_{};
};

}  // namespace leat::plugin
