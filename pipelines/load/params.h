// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The values of a pipeline's parameters: given on the command line, or else their defaults, checked
// against their types.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "operators/data/type.h"
#include "operators/diagnostic.h"
#include "operators/environment.h"
#include "pipelines/load/spec.h"

namespace leat::pipelines {

/// Answers `${env:NAME}`.
class EnvironmentLookup {
 public:
  using Find = std::function<std::optional<std::string>(std::string_view)>;

  template <typename F>
    requires std::is_invocable_r_v<std::optional<std::string>, F, std::string_view>
  EnvironmentLookup(F find)  // NOLINT(google-explicit-constructor): mostly, there are no limits
      : find_(std::move(find)) {}
  /// Learns a secret that was read, and what is shown in its place.
  using Hide = std::function<void(const std::string& secret, std::string shown)>;
  /// `listed` outlives this; null: all may be asked for, and files as well.
  EnvironmentLookup(Find find, const std::set<std::string, std::less<>>* listed, Hide hide = {})
      : find_(std::move(find)), listed_(listed), hide_(std::move(hide)) {}

  std::optional<std::string> operator()(std::string_view name) const { return find_(name); }
  /// May the pipeline ask for `name`?
  bool allows(std::string_view name) const { return listed_ == nullptr || listed_->contains(name); }
  /// May it read secrets from files?
  bool allows_files() const { return listed_ == nullptr; }
  void hide(const std::string& secret, std::string shown) const {
    if (hide_) hide_(secret, std::move(shown));
  }

 private:
  Find find_;
  const std::set<std::string, std::less<>>* listed_ = nullptr;
  Hide hide_;
};

/// A declared parameter. One whose value is missing or wrong (reported) is `broken` and stands as
/// NULL of its type, so that expressions which use it can be checked all the same.
struct Param {
  Type type = kUtf8Type;
  std::optional<std::string> text;  ///< nullopt: NULL.
  bool broken = false;
  bool is_secret = false;            ///< No output shows what it was given.
  std::optional<std::string> given;  ///< Its value, fit or not.
};

using ParamTable = std::map<std::string, Param, std::less<>>;

/// A default that is no value of its type is an expression, such as `current_date - 1`; `now` is
/// what now() is in it. Reports unknown types, values of the wrong type, missing values, and values
/// for parameters that do not exist.
ParamTable resolve_params(const Spec& spec,
                          const std::vector<std::pair<std::string, std::string>>& given,
                          const EnvironmentLookup& environment, int64_t now,
                          Diagnostics& diagnostics);

/// The parameters that the stages of `scope`, the use of a group, see: those of the group with what
/// the use gives, and those of the pipeline that have other names. `outer` are those where the use
/// stands.
ParamTable resolve_params_of(const Scope& scope, const GroupSpec& group, const ParamTable& pipeline,
                             const ParamTable& outer, const EnvironmentLookup& environment,
                             int64_t now, Diagnostics& diagnostics);

/// The parameters as expressions see them.
expr::Environment expression_environment(const ParamTable& params, int64_t now);

}  // namespace leat::pipelines
