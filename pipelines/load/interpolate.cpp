// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// `${...}` in scalars that are not expressions. It happens after parsing, on single scalars, so no
// value can change the structure of the pipeline, whatever it contains.
//
// Invariants:
//  1. A `${` is replaced or reported; it never reaches an operator, unless it was written `$${`.
//  2. Every byte of the result has a place: kept bytes their own, bytes of a value that of the `$`
//     of its reference.
//  3. Values are not interpolated again.
//  4. What `$` means depends on the text of the pipeline only, never on which environment
//     variables happen to be set.
//
// Rejected: replacing in the text before parsing (a value with a quote or colon would change the
// pipeline, and no place would be right behind it), and `${param}` in expressions (a value could
// become code; `$param` is typed).
#include "pipelines/load/interpolate.h"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "engine/blocking.h"
#include "engine/codes/graph.h"
#include "engine/mutant.h"
#include "operators/text/ascii.h"
#include "operators/text/utf8.h"
#include "pipelines/load/scalars.h"
#include "pipelines/text/source_text_builder.h"

namespace leat::pipelines {

/// `${...}` at [begin, end) of a text.
struct Interpolator::Reference {
  size_t begin;
  size_t end;
  std::string_view content;
};

namespace {

std::string_view name_at(std::string_view text, size_t at) {
  size_t end = at;
  while (end < text.size() && is_name_byte(text[end])) ++end;
  return end > at && !(text[at] >= '0' && text[at] <= '9') ? text.substr(at, end - at)
                                                           : std::string_view();
}

bool is_upper_case(std::string_view name) {
  return std::none_of(name.begin(), name.end(), [](char c) { return c >= 'a' && c <= 'z'; });
}

size_t place_of(const SourceText& text, size_t at) { return text.span(at, at).begin; }

constexpr std::string_view kFile = "file:";
constexpr std::streamsize kSecretBytesMax = 65'536;

/// The content of a file without the newline at its end. ERRORS: kIo, what is wrong with it.
Result<std::string> read_secret(const std::string& path) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error))
    return fail(code::kSecretFile, ErrorCode::kIo, "it is a folder");
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  std::string value(static_cast<size_t>(kSecretBytesMax) + 1, '\0');
  if (!file || !(file.read(value.data(), kSecretBytesMax + 1) || file.eof()))
    return fail(code::kSecretFile, ErrorCode::kIo, errno_text(errno));
  value.resize(static_cast<size_t>(file.gcount()));
  if (std::ssize(value) > kSecretBytesMax)
    return fail(code::kSecretFile, ErrorCode::kIo, "it has more than 64 KiB");
  if (value.ends_with('\n')) value.pop_back();
  if (value.ends_with('\r')) value.pop_back();
  if (io::first_invalid_utf8(value) != value.size() || value.contains('\0'))
    return fail(code::kSecretFile, ErrorCode::kIo, "it holds no text in UTF-8");
  return value;
}

}  // namespace

void Interpolator::report(Code number, const SourceText& text, size_t begin, size_t end,
                          std::string message, std::string hint) {
  diagnostics_.error(number, text.span(begin, end), std::move(message), std::move(hint));
}

std::optional<std::string> Interpolator::parameter(const SourceText& text,
                                                   const Reference& reference) {
  const std::string_view name = reference.content;
  if (params_ == nullptr) {
    report(code::kParameterPlace, text, reference.begin, reference.end,
           "the default of a parameter cannot use other parameters",
           "only ${env:NAME} and ${file:PATH} can be used here");
    return std::nullopt;
  }
  const auto found = params_->find(name);
  if (found == params_->end()) {
    std::vector<std::string> names;
    for (const auto& [known, param] : *params_) names.push_back(known);
    std::string hint = did_you_mean(name, names);
    if (hint.empty() && is_upper_case(name))
      hint = fmt::format("for the environment variable write ${{env:{}}}", name);
    if (hint.empty()) hint = "declare it under 'params'";
    report(code::kUnknownParameter, text, reference.begin, reference.end,
           fmt::format("there is no parameter '{}'", name), std::move(hint));
    return std::nullopt;
  }
  if (found->second.broken) return std::nullopt;
  if (found->second.type.is(TypeId::kList)) {
    report(code::kParameterPlace, text, reference.begin, reference.end,
           fmt::format("the parameter '{}' is a list, which is no text", name),
           fmt::format("lists stand in expressions: x = any(${})", name));
    return std::nullopt;
  }
  if (!found->second.text) {
    report(code::kParameterPlace, text, reference.begin, reference.end,
           fmt::format("the parameter '{}' is null, which is no text", name), {});
  }
  return found->second.text;
}

