// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/text/direct_pattern.h"

#include <algorithm>
#include <bit>
#include <cstring>

#if defined(__SSSE3__)
#include <tmmintrin.h>
#endif

namespace leat::io {
namespace {

using Bytes = std::bitset<256>;

constexpr uint32_t kUnbounded = ~uint32_t{0};
constexpr uint32_t kRepeatMax = 1000;  // as RE2

Bytes range(uint8_t first, uint8_t last) {
  Bytes bytes;
  for (unsigned byte = first; byte <= last; ++byte) bytes.set(byte);
  return bytes;
}

const Bytes kOutsideAscii = range(0x80, 0xFF);

/// The class that a letter behind a backslash names.
std::optional<Bytes> perl_class(char letter) {
  const Bytes digits = range('0', '9');
  const Bytes words = digits | range('a', 'z') | range('A', 'Z') | range('_', '_');
  const Bytes spaces = range('\t', '\r') | range(' ', ' ');
  switch (letter) {
    case 'd': return digits;
    case 'D': return ~digits;
    case 'w': return words;
    case 'W': return ~words;
    case 's': return spaces;
    case 'S': return ~spaces;
    default: return std::nullopt;
  }
}

/// The byte that an escape stands for: punctuation, or a control character.
std::optional<char> escaped_byte(char letter) {
  switch (letter) {
    case 'n': return '\n';
    case 't': return '\t';
    case 'r': return '\r';
    case 'f': return '\f';
    default: break;
  }
  const bool punctuation =
      letter > ' ' && letter < 0x7F && !perl_class('w')->test(static_cast<uint8_t>(letter));
  return punctuation ? std::optional(letter) : std::nullopt;
}

}  // namespace

ByteSet::ByteSet(const Bytes& bytes) : listed_are_members_(!bytes.test(0x80)) {
  for (size_t byte = 0; byte < 256; ++byte) {
    members_[byte] = bytes.test(byte);
    if (byte < 0x80 && bytes.test(byte) == listed_are_members_)
      rows_[byte & 15] |= static_cast<uint8_t>(1u << (byte >> 4));
  }
}

size_t ByteSet::run(std::string_view text) const {
#if defined(__SSSE3__)
  const __m128i rows = _mm_loadu_si128(reinterpret_cast<const __m128i*>(rows_.data()));
  const __m128i bits = _mm_setr_epi8(1, 2, 4, 8, 16, 32, 64, -128, 0, 0, 0, 0, 0, 0, 0, 0);
  const __m128i low_nibbles = _mm_set1_epi8(0x0F);
  for (size_t i = 0; i < text.size(); i += 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + i));
    const __m128i row = _mm_shuffle_epi8(rows, _mm_and_si128(bytes, low_nibbles));
    const __m128i bit =
        _mm_shuffle_epi8(bits, _mm_and_si128(_mm_srli_epi16(bytes, 4), low_nibbles));
    const __m128i unlisted = _mm_cmpeq_epi8(_mm_and_si128(row, bit), _mm_setzero_si128());
    const auto mask = static_cast<uint32_t>(_mm_movemask_epi8(unlisted));
    const uint32_t strangers = listed_are_members_ ? mask : mask ^ 0xFFFF;
    if (strangers != 0)
      return std::min(text.size(), i + static_cast<size_t>(std::countr_zero(strangers)));
  }
  return text.size();
#else
  size_t i = 0;
  while (i < text.size() && members_[static_cast<uint8_t>(text[i])]) ++i;
  return i;
#endif
}

