// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// From the trees of a pipeline to a Spec: which key means what at the top. Stages are read by
// stage_spec.cpp.
//
// Invariants:
//  1. Every key of a tree ends up in the Spec or in a diagnostic, and in one of them only.
//  2. Nothing is looked at inside collections that were cut (cut_values.h).
//  3. Values are taken as text; what they mean is read after interpolation (read_bytes and its
//     neighbours).
//  4. An included file holds what can be shared. What a run does (`stages`, `settings`) stands in
//     the pipeline's own file, where who runs it looks.
//
// Rejected: stages as bare operator names (`- distinct`), which would make a missing space after a
// colon valid.
#include "pipelines/load/spec.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "engine/codes/form.h"
#include "engine/codes/graph.h"
#include "operators/text/byte_size.h"
#include "pipelines/load/stage_spec.h"
#include "pipelines/load/tree_reader.h"

namespace leat::pipelines {
namespace {

const std::vector<std::string>& top_keys() {
  static const std::vector<std::string> keys{
      "name",     "doc",      "requires",    "include", "plugins", "connections", "params",
      "settings", "on_error", "max_rejects", "groups",  "stages",  "tests"};
  return keys;
}

const std::vector<std::string>& included_keys() {
  static const std::vector<std::string> keys{"doc",         "requires", "include",
                                             "connections", "params",   "groups"};
  return keys;
}

using Version = std::array<int, 3>;

/// `1`, `1.2` or `1.2.3`
std::optional<Version> parse_version(std::string_view text) {
  Version version{};
  for (int& part : version) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), part);
    if (error != std::errc() || part < 0) return std::nullopt;
    text.remove_prefix(static_cast<size_t>(end - text.data()));
    if (text.empty()) return version;
    if (text.front() != '.') return std::nullopt;
    text.remove_prefix(1);
  }
  return std::nullopt;
}

class SpecReader : public TreeReader {
 public:
  SpecReader(const Document& document, const Sources& sources, const KnownOperators& operators,
             Diagnostics& diagnostics)
      : TreeReader(sources.cuts, diagnostics),
        document_(document),
        sources_(sources),
        operators_(operators),
        diagnostics_(diagnostics) {}

  Spec read() {
    if (sources_.connections) connections_file(*sources_.connections);
    for (const OptionNode& tree : sources_.included) included(tree);
    const OptionNode& root = sources_.root;
    if (root.kind != OptionNode::Kind::kMap) {
      const bool list = root.kind == OptionNode::Kind::kList;
      report(code::kWrongShape, {root.span.begin, root.span.begin + 1},
             "a pipeline is a mapping of keys",
             list ? "write 'stages:' above the list" : "begin with 'stages:' and a list of stages");
      return {};
    }
    bool has_stages = false;
    for (const auto& [key, value] : root.entries) {
      has_stages |= nearest_name(key.text(), {"stages"}) != nullptr;  // a misspelt one is reported
      top_entry(key, value);
    }
    if (!has_stages) {
      report(code::kNoStages, {root.span.begin, root.span.begin + 1},
             "the pipeline has no 'stages'",
             "write 'stages:' and below it a list such as '- read_csv: data.csv'");
    }
    return std::move(spec_);
  }

 private:
  /// The file of --connections: the key `connections`, or what stands under it.
  void connections_file(const OptionNode& tree) {
    const SourceText key("connections", {tree.span.begin, tree.span.begin + 1}, {});
    const bool has_key =
        tree.entries.size() == 1 && tree.entries.front().name.text() == "connections";
    connections(key, has_key ? tree.entries.front().value : tree, Shared::kWins);
  }

