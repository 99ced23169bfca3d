// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What the loader says of a text that is being edited. See probe.cpp.
#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

namespace leat::cli {

/// The text of a pipeline, and what it is called.
struct EditedText {
  std::string path;
  std::string text;
};

/// What `leat check` finds wrong, as a list of the protocol's Diagnostic. Runs no code of plugins,
/// and never takes long.
nlohmann::json check_edited(const EditedText& edited);

/// The columns that the stage `stage` gives, as a list with `name` and `type`; empty `stage`: the
/// last one. Empty when the text up to there has mistakes.
nlohmann::json columns_of(const EditedText& edited, const std::string& stage);

}  // namespace leat::cli
