// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Puts parameters, environment variables and secrets into scalars: `${param}`,
// `${env:NAME:-default}` and `${file:PATH}`.
#pragma once

#include <optional>
#include <string>

#include "operators/diagnostic.h"
#include "pipelines/load/params.h"

namespace leat::pipelines {

/// THREADS: one.
class Interpolator {
 public:
  /// `params` may be null: then `${param}` is a mistake (in the defaults of parameters).
  Interpolator(const ParamTable* params, const EnvironmentLookup& environment,
               Diagnostics& diagnostics)
      : params_(params), environment_(environment), diagnostics_(diagnostics) {}

  /// `text` with every `${...}` replaced; what was put in has the place of its `$`. `$${` gives
  /// `${`, and `$$x` gives `$x` where x is a parameter. Returns nullopt after reporting, and
  /// silently when a parameter is broken.
  std::optional<SourceText> replace(const SourceText& text);

  /// An expression as it is, but for `$${`. Reports `${...}`, which has no meaning in it.
  std::optional<SourceText> check_expression(const SourceText& text);

 private:
  struct Reference;
  std::optional<std::string> value_of(const SourceText& text, const Reference& reference);
  std::optional<std::string> parameter(const SourceText& text, const Reference& reference);
  std::optional<std::string> secret_of_file(const SourceText& text, const Reference& reference);
  bool is_parameter(std::string_view name) const {
    return params_ != nullptr && params_->contains(name);
  }
  void report(Code number, const SourceText& text, size_t begin, size_t end, std::string message,
              std::string hint);

  const ParamTable* params_;
  const EnvironmentLookup& environment_;
  Diagnostics& diagnostics_;
};

/// Interpolates the options, `lanes`, `capacity` and `on_error` of a stage; marks it broken when
/// something was wrong.
void interpolate_stage(StageSpec& stage, Interpolator& interpolator);

}  // namespace leat::pipelines
