// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/expr/kernels/like.h"

#include "engine/codes/expression.h"
#include "operators/expr/kernels/kernels.h"
#include "operators/text/find_text.h"
#include "operators/text/unicode.h"

namespace leat::expr {
namespace {

/// Like patterns that differ from row to row; equal neighbours are parsed once.
class PatternCache {
 public:
  const LikePattern* find(std::string_view pattern, std::string_view escape) {
    if (!known_ || pattern != pattern_ || escape != escape_) {
      pattern_ = pattern;
      escape_ = escape;
      parsed_ = LikePattern::parse(pattern, escape);
      known_ = true;
    }
    return parsed_ ? &*parsed_ : nullptr;
  }

 private:
  bool known_ = false;
  std::string pattern_;
  std::string escape_;
  std::optional<LikePattern> parsed_;
};

Result<Vector> match(const KernelContext& context, std::span<const Vector> inputs,
                     bool insensitive) {
  LEAT_TRY_ASSIGN(BufferRef validity, all_valid(context, inputs));
  LEAT_TRY_ASSIGN(BufferRef bits, new_zero_bits(context));
  uint8_t* const out = bits->mutable_data();
  const auto text_at = [&](size_t input, size_t row) {
    return inputs[input]->view_at(inputs[input].at(row));
  };
  PatternCache cache;
  std::string folded_text;
  std::string folded_pattern;
  for_each_valid(context, validity, [&](size_t row) {
    std::string_view text = text_at(0, row);
    if (insensitive) {
      folded_text.clear();
      append_lower(folded_text, text);
      text = folded_text;
    }
    const LikePattern* pattern = context.has_state() ? &context.state<LikePattern>() : nullptr;
    if (pattern == nullptr) {
      std::string_view written = text_at(1, row);
      if (insensitive) {
        folded_pattern.clear();
        append_lower(folded_pattern, written);
        written = folded_pattern;
      }
      pattern = cache.find(written, inputs.size() > 2 ? text_at(2, row) : "\\");
    }
    if (pattern == nullptr) {
      context.fault(code::kBadPattern, row,
                    "a like pattern must not end with the escape character");
    } else if (pattern->matches(text)) {
      set_bit(out, row);
    }
  });
  return column_of(context, std::move(validity), std::move(bits));
}

}  // namespace

std::optional<LikePattern> LikePattern::parse(std::string_view pattern, std::string_view escape) {
  LikePattern result;
  Segment segment;
  segment.parts.emplace_back();
  for (size_t at = 0; at < pattern.size();) {
    if (!escape.empty() && pattern.substr(at).starts_with(escape)) {
      at += escape.size();
      if (at >= pattern.size()) return std::nullopt;
      const size_t end = next_character(pattern, at);
      segment.parts.back() += pattern.substr(at, end - at);
      ++segment.characters;
      at = end;
    } else if (pattern[at] == '%') {
      result.segments_.push_back(std::move(segment));
      segment = Segment();
      segment.parts.emplace_back();
      ++at;
    } else if (pattern[at] == '_') {
      segment.parts.emplace_back();
      ++segment.characters;
      ++at;
    } else {
      segment.characters += !is_continuation(pattern[at]);
      segment.parts.back() += pattern[at++];
    }
  }
  result.segments_.push_back(std::move(segment));
  result.classify();
  return result;
}

void LikePattern::classify() {
  const auto plain = [&](size_t i) { return segments_[i].parts.size() == 1; };
  const auto empty = [&](size_t i) { return plain(i) && segments_[i].parts[0].empty(); };
  const auto shape = [&](Shape found, size_t i) {
    shape_ = found;
    literal_ = segments_[i].parts[0];
  };
  if (segments_.size() == 1 && plain(0)) {
    shape(Shape::kExact, 0);
  } else if (segments_.size() == 2 && plain(0) && empty(1)) {
    shape(Shape::kPrefix, 0);
  } else if (segments_.size() == 2 && empty(0) && plain(1)) {
    shape(Shape::kSuffix, 1);
  } else if (segments_.size() == 3 && empty(0) && plain(1) && empty(2)) {
    shape(Shape::kContains, 1);
  }
}

bool LikePattern::matches(std::string_view text) const {
  switch (shape_) {
    case Shape::kExact: return text == literal_;
    case Shape::kPrefix: return text.starts_with(literal_);
    case Shape::kSuffix: return text.ends_with(literal_);
    case Shape::kContains: return io::find_text(text, literal_) != std::string_view::npos;
    case Shape::kGeneral: break;
  }
  return matches_segments(text);
}

std::optional<size_t> LikePattern::match_at(const Segment& segment, std::string_view text,
                                            size_t at) {
  for (size_t i = 0; i < segment.parts.size(); ++i) {
    if (i > 0) {
      if (at >= text.size()) return std::nullopt;
      at = next_character(text, at);
    }
    if (!text.substr(at).starts_with(segment.parts[i])) return std::nullopt;
    at += segment.parts[i].size();
  }
  return at;
}

std::optional<size_t> LikePattern::find_segment(const Segment& segment, std::string_view text,
                                                size_t at) {
  for (;;) {
    const size_t found = io::find_text(text.substr(at), segment.parts.front());
    if (found == std::string_view::npos) return std::nullopt;
    at += found;
    if (const std::optional<size_t> end = match_at(segment, text, at)) return end;
    if (at >= text.size()) return std::nullopt;
    at = next_character(text, at);
  }
}

bool LikePattern::matches_segments(std::string_view text) const {
  const std::optional<size_t> first = match_at(segments_.front(), text, 0);
  if (!first) return false;
  if (segments_.size() == 1) return *first == text.size();
  size_t at = *first;
  // The leftmost match leaves the most for the others.
  for (size_t i = 1; i + 1 < segments_.size(); ++i) {
    const std::optional<size_t> end = find_segment(segments_[i], text, at);
    if (!end) return false;
    at = *end;
  }
  const Segment& last = segments_.back();
  size_t begin = text.size();
  for (size_t left = last.characters; left > 0; --left) {
    if (begin <= at) return false;
    for (--begin; begin > at && is_continuation(text[begin]); --begin) {
    }
  }
  return match_at(last, text, begin) == text.size();
}

Result<Vector> like_kernel(const KernelContext& context, std::span<const Vector> inputs) {
  return match(context, inputs, false);
}

Result<Vector> ilike_kernel(const KernelContext& context, std::span<const Vector> inputs) {
  return match(context, inputs, true);
}

}  // namespace leat::expr
