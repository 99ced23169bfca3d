// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Functions of plugins, as rows of the expression language's tables. See functions.cpp.
#pragma once

#include <string>

#include "operators/expr/functions/functions.h"
#include "operators/plugin/host.h"

namespace leat::plugin {

/// A function as it is called: what expr::Function::plugin points to. Lives as long as the process.
struct PluginFunction {
  Site site;
  const leat_function* table = nullptr;
  std::string signature;  ///< With the vendor.
};

/// The function as expressions know it.
expr::Function describe(const PluginFunction& function);

}  // namespace leat::plugin