  void included(const OptionNode& tree) {
    if (tree.kind != OptionNode::Kind::kMap)
      return report(code::kWrongShape, {tree.span.begin, tree.span.begin + 1},
                    "an included file is a mapping of keys",
                    "begin it with 'params:' or 'groups:'");
    for (const auto& [key, value] : tree.entries) {
      const std::string& name = key.text();
      const auto is_name = [&](const std::string& known) { return known == name; };
      if (name.starts_with("x-") ||
          std::any_of(included_keys().begin(), included_keys().end(), is_name)) {
        if (name == "connections") {
          connections(key, value, Shared::kYes);
        } else if (name != "doc") {
          top_entry(key, value);
        }
      } else if (std::any_of(top_keys().begin(), top_keys().end(), is_name)) {
        report(code::kUnknownKey, key.span(),
               fmt::format("'{}' cannot be in an included file", name),
               name == "stages" ? "make a group of the stages, and use it in the pipeline"
                                : "write it in the pipeline's own file");
      } else {
        unknown_key(key, "an included file", included_keys());
      }
    }
  }

  void top_entry(const SourceText& key, const OptionNode& value) {
    const std::string& name = key.text();
    if (name == "name") {
      spec_.name = scalar(key, value);
    } else if (name == "doc") {
      spec_.doc = doc(key, value);
    } else if (name == "on_error") {
      spec_.on_error = scalar(key, value);
    } else if (name == "max_rejects") {
      spec_.max_rejects = scalar(key, value);
    } else if (name == "params") {
      spec_.params_key = key.span();
      params(key, value, spec_.params);
    } else if (name == "settings") {
      settings(key, value);
    } else if (name == "stages") {
      stages(key, value);
    } else if (name == "requires") {
      requirement(key, value);
    } else if (name == "groups") {
      groups(key, value);
    } else if (name == "connections") {
      connections(key, value, Shared::kNo);
    } else if (name == "include") {
      // They were read before (sources.h).
    } else if (name == "tests") {
      // They are read by who tests the pipeline (pipelines/testing/test_cases.h).
    } else if (name.starts_with("x-")) {
      // Whatever stands there is for anchors of YAML.
    } else if (name == "plugins") {
      // They were loaded before, since the operators of stages may be theirs (plugins.h).
    } else if (find_operator_in(operators_.definitions, name) != nullptr) {
      report(code::kMisplaced, key.span(),
             fmt::format("the operator '{}' stands outside of 'stages'", name),
             fmt::format("write it as an item of the list under 'stages': '- {}: ...'", name));
    } else {
      unknown_key(key, "the pipeline", top_keys());
    }
  }

  /// `requires: leat >= 1.2`
  void requirement(const SourceText& key, const OptionNode& value) {
    const std::optional<SourceText> text = scalar(key, value);
    if (!text) return;
    constexpr std::string_view kNeeded = "leat >= ";
    const std::optional<Version> needed =
        text->text().starts_with(kNeeded)
            ? parse_version(std::string_view(text->text()).substr(kNeeded.size()))
            : std::nullopt;
    if (!needed) {
      report(code::kRequires, text->span(), fmt::format("'requires' cannot be '{}'", text->text()),
             "write the least version, as in 'leat >= 1.2'");
    } else if (*parse_version(LEAT_VERSION) < *needed) {
      report(code::kRequires, text->span(),
             fmt::format("this pipeline needs {}, and this is leat {}", text->text(), LEAT_VERSION),
             "install a newer leat");
    }
  }

  /// Is `value` a mapping that can be looked into? Reports what it is otherwise; nothing at all is
  /// fine.
  bool is_mapping(const SourceText& key, const OptionNode& value, std::string_view of_what) {
    if (value.kind == OptionNode::Kind::kMap)
      return !is_cut(value) || document_.text()[value.span.begin] != '{';
    if (value.kind != OptionNode::Kind::kNull && !is_cut(value)) {
      report(code::kWrongShape, value.span,
             fmt::format("'{}' must be a mapping of {}", key.text(), of_what));
    }
    return false;
  }

  void settings(const SourceText& settings_key, const OptionNode& node) {
    static const std::vector<std::string> known{"memory", "procs", "fuse", "spill", "sandbox"};
    if (!is_mapping(settings_key, node, "settings")) return;
    for (const auto& [key, value] : node.entries) {
      if (key.text() == "memory") {
        spec_.memory = scalar(key, value);
      } else if (key.text() == "procs") {
        spec_.procs = scalar(key, value);
      } else if (key.text() == "fuse") {
        spec_.fuse = scalar(key, value);
      } else if (key.text() == "sandbox") {
        spec_.sandbox = scalar(key, value);
      } else if (key.text() == "spill") {
        spill(key, value);
      } else {
        unknown_key(key, "'settings'", known);
      }
    }
  }