bool DirectPattern::match(std::string_view text, std::string_view* groups) const {
  const char* at = text.data();
  const char* const end = at + text.size();
  for (const Step& step : steps_) {
    switch (step.op) {
      case Op::kLiteral: {
        uint64_t word = 0;
        std::memcpy(&word, at, 8);
        const uint64_t difference = (word ^ step.literal) << (64 - 8 * step.length);
        if (difference != 0 || end - at < step.length) return false;
        at += step.length;
        break;
      }
      case Op::kRun: {
        size_t taken = sets_[step.number].run({at, static_cast<size_t>(end - at)});
        if (taken < step.least) return false;
        taken = std::min<size_t>(taken, step.most);
        at += taken;
        break;
      }
      case Op::kOpen: groups[step.number] = {at, 0}; break;
      case Op::kClose: {
        const char* const begin = groups[step.number].data();
        groups[step.number] = {begin, static_cast<size_t>(at - begin)};
        break;
      }
      case Op::kEnd:
        if (at != end) return false;
        break;
    }
  }
  groups[0] = {text.data(), static_cast<size_t>(at - text.data())};
  return true;
}

/// Reads a pattern; gives up at whatever is not in its small grammar.
class DirectCompiler {
 public:
  explicit DirectCompiler(std::string_view pattern) : rest_(pattern) {}

  std::optional<DirectPattern> compile() {
    if (!take("^")) return std::nullopt;
    while (!rest_.empty()) {
      if (!read_item()) return std::nullopt;
    }
    if (!open_groups_.empty() || !is_deterministic()) return std::nullopt;
    emit();
    return std::move(result_);
  }

 private:
  using Op = DirectPattern::Op;
  /// A piece of the pattern: a class with how often, the bounds of a group, or the end of the text.
  struct Item {
    Op op;
    uint32_t number = 0;
    Bytes bytes;
    uint32_t least = 1;
    uint32_t most = 1;
  };

  bool take(std::string_view text) {
    if (!rest_.starts_with(text)) return false;
    rest_.remove_prefix(text.size());
    return true;
  }

  bool read_item() {
    if (take("(?P<") || take("(?<")) {
      const size_t name_end = rest_.find('>');
      if (name_end == std::string_view::npos) return false;
      rest_.remove_prefix(name_end + 1);
      return open_group();
    }
    if (rest_.starts_with("(?")) return false;
    if (take("(")) return open_group();
    if (take(")")) {
      if (open_groups_.empty() || is_quantifier()) return false;
      items_.push_back({Op::kClose, open_groups_.back(), {}});
      open_groups_.pop_back();
      return true;
    }
    if (take("$")) {
      items_.push_back({Op::kEnd, 0, {}});
      return rest_.empty();
    }
    std::optional<Bytes> bytes = read_class();
    if (!bytes) return false;
    items_.push_back({Op::kRun, 0, *bytes});
    return read_quantifier(items_.back());
  }

  bool open_group() {
    const auto number = static_cast<uint32_t>(++result_.groups_);
    items_.push_back({Op::kOpen, number, {}});
    open_groups_.push_back(number);
    return true;
  }

  bool is_quantifier() const {
    return !rest_.empty() && std::string_view("*+?{").find(rest_[0]) != std::string_view::npos;
  }

  /// One byte, or one class of bytes.
  std::optional<Bytes> read_class() {
    const char c = rest_[0];
    rest_.remove_prefix(1);
    if (c == '.') return ~range('\n', '\n');
    if (c == '[') return read_bracket();
    if (c == '\\') {
      if (rest_.empty()) return std::nullopt;
      const char letter = rest_[0];
      rest_.remove_prefix(1);
      if (auto bytes = perl_class(letter)) return bytes;
      const auto byte = escaped_byte(letter);
      return byte ? std::optional(range(static_cast<uint8_t>(*byte), static_cast<uint8_t>(*byte)))
                  : std::nullopt;
    }
    if (std::string_view("|*+?{}^]").find(c) != std::string_view::npos) return std::nullopt;
    const auto byte = static_cast<uint8_t>(c);
    // The bytes of a character outside ASCII are a literal, but a repetition would mean all of
    // them.
    if (byte >= 0x80 && is_quantifier()) return std::nullopt;
    return range(byte, byte);
  }

