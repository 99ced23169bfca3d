// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: what reads and writes the formats of large libraries cannot be part of every leat, and
// should be no different from what is: `- read_parquet: orders.parquet`, and nothing to be said of
// plugins.
//
// Invariants:
//  1. A connector lies in one folder beside the program, ../lib/leat/connectors, or `connectors`
//     beside the program in a build; no variable and no pipeline names another. Who can write there
//     can also replace leat.
//  2. It is loaded when a pipeline has one of its operators, and only then: its libraries take
//     longer to load than leat takes to start.
//  3. Which operators there are is written here, so that leat can say which package has one.
//
// Rejected: to look into the folder for what there is (whatever appears in it would be loaded), and
// a file beside each connector that lists its operators (it could not be said what to install).
#include "operators/plugin/connectors.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <system_error>

namespace leat::plugin {
namespace {

constexpr std::array<std::string_view, 2> kParquetOperators = {"read_parquet", "write_parquet"};
constexpr std::array<std::string_view, 2> kPostgresOperators = {"read_postgres", "write_postgres"};
constexpr std::array<Connector, 2> kConnectors = {{
    // Arrow's allocator would start a thread when it is loaded, after which no process can go into
    // the sandbox.
    {"parquet", "leat-parquet", kParquetOperators, "JE_ARROW_MALLOC_CONF",
     "background_thread:false"},
    {"postgres", "leat-postgres", kPostgresOperators},
}};

std::string file_of(const Connector& connector, const std::filesystem::path& folder) {
  return (folder / connector.name).string() + ".so";
}

}  // namespace

const Connector* connector_of(std::string_view name) {
  const auto found =
      std::find_if(kConnectors.begin(), kConnectors.end(), [&](const Connector& one) {
        return std::find(one.operators.begin(), one.operators.end(), name) != one.operators.end();
      });
  return found == kConnectors.end() ? nullptr : &*found;
}

std::optional<std::string> find_connector(const Connector& connector) {
  std::error_code error;
  const auto program = std::filesystem::canonical("/proc/self/exe", error);
  if (error) return std::nullopt;
  const std::filesystem::path beside = program.parent_path();
  for (const auto& folder :
       {beside.parent_path() / "lib" / "leat" / "connectors", beside / "connectors"}) {
    std::string file = file_of(connector, folder);
    if (std::filesystem::is_regular_file(file, error)) return file;
  }
  return std::nullopt;
}

const Connector* connector_at(const std::string& path) {
  const auto found =
      std::find_if(kConnectors.begin(), kConnectors.end(), [&](const Connector& one) {
        const std::optional<std::string> file = find_connector(one);
        std::error_code error;
        return file && std::filesystem::equivalent(*file, path, error);
      });
  return found == kConnectors.end() ? nullptr : &*found;
}

void prepare_connector(const std::string& path) {
  const Connector* const connector = connector_at(path);
  if (connector != nullptr && connector->variable != nullptr)
    ::setenv(connector->variable, connector->setting, 0);
}

}  // namespace leat::plugin