  void spill(const SourceText& spill_key, const OptionNode& node) {
    static const std::vector<std::string> known{"dir", "max", "compress"};
    if (!is_mapping(spill_key, node, "settings")) return;
    for (const auto& [key, value] : node.entries) {
      if (key.text() == "dir") {
        spec_.spill_dir = scalar(key, value);
      } else if (key.text() == "max") {
        spec_.spill_max = scalar(key, value);
      } else if (key.text() == "compress") {
        spec_.spill_compress = scalar(key, value);
      } else {
        unknown_key(key, "'spill'", known);
      }
    }
  }

  void params(const SourceText& params_key, const OptionNode& node,
              std::vector<ParamSpec>& params) {
    if (!is_mapping(params_key, node, "parameters")) return;
    for (const auto& [name, value] : node.entries) {
      ParamSpec param{.name = name, .type = {}, .default_value = {}, .doc = {}};
      if (value.kind == OptionNode::Kind::kScalar || value.kind == OptionNode::Kind::kList) {
        report(code::kWrongShape, value.span,
               fmt::format("the parameter '{}' must be a mapping of 'type', 'default' and 'doc'",
                           name.text()),
               fmt::format("write '{}: {{ type: text, default: ... }}'", name.text()));
        continue;
      }
      if (is_mapping(name, value, "'type', 'default' and 'doc'")) param_keys(value, param);
      const auto other = std::find_if(params.begin(), params.end(), [&](const ParamSpec& one) {
        return one.name.text() == name.text();
      });
      if (other == params.end()) {
        params.push_back(std::move(param));
      } else {
        declared_twice("parameter", name, other->name);
      }
    }
  }

  void param_keys(const OptionNode& node, ParamSpec& param) {
    static const std::vector<std::string> known{"type", "default", "doc", "secret"};
    for (const auto& [key, value] : node.entries) {
      if (key.text() == "type") {
        param.type = scalar(key, value);
      } else if (key.text() == "doc") {
        param.doc = doc(key, value);
      } else if (key.text() == "secret") {
        param.secret = scalar(key, value);
      } else if (key.text() == "default") {
        const bool null_word =
            value.kind == OptionNode::Kind::kNull && !value.scalar.text().empty();
        const bool list = value.kind == OptionNode::Kind::kList;
        if (null_word || list || scalar(key, value)) param.default_value = value;
      } else {
        unknown_key(key, fmt::format("the parameter '{}'", param.name.text()), known);
        param.broken = true;
      }
    }
  }

  /// Do several pipelines share the file with the connections?
  enum class Shared : uint8_t {
    kNo,
    kYes,
    kWins,  ///< And what it says counts in place of what the pipeline says.
  };

  void connections(const SourceText& connections_key, const OptionNode& node, Shared shared) {
    if (!is_mapping(connections_key, node, "connections")) return;
    for (const auto& [name, value] : node.entries) {
      ConnectionSpec connection{name, {}, shared != Shared::kNo, shared == Shared::kWins};
      if (is_mapping(name, value, "'type' and what the type has")) {
        connection.fields = value;
      } else if (value.kind == OptionNode::Kind::kNull) {
        report(code::kNoValue, name.span(), fmt::format("'{}' has no value", name.text()),
               fmt::format("write '{}: {{ type: postgres, ... }}'", name.text()));
      }
      const auto other =
          std::find_if(spec_.connections.begin(), spec_.connections.end(),
                       [&](const ConnectionSpec& one) { return one.name.text() == name.text(); });
      if (other == spec_.connections.end()) {
        spec_.connections.push_back(std::move(connection));
      } else if (other->wins) {
        // That of --connections was read before.
      } else {
        declared_twice("connection", name, other->name);
      }
    }
  }