/// `${file:PATH}`: a secret.
std::optional<std::string> Interpolator::secret_of_file(const SourceText& text,
                                                        const Reference& reference) {
  const std::string path(reference.content.substr(kFile.size()));
  if (path.empty()) {
    report(code::kReferenceForm, text, reference.begin, reference.end, "'${file:}' names no file",
           "write ${file:/run/secrets/NAME}");
    return std::nullopt;
  }
  if (!environment_.allows_files() && !LEAT_MUTANT("untrusted_secrets_are_read")) {
    report(code::kUntrusted, text, reference.begin, reference.end,
           "an untrusted pipeline may not read secrets from files",
           "give it the value as a parameter: -p NAME=VALUE");
    return std::nullopt;
  }
  Result<std::string> secret = blocking([&] { return read_secret(path); });
  if (!secret) {
    report(code::kSecretFile, text, reference.begin, reference.end,
           fmt::format("the secret '{}' cannot be read: {}", path, secret.error().message),
           "write the path of a file that holds the secret and nothing else");
    return std::nullopt;
  }
  environment_.hide(*secret, fmt::format("${{{}}}", reference.content));
  return std::move(*secret);
}

std::optional<std::string> Interpolator::value_of(const SourceText& text,
                                                  const Reference& reference) {
  std::string_view content = reference.content;
  if (content.starts_with(kFile)) return secret_of_file(text, reference);
  if (!content.starts_with("env:")) {
    if (!content.empty() && name_at(content, 0) == content) return parameter(text, reference);
    report(code::kReferenceForm, text, reference.begin, reference.end,
           fmt::format("'${{{}}}' names nothing", content),
           "write ${parameter}, ${env:NAME}, ${env:NAME:-default} or ${file:PATH}; a plain '${' is "
           "written '$${'");
    return std::nullopt;
  }
  content.remove_prefix(4);
  const std::string_view name = name_at(content, 0);
  const std::string_view rest = content.substr(name.size());
  if (name.empty() || (!rest.empty() && !rest.starts_with(":-"))) {
    report(code::kReferenceForm, text, reference.begin, reference.end,
           fmt::format("'${{{}}}' names no environment variable", reference.content),
           "write ${env:NAME} or ${env:NAME:-default}");
    return std::nullopt;
  }
  if (!environment_.allows(name) && !LEAT_MUTANT("untrusted_environment_is_read")) {
    report(code::kUntrusted, text, reference.begin, reference.end,
           fmt::format("an untrusted pipeline may not read the environment variable '{}'", name),
           fmt::format("'--allow-env {}' lets it", name));
    return std::nullopt;
  }
  std::optional<std::string> value = environment_(name);
  if (!rest.empty() && (!value || value->empty())) return std::string(rest.substr(2));
  if (!value) {
    report(code::kEnvironment, text, reference.begin, reference.end,
           fmt::format("the environment variable '{}' is not set", name),
           fmt::format("set it, or give a default: ${{env:{}:-value}}", name));
  } else if (io::first_invalid_utf8(*value) != value->size()) {
    report(code::kEnvironment, text, reference.begin, reference.end,
           fmt::format("the environment variable '{}' is not valid UTF-8", name),
           "texts are UTF-8");
    return std::nullopt;
  }
  return value;
}

