// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Functions that make new text.
#include <algorithm>
#include <array>
#include <cstring>
#include <optional>

#include <fmt/format.h>

#include "engine/codes/data.h"
#include "operators/expr/functions/functions.h"
#include "operators/expr/kernels/kernels.h"
#include "operators/expr/kernels/row_kernel.h"
#include "operators/text/find_text.h"
#include "operators/text/unicode.h"

namespace leat::expr {
namespace {

constexpr auto kEditedBytesMax = static_cast<int64_t>(kResultBytesMax);

// ---------------------------------------------------------------------------------------------------------------- case

// Letters of eight bytes at once: `+ (0x80 - c)` sets the high bit of bytes from c on, as no byte
// has it set.
constexpr uint64_t kOnes = 0x0101010101010101;
uint64_t ascii_flip(uint64_t word, uint64_t first, uint64_t last) {
  const uint64_t from_first = word + kOnes * (0x80 - first);
  const uint64_t past_last = word + kOnes * (0x7F - last);
  return word ^ ((from_first & ~past_last & (kOnes * 0x80)) >> 2);
}

template <char kFirst, char kLast>
void map_ascii(std::string_view text, char* out) {
  size_t i = 0;
  for (; i + 8 <= text.size(); i += 8) {
    uint64_t word = 0;
    std::memcpy(&word, text.data() + i, 8);
    word = ascii_flip(word, kFirst, kLast);
    std::memcpy(out + i, &word, 8);
  }
  for (; i < text.size(); ++i) {
    const char c = text[i];
    out[i] = c >= kFirst && c <= kLast ? static_cast<char>(c ^ 0x20) : c;
  }
}

/// The first four bytes of a view are its length; the other twelve are the text when it is short.
constexpr uint64_t kTextOfFirstHalf = 0xFFFFFFFF00000000;
constexpr uint64_t kHighBits = kOnes * 0x80;

/// Short ASCII text is changed within its view. False when it is not ASCII. REQUIRES:
/// view.is_inline().
template <char kFirst, char kLast>
bool map_inline(const Utf8View& view, Utf8View& out) {
  uint64_t halves[2];
  std::memcpy(halves, &view, sizeof(halves));
  const uint64_t text = halves[0] & kTextOfFirstHalf;
  if (((text | halves[1]) & kHighBits) != 0) return false;
  halves[0] = (halves[0] & ~kTextOfFirstHalf) | ascii_flip(text, kFirst, kLast);
  halves[1] = ascii_flip(halves[1], kFirst, kLast);
  std::memcpy(static_cast<void*>(&out), halves, sizeof(halves));
  return true;
}

template <char kFirst, char kLast, void (*kUnicode)(std::string&, std::string_view)>
Result<Vector> change_case(const KernelContext& context, std::span<const Vector> inputs) {
  const BufferRef& validity = inputs[0]->parts().validity;
  const Column& column = *inputs[0].column;
  const auto* const views = column.values<Utf8View>();
  TextWriter writer(context);
  std::string mapped;
  for_each_valid(context, validity, [&](size_t row) {
    Utf8View view;
    if (views[row].is_inline() && map_inline<kFirst, kLast>(views[row], view))
      return writer.put(row, view);
    const std::string_view text = column.resolve(views[row]);
    if (!is_ascii(text)) {
      mapped.clear();
      kUnicode(mapped, text);
      return writer.write(row, mapped);
    }
    char* const out = writer.room(text.size());
    if (out == nullptr) return;
    map_ascii<kFirst, kLast>(text, out);
    writer.commit(row, text.size());
  });
  return writer.finish(validity);
}
constexpr Kernel kLower = change_case<'A', 'Z', append_lower>;
constexpr Kernel kUpper = change_case<'a', 'z', append_upper>;
constexpr auto kInitcap = [](TextCall& call, std::string_view text) {
  std::string mapped;
  append_initcap(mapped, text);
  call.write(mapped);
};

// ------------------------------------------------------------------------------------------------------------- editing

constexpr auto kReplace = [](TextCall& call, std::string_view text, std::string_view from,
                             std::string_view to) {
  size_t at = from.empty() ? std::string_view::npos : io::find_text(text, from);
  if (at == std::string_view::npos) return call.share(0, text);
  ResultText& result = call.result();
  size_t begin = 0;
  while (at != std::string_view::npos && result.is_whole()) {
    result.append(text.substr(begin, at - begin));
    result.append(to);
    begin = at + from.size();
    const size_t next = io::find_text(text.substr(begin), from);
    at = next == std::string_view::npos ? next : begin + next;
  }
  result.append(text.substr(begin));
  call.write(result);
};

constexpr auto kTranslate = [](TextCall& call, std::string_view text, std::string_view from,
                               std::string_view to) {
  ResultText& result = call.result();
  for (size_t begin = 0; begin < text.size() && result.is_whole();) {
    const size_t end = next_character(text, begin);
    const std::string_view character = text.substr(begin, end - begin);
    begin = end;
    const size_t at = from.find(character);
    if (at == std::string_view::npos) {
      result.append(character);
      continue;
    }
    const size_t target = byte_of_character(to, count_characters(from.substr(0, at)));
    if (target < to.size()) result.append(to.substr(target, next_character(to, target) - target));
  }
  call.write(result);
};

constexpr auto kReverse = [](TextCall& call, std::string_view text) {
  char* const out = call.room(text.size());
  if (out == nullptr) return;
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = next_character(text, begin);
    std::memcpy(out + text.size() - end, text.data() + begin, end - begin);
    begin = end;
  }
  call.commit(text.size());
};

constexpr auto kRepeat = [](TextCall& call, std::string_view text, int64_t count) {
  if (count <= 0 || text.empty()) return;
  ResultText& result = call.result();
  result.repeat(text, static_cast<size_t>(count));
  call.write(result);
};

void pad(TextCall& call, std::string_view text, int64_t length, std::string_view fill, bool left) {
  if (length > kEditedBytesMax / 4)
    return call.fault(code::kOutOfRange, "the text would be longer than 16 million characters");
  const auto have = static_cast<int64_t>(count_characters(text));
  if (length <= have || fill.empty()) {
    const auto kept = static_cast<size_t>(std::clamp<int64_t>(length, 0, have));
    return call.share(0, text.substr(0, byte_of_character(text, kept)));
  }
  ResultText& result = call.result();
  if (!left) result.append(text);
  const auto missing = static_cast<size_t>(length - have);
  const size_t fill_characters = count_characters(fill);
  result.repeat(fill, missing / fill_characters);
  result.append(fill.substr(0, byte_of_character(fill, missing % fill_characters)));
  if (left) result.append(text);
  call.write(result);
}
constexpr auto kPadLeft = [](TextCall& call, std::string_view text, int64_t length) {
  pad(call, text, length, " ", true);
};
constexpr auto kPadLeftWith = [](TextCall& call, std::string_view text, int64_t length,
                                 std::string_view fill) { pad(call, text, length, fill, true); };
constexpr auto kPadRight = [](TextCall& call, std::string_view text, int64_t length) {
  pad(call, text, length, " ", false);
};
constexpr auto kPadRightWith = [](TextCall& call, std::string_view text, int64_t length,
                                  std::string_view fill) { pad(call, text, length, fill, false); };

constexpr auto kCharacter = [](TextCall& call, int64_t code) {
  if (code < 1 || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) {
    return call.fault(code::kBadArgument, fmt::format("{} is the code of no character", code));
  }
  std::string character;
  append_character(character, static_cast<uint32_t>(code));
  call.write(character);
};

// ------------------------------------------------------------------------------------------------------------- joining

/// concat and concat_ws: NULL arguments are left out. `first` is the first argument that is joined.
Result<Vector> join_texts(const KernelContext& context, std::span<const Vector> inputs,
                          size_t first) {
  BufferRef validity;
  if (first == 1) {
    LEAT_TRY_ASSIGN(validity, all_valid(context, inputs.first(1)));
    if (inputs[0].is_null_constant()) {
      LEAT_TRY_ASSIGN(validity, new_zero_bits(context));
    }
  }
  TextWriter writer(context);
  ResultText joined(context);
  for_each_valid(context, validity, [&](size_t row) {
    joined.start(row);
    bool any = false;
    for (const Vector& input : inputs.subspan(first)) {
      const size_t at = input.at(row);
      if (!input->is_valid(at)) continue;
      if (any && first == 1) joined.append(inputs[0]->view_at(inputs[0].at(row)));
      joined.append(input->view_at(at));
      any = true;
    }
    joined.write_to(writer);
  });
  LEAT_TRY(joined.finish());
  return writer.finish(std::move(validity));
}
Result<Vector> concat_texts(const KernelContext& context, std::span<const Vector> inputs) {
  return join_texts(context, inputs, 0);
}
Result<Vector> concat_ws(const KernelContext& context, std::span<const Vector> inputs) {
  return join_texts(context, inputs, 1);
}

constexpr auto kConcatenate = [](TextCall& call, std::string_view left, std::string_view right) {
  if (left.size() + right.size() > kResultBytesMax)
    return call.fault(code::kOutOfRange, std::string(kResultTooLong));
  char* const out = call.room(left.size() + right.size());
  if (out == nullptr) return;
  if (!left.empty()) std::memcpy(out, left.data(), left.size());
  if (!right.empty()) std::memcpy(out + left.size(), right.data(), right.size());
  call.commit(left.size() + right.size());
};

constexpr std::array<Function, 14> kTextEditFunctions = {{
    {"lower", "lower(text utf8) -> utf8", "All letters in lower case.", "lower('Éa')", "éa",
     kLower},
    {"upper", "upper(text utf8) -> utf8", "All letters in upper case.", "upper('abc')", "ABC",
     kUpper},
    {"initcap", "initcap(text utf8) -> utf8",
     "The first letter of each word in upper case, the others in lower.", "initcap('hello wORLD')",
     "Hello World", text_kernel<kInitcap>},
    {"replace",
     "replace(text utf8, from utf8, to utf8) -> utf8",
     {"Every `from` in `text` replaced by `to`.",
      "The result is longer than 64 MiB: `replace(repeat('a', 20000), 'a', repeat('b', 20000))`."},
     "replace('a-b-c', '-', '+')",
     "a+b+c",
     text_kernel<kReplace>},
    {"translate", "translate(text utf8, from utf8, to utf8) -> utf8",
     "Each character that stands in `from` replaced by the one at the same place in `to`, or "
     "removed when there is none.",
     "translate('12345', '143', 'ax')", "a2x5", text_kernel<kTranslate>},
    {"reverse", "reverse(text utf8) -> utf8", "The characters in reverse order.", "reverse('abc')",
     "cba", text_kernel<kReverse>},
    {"repeat",
     "repeat(text utf8, count int64) -> utf8",
     {"The text `count` times over.",
      "The result is longer than 64 MiB: `repeat('ab', 1000000000)`."},
     "repeat('ab', 3)",
     "ababab",
     text_kernel<kRepeat>},
    {"lpad",
     "lpad(text utf8, length int64) -> utf8",
     {"The text made `length` characters long by spaces before it, or cut to that length.",
      "`length` is more than 16 million: `lpad('a', 100000000)`."},
     "lpad('7', 3)",
     "  7",
     text_kernel<kPadLeft>},
    {"lpad",
     "lpad(text utf8, length int64, fill utf8) -> utf8",
     {"The text made `length` characters long by `fill` before it, or cut to that length.",
      "`length` is more than 16 million: `lpad('a', 100000000, '.')`."},
     "lpad('7', 3, '0')",
     "007",
     text_kernel<kPadLeftWith>},
    {"rpad",
     "rpad(text utf8, length int64) -> utf8",
     {"The text made `length` characters long by spaces after it, or cut to that length.",
      "`length` is more than 16 million: `rpad('a', 100000000)`."},
     "rpad('ab', 3) || '|'",
     "ab |",
     text_kernel<kPadRight>},
    {"rpad",
     "rpad(text utf8, length int64, fill utf8) -> utf8",
     {"The text made `length` characters long by `fill` after it, or cut to that length.",
      "`length` is more than 16 million: `rpad('a', 100000000, '.')`."},
     "rpad('ab', 5, '.')",
     "ab...",
     text_kernel<kPadRightWith>},
    {"chr",
     "chr(code int64) -> utf8",
     {"The character with this code.", "There is no such character: `chr(0)`."},
     "chr(233)",
     "é",
     text_kernel<kCharacter>},
    {"concat", "concat(value any, ...) -> utf8",
     "The texts of all values that are not NULL, one after the other.", "concat('a', null, 1)",
     "a1", concat_texts, nullptr, Nulls::kVisible, true},
    {"concat_ws", "concat_ws(separator utf8, value any, ...) -> utf8",
     "As concat, with `separator` between the values.", "concat_ws('-', 2026, 1, null, 31)",
     "2026-1-31", concat_ws, nullptr, Nulls::kVisible, true},
}};
}  // namespace

std::span<const Function> text_edit_functions() { return kTextEditFunctions; }

Result<Vector> concatenate_kernel(const KernelContext& context, std::span<const Vector> inputs) {
  return text_kernel<kConcatenate>(context, inputs);
}

}  // namespace leat::expr