  void stages(const SourceText& key, const OptionNode& node) {
    if (node.kind != OptionNode::Kind::kList) {
      if (is_cut(node)) return;
      const bool missing = node.kind == OptionNode::Kind::kNull;
      report(code::kNoStages, missing ? key.span() : node.span,
             missing ? "'stages' is empty" : "'stages' must be a list",
             "write each stage as an item: '- read_csv: data.csv'");
      return;
    }
    if (node.items.empty())
      report(code::kNoStages, node.span, "'stages' is empty",
             "a pipeline needs a source and a sink");
    spec_.stages = stage_list(node);
  }

  std::vector<StageSpec> stage_list(const OptionNode& node) {
    std::vector<StageSpec> stages;
    for (const OptionNode& item : node.items) {
      if (auto stage = read_stage(document_, item, sources_.cuts, operators_, diagnostics_))
        stages.push_back(std::move(*stage));
    }
    return stages;
  }

  void declared_twice(std::string_view what, const SourceText& name, const SourceText& other) {
    report(code::kDeclaredTwice, name.span(),
           fmt::format("the {} '{}' is declared twice", what, name.text()),
           fmt::format("the other one stands on {}", document_.named_line(other.span().begin)));
  }

  void groups(const SourceText& groups_key, const OptionNode& node) {
    if (!is_mapping(groups_key, node, "groups")) return;
    for (const auto& [name, value] : node.entries) {
      if (!is_mapping(name, value, "'params', 'inputs', 'output' and 'stages'")) {
        if (value.kind == OptionNode::Kind::kNull) no_stages(name);
        continue;
      }
      const auto other =
          std::find_if(spec_.groups.begin(), spec_.groups.end(),
                       [&](const GroupSpec& group) { return group.name.text() == name.text(); });
      if (other != spec_.groups.end()) declared_twice("group", name, other->name);
      GroupSpec read = group(name, value);
      if (other == spec_.groups.end()) spec_.groups.push_back(std::move(read));
    }
  }

  void no_stages(const SourceText& name) {
    report(code::kNoStages, name.span(), fmt::format("the group '{}' has no stages", name.text()),
           "write 'stages:' and below it a list, as in a pipeline");
  }

  GroupSpec group(const SourceText& name, const OptionNode& node) {
    static const std::vector<std::string> known{"doc", "params", "inputs", "output", "stages"};
    GroupSpec group{
        .name = name, .doc = {}, .params = {}, .inputs = {}, .output = {}, .stages = {}};
    bool has_stages = false;
    for (const auto& [key, value] : node.entries) {
      if (key.text() == "doc") {
        group.doc = doc(key, value);
      } else if (key.text() == "params") {
        params(key, value, group.params);
      } else if (key.text() == "inputs") {
        inputs(key, value, group.inputs);
      } else if (key.text() == "output") {
        group.output = scalar(key, value);
      } else if (key.text() == "stages") {
        has_stages = value.kind != OptionNode::Kind::kList || !value.items.empty();
        if (value.kind == OptionNode::Kind::kList) {
          group.stages = stage_list(value);
        } else if (!is_cut(value)) {
          report(code::kWrongShape, value.kind == OptionNode::Kind::kNull ? key.span() : value.span,
                 "'stages' must be a list", "write each stage as an item: '- filter: amount > 0'");
        }
      } else {
        unknown_key(key, fmt::format("the group '{}'", name.text()), known);
      }
    }
    if (!has_stages) no_stages(name);
    return group;
  }

  void inputs(const SourceText& key, const OptionNode& node, std::vector<SourceText>& inputs) {
    const auto take = [&](const OptionNode& item) {
      const auto name = scalar(key, item);
      if (!name) return;
      const auto other = std::find_if(inputs.begin(), inputs.end(), [&](const SourceText& one) {
        return one.text() == name->text();
      });
      if (other == inputs.end()) {
        inputs.push_back(*name);
      } else {
        declared_twice("input", *name, *other);
      }
    };
    if (node.kind != OptionNode::Kind::kList) return take(node);
    for (const OptionNode& item : node.items) take(item);
  }

