// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Listings and reference of functions, from the tables in which they are defined, so that they
// cannot disagree with what expressions accept.
//
// Invariants:
//  1. Every row of every table appears in each form; several signatures of one name stand together.
//  2. Output is a function of the tables alone and stable, so that a generated page can be compared
//     with a committed one.
//
// Rejected: one table for scalar functions and aggregates (they share nothing but how they are
// described).
#include "cli/reference/describe_functions.h"

#include <algorithm>
#include <set>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "operators/diagnostic.h"
#include "operators/expr/aggregate_expression.h"
#include "operators/expr/functions/functions.h"
#include "operators/expr/window_expression.h"

namespace leat::cli {
namespace {

constexpr std::string_view kAggregates = "aggregates";
constexpr std::string_view kWindows = "windows";

struct Entry {
  std::string_view name;
  std::string_view signature;
  std::string_view section;
  std::string_view doc;
  std::string_view errors;
  std::string_view example;
  std::string_view result;
};

/// Scalar functions by name, then aggregates and window functions by name, then those of plugins.
std::vector<Entry> entries(const expr::FunctionSet* more) {
  std::vector<Entry> all;
  const auto add = [&all](std::span<const expr::Function> functions) {
    for (const expr::Function& function : functions) {
      all.push_back({function.name, function.signature, function.section, function.doc.text,
                     function.doc.errors, function.example, function.result});
    }
  };
  add(expr::functions());
  for (const expr::AggregateFunction& function : expr::aggregate_functions()) {
    all.push_back({function.name, function.signature, kAggregates, function.doc, function.errors,
                   function.example, function.result});
  }
  for (const expr::WindowFunction& function : expr::window_functions()) {
    all.push_back({function.name,
                   function.signature,
                   kWindows,
                   function.doc,
                   {},
                   function.example,
                   function.result});
  }
  if (more != nullptr) add(more->functions());
  return all;
}

/// The doc without what follows its first sentence.
std::string_view first_sentence(std::string_view doc) {
  const size_t end = doc.find(". ");
  return end == std::string_view::npos ? doc : doc.substr(0, end + 1);
}

}  // namespace

std::string describe_function(std::string_view name, const expr::FunctionSet* more) {
  std::string out;
  for (const Entry& entry : entries(more)) {
    if (entry.name != name) continue;
    out += fmt::format("{}{}\n  {}\n", out.empty() ? "" : "\n", entry.signature, entry.doc);
    if (!entry.errors.empty()) out += fmt::format("  Error: {}\n", entry.errors);
    out += fmt::format("  Example: {}  ->  {}\n", entry.example, entry.result);
  }
  return out;
}

nlohmann::json functions_json(std::string_view name, const expr::FunctionSet* more) {
  auto all = nlohmann::json::array();
  for (const Entry& entry : entries(more)) {
    if (!name.empty() && entry.name != name) continue;
    all.push_back({{"name", entry.name},
                   {"signature", entry.signature},
                   {"section", entry.section},
                   {"doc", entry.doc},
                   {"errors", entry.errors},
                   {"example", entry.example},
                   {"result", entry.result}});
  }
  return all;
}

std::string list_functions(const expr::FunctionSet* more) {
  const std::vector<Entry> all = entries(more);
  std::vector<std::string_view> sections;
  size_t width = 0;
  for (const Entry& entry : all) {
    width = std::max(width, entry.name.size());
    if (std::find(sections.begin(), sections.end(), entry.section) == sections.end())
      sections.push_back(entry.section);
  }
  std::sort(sections.begin(), sections.end());
  std::string out;
  for (const std::string_view section : sections) {
    out += fmt::format("{}:\n", section);
    std::set<std::string_view> listed;
    for (const Entry& entry : all) {
      if (entry.section != section || !listed.insert(entry.name).second) continue;
      out += fmt::format("  {:{}}  {}\n", entry.name, width, first_sentence(entry.doc));
    }
  }
  return out;
}

std::string similar_function(std::string_view name, const expr::FunctionSet* more) {
  std::vector<std::string> names;
  for (const Entry& entry : entries(more)) names.emplace_back(entry.name);
  const std::string similar = did_you_mean(name, names);
  return similar.empty() ? "`leat functions` lists them" : similar;
}

}  // namespace leat::cli
