// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: passwords come by the environment, become parts of paths and texts, and messages quote
// paths and texts; what is printed is kept by CI for all to read.
//
// Invariants:
//  1. A value of kAnywhereBytes or more is shown nowhere, whatever stands around it.
//  2. A shorter one is shown nowhere as a word of its own, and one below kWordBytes nowhere in
//     single quotes, which messages put around what they quote: `1` is also a number of lines.
//  3. Of values that contain each other the longest is replaced first; what was put in is not
//     looked at again.
//
// Rejected: to mark the bytes of a text that came from the environment (they are copied by every
// library on the way to a message), and to replace short values anywhere (messages would not be
// readable).
#include "pipelines/text/redactions.h"

#include <algorithm>

#include "engine/mutant.h"

namespace leat::pipelines {
namespace {

constexpr size_t kAnywhereBytes = 8;
constexpr size_t kWordBytes = 4;

bool is_word_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/// Does the value in [begin, end) of `text` stand where it must not be shown?
bool is_told(std::string_view text, size_t begin, size_t end) {
  if (end - begin >= kAnywhereBytes) return true;
  const char before = begin == 0 ? ' ' : text[begin - 1];
  const char after = end == text.size() ? ' ' : text[end];
  if (end - begin < kWordBytes) return before == '\'' && after == '\'';
  return !is_word_byte(before) && !is_word_byte(after);
}

}  // namespace

void Redactions::add(std::string_view value, std::string shown) {
  if (value.empty() || LEAT_MUTANT("secrets_are_told")) return;
  const std::lock_guard lock(mutex_);
  const auto known = std::find_if(values_.begin(), values_.end(),
                                  [&](const auto& one) { return one.first == value; });
  if (known != values_.end()) return;
  const auto place = std::find_if(values_.begin(), values_.end(),
                                  [&](const auto& one) { return one.first.size() < value.size(); });
  values_.emplace(place, std::string(value), std::move(shown));
}

std::string Redactions::apply(std::string text) const {
  const std::lock_guard lock(mutex_);
  if (values_.empty()) return text;
  std::string out;
  for (size_t at = 0; at < text.size();) {
    const auto found = std::find_if(values_.begin(), values_.end(), [&](const auto& one) {
      return text.compare(at, one.first.size(), one.first) == 0 &&
             is_told(text, at, at + one.first.size());
    });
    if (found == values_.end()) {
      out.push_back(text[at++]);
    } else {
      out += found->second;
      at += found->first.size();
    }
  }
  return out;
}

}  // namespace leat::pipelines