  const Document& document_;
  const Sources& sources_;
  const KnownOperators& operators_;
  Diagnostics& diagnostics_;
  Spec spec_;
};

}  // namespace

Spec read_spec(const Document& document, const Sources& sources, const KnownOperators& operators,
               Diagnostics& diagnostics) {
  return SpecReader(document, sources, operators, diagnostics).read();
}

std::optional<uint64_t> read_bytes(const SourceText& text, Diagnostics& diagnostics) {
  const auto bytes = io::parse_bytes(text.text());
  if (bytes && *bytes > 0) return bytes;
  diagnostics.error(code::kSettingValue, text.span(),
                    fmt::format("'{}' is not an amount of memory", text.text()),
                    "write a number and a unit, such as 512MiB or 2GiB");
  return std::nullopt;
}

std::optional<int64_t> read_count(std::string_view key, const SourceText& text, int64_t maximum,
                                  Diagnostics& diagnostics) {
  const std::string& digits = text.text();
  int64_t count = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), count);
  if (error == std::errc() && end == digits.data() + digits.size() && count >= 1 &&
      count <= maximum)
    return count;
  diagnostics.error(
      code::kSettingValue, text.span(),
      fmt::format("'{}' must be a whole number from 1 to {}, not '{}'", key, maximum, digits));
  return std::nullopt;
}

std::optional<bool> read_switch(std::string_view key, const SourceText& text,
                                Diagnostics& diagnostics) {
  if (text.text() == "on" || text.text() == "true") return true;
  if (text.text() == "off" || text.text() == "false") return false;
  diagnostics.error(code::kSettingValue, text.span(),
                    fmt::format("'{}' must be 'on' or 'off', not '{}'", key, text.text()));
  return std::nullopt;
}

std::optional<Settings::Sandbox> read_sandbox(const SourceText& text, Diagnostics& diagnostics) {
  if (text.text() == "off") return Settings::Sandbox::kOff;
  if (text.text() == "on") return Settings::Sandbox::kOn;
  if (text.text() == "require") return Settings::Sandbox::kRequire;
  diagnostics.error(
      code::kSettingValue, text.span(),
      fmt::format("'sandbox' must be 'on', 'off' or 'require', not '{}'", text.text()));
  return std::nullopt;
}

std::optional<OnError> read_on_error(const SourceText& text, Diagnostics& diagnostics) {
  if (text.text() == "fail") return OnError::kFail;
  if (text.text() == "skip") return OnError::kSkip;
  if (text.text() == "reject") return OnError::kReject;
  if (text.text() == "warn") return OnError::kWarn;
  std::string hint = did_you_mean(text.text(), {"fail", "skip", "reject", "warn"});
  if (hint.empty()) hint = "choose one of 'fail', 'skip', 'reject'";
  diagnostics.error(code::kSettingValue, text.span(),
                    fmt::format("'{}' is not a valid on_error value", text.text()),
                    std::move(hint));
  return std::nullopt;
}

std::optional<RejectLimit> read_reject_limit(const SourceText& text, Diagnostics& diagnostics) {
  std::string_view digits = text.text();
  const bool percent = digits.ends_with('%');
  if (percent) digits.remove_suffix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  const bool is_number = error == std::errc() && end == digits.data() + digits.size() && value >= 0;
  if (is_number && percent && value <= 100)
    return RejectLimit{.count = {}, .share = value / 100, .written = text};
  uint64_t count = 0;
  const auto [count_end, count_error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), count);
  if (!percent && count_error == std::errc() && count_end == digits.data() + digits.size()) {
    return RejectLimit{.count = count, .share = {}, .written = text};
  }
  const bool fraction = is_number && !percent && value < 1;
  const std::string plain = is_number && percent ? "a share is 100% at most"
                                                 : "write a number of rows such as 100, or a share "
                                                   "such as 0.5%";
  diagnostics.error(code::kSettingValue, text.span(),
                    fmt::format("'max_rejects' must be a count or a share, not '{}'", text.text()),
                    fraction ? fmt::format("write the share as '{}%'", value * 100) : plain);
  return std::nullopt;
}

}  // namespace leat::pipelines