std::optional<SourceText> Interpolator::replace(const SourceText& text) {
  const std::string& from = text.text();
  if (!from.contains('$')) return text;
  SourceTextBuilder out;
  bool ok = true;
  for (size_t at = 0; at < from.size();) {
    const std::string_view rest = std::string_view(from).substr(at);
    const bool escaped = rest.starts_with("$$");
    const bool names_parameter = is_parameter(name_at(from, at + (escaped ? 2 : 1)));
    if (rest.starts_with("$${") || (escaped && names_parameter)) {
      out.byte('$', place_of(text, at + 1));
      out.byte(from[at + 2], place_of(text, at + 2));
      at += 3;
    } else if (rest.starts_with("${")) {
      const size_t close = from.find('}', at);
      if (close == std::string::npos) {
        report(code::kReferenceForm, text, at, at + 2, "this '${' has no '}'",
               "a plain '${' is written '$${'");
        return std::nullopt;
      }
      const Reference reference{at, close + 1, rest.substr(2, close - at - 2)};
      const auto value = value_of(text, reference);
      ok = ok && value.has_value();
      if (value) out.bytes(*value, place_of(text, at));
      at = close + 1;
    } else {
      if (rest.starts_with('$') && names_parameter) {
        const std::string_view name = name_at(from, at + 1);
        report(code::kParameterPlace, text, at, at + 1 + name.size(),
               fmt::format("'${}' has a meaning in expressions only, and this is none", name),
               fmt::format("write ${{{0}}} for the parameter's value, or $${0} for the text itself",
                           name));
        ok = false;
      }
      out.byte(from[at], place_of(text, at));
      ++at;
    }
  }
  if (!ok) return std::nullopt;
  return out.finish(text.span(), place_of(text, from.size()), text.quoted());
}

std::optional<SourceText> Interpolator::check_expression(const SourceText& text) {
  const std::string& from = text.text();
  if (!from.contains("${")) return text;
  SourceTextBuilder out;
  bool ok = true;
  for (size_t at = 0; at < from.size(); ++at) {
    const std::string_view rest = std::string_view(from).substr(at);
    if (rest.starts_with("$${")) {
      ++at;  // the second `$` is copied below, and the `{` with the next turn
    } else if (rest.starts_with("${")) {
      const size_t close = from.find('}', at);
      const size_t end = close == std::string::npos ? at + 2 : close + 1;
      const std::string_view content =
          close == std::string::npos ? "" : rest.substr(2, close - at - 2);
      std::string hint =
          "declare a parameter with 'default: ${env:NAME}', and write $parameter here";
      if (is_parameter(content))
        hint = fmt::format("write ${} (outside of quotes)", content);
      else if (!content.empty() && !content.contains(':'))
        hint = fmt::format("declare '{0}' under 'params', and write ${0} here", content);
      report(code::kParameterPlace, text, at, end,
             fmt::format("'{}' cannot be used in an expression", rest.substr(0, end - at)),
             std::move(hint));
      ok = false;
    }
    out.byte(from[at], place_of(text, at));
  }
  if (!ok) return std::nullopt;
  return out.finish(text.span(), place_of(text, from.size()), text.quoted());
}

void interpolate_stage(StageSpec& stage, Interpolator& interpolator) {
  const auto apply = [&](SourceText& text, ScalarUse use) {
    auto result =
        use == ScalarUse::kText ? interpolator.replace(text) : interpolator.check_expression(text);
    if (result) {
      text = std::move(*result);
    } else {
      stage.broken = true;
    }
    return result.has_value();
  };
  for (auto* field : {&stage.on_error, &stage.lanes, &stage.capacity}) {
    if (*field && !apply(**field, ScalarUse::kText)) field->reset();
  }
  if (stage.definition == nullptr || stage.broken) return;
  visit_values(*stage.definition, stage.options, [&](OptionNode& node, ScalarUse use) {
    const bool null_word = node.kind == OptionNode::Kind::kNull && !node.scalar.text().empty();
    if (null_word && use == ScalarUse::kExpression)
      node.kind = OptionNode::Kind::kScalar;  // `null` is an expression
    if (node.kind == OptionNode::Kind::kScalar) apply(node.scalar, use);
  });
}

}  // namespace leat::pipelines
