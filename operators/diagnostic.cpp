// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/diagnostic.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace leat {

const SourceText::Piece& SourceText::piece_at(size_t text_offset) const {
  const auto after = std::upper_bound(
      pieces_.begin(), pieces_.end(), text_offset,
      [](size_t offset, const Piece& piece) { return offset < piece.text_offset; });
  return *(after - 1);
}

bool SourceText::is_inserted(size_t offset) const {
  return !pieces_.empty() && piece_at(offset).is_inserted;
}

uint32_t SourceText::document_offset(size_t text_offset) const {
  const Piece& piece = piece_at(text_offset);
  return piece.document_offset + static_cast<uint32_t>(text_offset - piece.text_offset);
}

Span SourceText::span(size_t begin, size_t end) const {
  if (pieces_.empty()) return whole_;
  const uint32_t from = document_offset(begin);
  if (end <= begin) return {from, from};
  // Not the offset of `end`: it may belong to the next piece, behind a line break and indentation.
  return {from, document_offset(end - 1) + 1};
}

void Diagnostics::warning(Code number, Span where, std::string message, std::string hint) {
  // Expressions are bound several times.
  const bool is_known = std::any_of(
      warnings_.begin(), warnings_.end(),
      [&](const Diagnostic& other) { return other.where == where && other.message == message; });
  if (!is_known) warnings_.push_back({number, where, std::move(message), std::move(hint)});
}

namespace {

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& byte : result) {
    if (byte >= 'A' && byte <= 'Z') byte = static_cast<char>(byte + ('a' - 'A'));
  }
  return result;
}

/// Damerau and Levenshtein's distance in its restricted form: no part is edited twice.
size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<size_t> before_last(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t replace = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, replace});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
    std::swap(before_last, last);
    std::swap(last, row);
  }
  return last[b.size()];
}

}  // namespace

const std::string* nearest_name(std::string_view name, const std::vector<std::string>& candidates) {
  constexpr size_t kNameBytesMax =
      64;  // nobody mistypes more, and the distance costs the product of the lengths
  const std::string* nearest = nullptr;
  size_t least = 0;
  if (name.empty() || name.size() > kNameBytesMax) return nullptr;
  const std::string wanted = lower(name);
  for (const std::string& candidate : candidates) {
    if (candidate.size() > kNameBytesMax) continue;
    const size_t distance = edit_distance(wanted, lower(candidate));
    if (distance > std::max(name.size(), candidate.size()) / 3) continue;
    if (nearest == nullptr || distance < least) {
      nearest = &candidate;
      least = distance;
    }
  }
  return nearest;
}

std::string did_you_mean(std::string_view name, const std::vector<std::string>& candidates) {
  const std::string* const nearest = nearest_name(name, candidates);
  return nearest == nullptr ? std::string() : fmt::format("did you mean '{}'?", *nearest);
}

}  // namespace leat