  /// Behind `[`: single ASCII bytes, ranges and classes.
  std::optional<Bytes> read_bracket() {
    const bool negated = take("^");
    Bytes bytes;
    for (bool first = true;; first = false) {
      if (rest_.empty()) return std::nullopt;
      if (!first && take("]")) break;
      char c = rest_[0];
      // Character classes like [:alpha:] and what is not ASCII are left to RE2.
      if (c == '[' || static_cast<uint8_t>(c) >= 0x80 || (first && c == ']')) return std::nullopt;
      rest_.remove_prefix(1);
      if (c == '\\') {
        if (rest_.empty()) return std::nullopt;
        c = rest_[0];
        rest_.remove_prefix(1);
        if (const auto named = perl_class(c)) {
          bytes |= *named;
          if (rest_.starts_with("-")) return std::nullopt;
          continue;
        }
        const auto byte = escaped_byte(c);
        if (!byte) return std::nullopt;
        c = *byte;
      }
      char last = c;
      if (rest_.size() > 1 && rest_[0] == '-' && rest_[1] != ']') {
        last = rest_[1];
        if (last == '\\' || last == '[' || last < c) return std::nullopt;
        rest_.remove_prefix(2);
      }
      bytes |= range(static_cast<uint8_t>(c), static_cast<uint8_t>(last));
    }
    return negated ? ~bytes : bytes;
  }

  bool read_quantifier(Item& item) {
    if (take("+")) {
      item.most = kUnbounded;
    } else if (take("*")) {
      item.least = 0;
      item.most = kUnbounded;
    } else if (take("?")) {
      item.least = 0;
    } else if (take("{")) {
      size_t digits = 0;
      uint32_t count = 0;
      while (digits < rest_.size() && digits < 4 && rest_[digits] >= '0' && rest_[digits] <= '9') {
        count = count * 10 + static_cast<uint32_t>(rest_[digits++] - '0');
      }
      rest_.remove_prefix(digits);
      if (digits == 0 || count == 0 || count > kRepeatMax || !take("}")) return false;
      item.least = item.most = count;
    }
    if (is_quantifier()) return false;
    // Counting must count characters, so only characters of one byte may be counted.
    const bool counts = item.most != kUnbounded;
    return !counts || (item.bytes & kOutsideAscii).none() || is_literal(item);
  }

  static bool is_literal(const Item& item) {
    return item.op == Op::kRun && item.least == 1 && item.most == 1 && item.bytes.count() == 1;
  }

  /// Is a repetition never followed by one of its own bytes? Then it takes all it can, or the text
  /// does not match.
  bool is_deterministic() const {
    Bytes following;
    for (size_t i = items_.size(); i-- > 0;) {
      const Item& item = items_[i];
      if (item.op != Op::kRun) continue;
      const bool fixed = item.least == item.most;
      if (!fixed && (item.bytes & following).any()) return false;
      following = item.least == 0 ? following | item.bytes : item.bytes;
    }
    return true;
  }

  void emit() {
    for (const Item& item : items_) {
      if (is_literal(item)) {
        add_literal(item);
      } else if (item.op == Op::kRun) {
        result_.steps_.push_back(
            {Op::kRun, 0, static_cast<uint32_t>(result_.sets_.size()), item.least, item.most, 0});
        result_.sets_.emplace_back(item.bytes);
      } else {
        result_.steps_.push_back({item.op, 0, item.number, 0, 0, 0});
      }
    }
  }

  void add_literal(const Item& item) {
    uint64_t byte = 0;
    while (!item.bytes.test(byte)) ++byte;
    auto& steps = result_.steps_;
    if (steps.empty() || steps.back().op != Op::kLiteral || steps.back().length == 8)
      steps.push_back({Op::kLiteral, 0, 0, 0, 0, 0});
    steps.back().literal |= byte << (8 * steps.back().length++);
  }

  std::string_view rest_;
  std::vector<Item> items_;
  std::vector<uint32_t> open_groups_;
  DirectPattern result_;
};

std::optional<DirectPattern> DirectPattern::compile(std::string_view pattern) {
  return DirectCompiler(pattern).compile();
}

}  // namespace leat::io
