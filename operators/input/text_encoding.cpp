// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: exports in Latin-1, UTF-16 or Shift_JIS. Everything behind the source of bytes knows
// UTF-8 only, and stays so.
//
// Invariants:
//  1. Converting comes behind unpacking and before anything that looks at text.
//  2. What an input is taken for under `auto` depends on its first kEncodingProbeBytes alone, so
//     binding and running agree.
//  3. No byte is lost: one that stands for nothing is an error or U+FFFD, and so is the half of a
//     character at the end.
//  4. Converters are loaded while binding: the sandbox of a run lets nothing be loaded.
//
// Not chosen: converting in the lanes: where a record ends cannot be told in UTF-16 or Shift_JIS
// without converting; and ICU, which brings 30 MB of tables for what the C library has.
#include "operators/input/text_encoding.h"

#include <iconv.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <simdjson.h>

#include "engine/codes/data.h"
#include "engine/codes/option.h"
#include "engine/mutant.h"
#include "operators/diagnostic.h"
#include "operators/text/block.h"
#include "operators/text/utf8.h"

namespace leat::io {
namespace {

using std::string_view_literals::operator""sv;

constexpr size_t kBufferBytes = size_t{128} << 10;
constexpr size_t kNameMax = 40;
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

/// A conversion of the C library to UTF-8.
class Conversion {
 public:
  explicit Conversion(const std::string& from) : handle_(::iconv_open("UTF-8", from.c_str())) {}
  Conversion(const Conversion&) = delete;
  Conversion& operator=(const Conversion&) = delete;
  ~Conversion() {
    if (is_open()) ::iconv_close(handle_);
  }
  bool is_open() const { return handle_ != reinterpret_cast<iconv_t>(-1); }

  enum class Stop : uint8_t { kInputUsed, kOutputFull, kCutOff, kInvalid };
  /// Converts from the front of `in` to the front of `out` and moves both on.
  Stop run(std::span<const uint8_t>& in, std::span<char>& out) {
    auto* from = const_cast<char*>(reinterpret_cast<const char*>(in.data()));
    return run(&from, in.size(), out, [&](size_t left) { in = in.last(left); });
  }
  /// Writes what the conversion still holds at the end of the text.
  Stop finish(std::span<char>& out) {
    return run(nullptr, 0, out, [](size_t) {});
  }

 private:
  template <typename Used>
  Stop run(char** from, size_t from_left, std::span<char>& out, Used used) {
    char* to = out.data();
    size_t to_left = out.size();
    const size_t result = ::iconv(handle_, from, &from_left, &to, &to_left);
    const int error = errno;
    used(from_left);
    out = out.last(to_left);
    if (result != static_cast<size_t>(-1)) return Stop::kInputUsed;
    if (error == E2BIG) return Stop::kOutputFull;
    return error == EINVAL ? Stop::kCutOff : Stop::kInvalid;
  }

  iconv_t handle_;
};

/// The table of TextEncoding::table, if every byte that stands for something is one character and
/// takes nothing of its neighbours.
std::shared_ptr<const std::array<uint32_t, 256>> table_of(const std::string& name) {
  auto table = std::make_shared<std::array<uint32_t, 256>>();
  for (size_t byte = 0; byte < table->size(); ++byte) {
    Conversion conversion(name);
    const uint8_t one[] = {static_cast<uint8_t>(byte)};
    char room[8];
    std::span<const uint8_t> in(one);
    std::span<char> out(room);
    const Conversion::Stop stop = conversion.run(in, out);
    const size_t length = sizeof(room) - out.size();
    if (stop == Conversion::Stop::kInvalid && byte >= 0x80) continue;
    if (stop != Conversion::Stop::kInputUsed || length == 0 || length > 3) return nullptr;
    // What is ASCII is copied without looking.
    if (byte < 0x80 && (length != 1 || room[0] != static_cast<char>(byte))) return nullptr;
    uint32_t entry = static_cast<uint32_t>(length) << 24;
    for (size_t i = 0; i < length; ++i)
      entry |= static_cast<uint32_t>(static_cast<uint8_t>(room[i])) << (8 * i);
    (*table)[byte] = entry;
  }
  return table;
}

bool is_utf8_name(std::string_view name) {
  std::string plain;
  for (const char c : name)
    if (c != '-' && c != '_') plain += static_cast<char>(c | 0x20);
  return plain == "utf8";
}

/// How far zeros are looked at: no further than the smallest chunk reaches, as what a file is must
/// not depend on chunks.
constexpr size_t kLooked = 16;

/// Is every other byte of the beginning 0, from `first` on, as in UTF-16 of Latin letters?
bool has_every_other_zero(std::string_view text, size_t first) {
  constexpr size_t kEnough = 8;
  const size_t length = std::min(text.size(), kLooked) & ~size_t{1};
  for (size_t i = 0; i < length; ++i)
    if ((text[i] == '\0') != (i % 2 == first)) return false;
  return length >= kEnough;
}

/// Are three of four bytes 0, all but those at `letter`?
bool has_three_zeros(std::string_view text, size_t letter) {
  constexpr size_t kEnough = 8;
  const size_t length = std::min(text.size(), kLooked) & ~size_t{3};
  for (size_t i = 0; i < length; ++i)
    if ((text[i] == '\0') != (i % 4 != letter)) return false;
  return length >= kEnough;
}

/// Is all of `text` UTF-8, up to a character that its end may have cut?
bool is_utf8(std::string_view text, bool complete) {
  const size_t bad =
      simdjson::validate_utf8(text.data(), text.size()) ? text.size() : first_invalid_utf8(text);
  return bad == text.size() || (!complete && text.size() - bad < 4);
}

/// Reads `raw` and gives its bytes on, converted.
class TranscodingSource final : public ByteSource {
 public:
  TranscodingSource(std::unique_ptr<ByteSource> raw, std::string input, TextEncoding encoding,
                    MemoryAccount* memory)
      : raw_(std::move(raw)),
        input_(std::move(input)),
        encoding_(std::move(encoding)),
        memory_(memory),
        conversion_(encoding_.name()),
        in_(kBufferBytes),
        out_(kOutBytes + kReplacement.size()) {}
  TranscodingSource(const TranscodingSource&) = delete;
  TranscodingSource& operator=(const TranscodingSource&) = delete;
  ~TranscodingSource() override {
    if (memory_ != nullptr) memory_->refund(kBytes);
  }

  /// What one takes of memory.
  static constexpr size_t kBytes = 4 * kBufferBytes;

  Result<size_t> read(std::span<uint8_t> into) override {
    while (given_ == made_) {
      if (finished_) return 0;
      LEAT_TRY(convert());
    }
    const size_t bytes = std::min(into.size(), made_ - given_);
    std::memcpy(into.data(), out_.data() + given_, bytes);
    given_ += bytes;
    return bytes;
  }

 private:
  static constexpr size_t kOutBytes = 3 * kBufferBytes;  // a byte becomes at most three by a table

  /// Makes out_ anew from what comes next, possibly nothing.
  Status convert() {
    const TextPlace place = place_behind();
    line_ = place.line;
    column_ = place.column;
    given_ = made_ = 0;
    if (!at_end_) LEAT_TRY(refill());
    std::span<const uint8_t> in(in_.data() + begin_, end_ - begin_);
    std::span<char> out(out_.data(), kOutBytes);
    const Conversion::Stop stop = run(in, out);
    made_ = kOutBytes - out.size();
    offset_ += end_ - in.size() - begin_;
    begin_ = end_ - in.size();
    if (at_end_ && LEAT_MUTANT("half_characters_are_lost")) begin_ = end_;
    if (stop == Conversion::Stop::kInvalid || (stop == Conversion::Stop::kCutOff && at_end_))
      return deal_with_invalid(stop);
    finished_ = at_end_ && begin_ == end_ && stop == Conversion::Stop::kInputUsed;
    return {};
  }

  Status refill() {
    std::memmove(in_.data(), in_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
    LEAT_TRY_ASSIGN(const size_t got, read_fully(*raw_, {in_.data() + end_, in_.size() - end_}));
    end_ += got;
    at_end_ = end_ < in_.size();
    return {};
  }

  Conversion::Stop run(std::span<const uint8_t>& in, std::span<char>& out) {
    if (encoding_.table() != nullptr) return look_up(in, out);
    const Conversion::Stop stop = conversion_.run(in, out);
    if (stop != Conversion::Stop::kInputUsed || !at_end_) return stop;
    return conversion_.finish(out);
  }

  /// out_ has room for all of in_.
  Conversion::Stop look_up(std::span<const uint8_t>& in, std::span<char>& out) const {
    const std::array<uint32_t, 256>& table = *encoding_.table();
    const uint8_t* from = in.data();
    const uint8_t* const end = from + in.size();
    char* to = out.data();
    auto stop = Conversion::Stop::kInputUsed;
    while (from < end) {
      uint64_t word = 0;
      if (end - from >= 8) {
        std::memcpy(&word, from, 8);
        if ((word & 0x8080808080808080) == 0) {
          std::memcpy(to, &word, 8);
          from += 8;
          to += 8;
          continue;
        }
      }
      const uint32_t entry = table[*from];
      if (entry == 0) {
        stop = Conversion::Stop::kInvalid;
        break;
      }
      for (uint32_t i = 0; i < entry >> 24; ++i) *to++ = static_cast<char>(entry >> (8 * i));
      ++from;
    }
    in = in.last(static_cast<size_t>(end - from));
    out = out.last(out.size() - static_cast<size_t>(to - out.data()));
    return stop;
  }

  /// At bytes that stand for nothing.
  Status deal_with_invalid(Conversion::Stop stop) {
    const bool cut = stop == Conversion::Stop::kCutOff;
    if (encoding_.replaces()) {
      const size_t bytes = cut ? end_ - begin_ : std::min(unit(), end_ - begin_);
      begin_ += bytes;
      offset_ += bytes;
      std::memcpy(out_.data() + made_, kReplacement.data(), kReplacement.size());
      made_ += kReplacement.size();
      return {};
    }
    std::string bytes;
    for (size_t i = begin_; i < std::min(end_, begin_ + (cut ? 4 : unit())); ++i)
      bytes += fmt::format("{}0x{:02X}", bytes.empty() ? "" : " ", in_[i]);
    Error error(code::kBadEncoding, ErrorCode::kData,
                fmt::format("the file is not {}: {} at byte {} {}", encoding_.name(), bytes,
                            offset_ + 1, cut ? "is cut off" : "stands for no character"),
                "set 'encoding' to that of the file, or 'invalid_utf8: replace'");
    error.data = place_behind();
    return std::unexpected(std::move(error));
  }

  /// Where the text goes on behind out_.
  TextPlace place_behind() const {
    const std::string_view text(out_.data(), made_);
    const auto* const bytes = reinterpret_cast<const uint8_t*>(text.data());
    const size_t newline = text.rfind('\n');
    return {input_, line_ + count_newlines(bytes, bytes + made_),
            newline == std::string_view::npos ? column_ + made_ : made_ - newline};
  }

  /// Bytes of the smallest piece of text.
  size_t unit() const {
    std::string name = encoding_.name();
    for (char& c : name) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
    if (name.starts_with("UTF-16") || name.starts_with("UTF16") || name.starts_with("UCS-2") ||
        name.starts_with("UCS2"))
      return 2;
    return name.starts_with("UTF-32") || name.starts_with("UTF32") || name.starts_with("UCS-4") ||
                   name.starts_with("UCS4")
               ? 4
               : 1;
  }

  const std::unique_ptr<ByteSource> raw_;
  const std::string input_;
  const TextEncoding encoding_;
  MemoryAccount* const memory_;  // null while binding
  Conversion conversion_;
  std::vector<uint8_t> in_;
  size_t begin_ = 0;  // of what is not converted, in in_
  size_t end_ = 0;
  uint64_t offset_ = 0;  // of begin_ in the input
  bool at_end_ = false;  // of raw_
  std::vector<char> out_;
  size_t made_ = 0;    // bytes in out_
  size_t given_ = 0;   // of these
  uint64_t line_ = 1;  // of the first byte of out_
  uint64_t column_ = 1;
  bool finished_ = false;
};

/// What `auto` is for an input that begins with `text`.
TextEncoding decide(std::string_view text, bool complete) {
  if (const std::string_view name = recognise_unicode(text); !name.empty())
    return TextEncoding::find(name).value_or(TextEncoding());
  if (is_utf8(text, complete) || LEAT_MUTANT("auto_is_utf8")) return {};
  return TextEncoding::find(kFallbackEncoding).value_or(TextEncoding());
}

}  // namespace

std::optional<TextEncoding> TextEncoding::find(std::string_view name) {
  TextEncoding encoding;
  if (is_utf8_name(name)) return encoding;
  const auto is_part = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-_.:+()").contains(c);
  };
  // iconv takes what follows slashes for instructions, and no name for that of the environment.
  if (name.empty() || name.size() > kNameMax || !std::all_of(name.begin(), name.end(), is_part))
    return std::nullopt;
  encoding.is_auto_ = name == "auto";
  const auto load = [](std::string_view one) {
    return std::make_shared<Conversion>(std::string(one));
  };
  if (encoding.is_auto_) {
    encoding.loaded_ = std::make_shared<std::array<std::shared_ptr<Conversion>, 5>>(
        std::array{load("UTF-16LE"), load("UTF-16BE"), load("UTF-32LE"), load("UTF-32BE"),
                   load(kFallbackEncoding)});
    return encoding;
  }
  auto conversion = load(name);
  if (!conversion->is_open()) return std::nullopt;
  encoding.loaded_ = std::move(conversion);
  encoding.name_ = std::string(name);
  encoding.table_ = table_of(encoding.name_);
  return encoding;
}

std::string_view recognise_unicode(std::string_view text) {
  if (text.starts_with("\xFF\xFE\0\0"sv) || has_three_zeros(text, 0)) return "UTF-32LE";
  if (text.starts_with("\0\0\xFE\xFF"sv) || has_three_zeros(text, 3)) return "UTF-32BE";
  if (text.starts_with("\xFF\xFE"sv) || has_every_other_zero(text, 1)) return "UTF-16LE";
  if (text.starts_with("\xFE\xFF"sv) || has_every_other_zero(text, 0)) return "UTF-16BE";
  return {};
}

Result<std::unique_ptr<ByteSource>> transcode_source(std::unique_ptr<ByteSource> raw,
                                                     const Input& input,
                                                     const TextEncoding& encoding,
                                                     MemoryAccount* memory) {
  if (encoding.is_utf8()) return raw;
  TextEncoding decided = encoding;
  if (encoding.is_auto()) {
    std::string beginning(kEncodingProbeBytes, '\0');
    LEAT_TRY_ASSIGN(
        const size_t got,
        read_fully(*raw, {reinterpret_cast<uint8_t*>(beginning.data()), beginning.size()}));
    beginning.resize(got);
    decided = decide(beginning, got < kEncodingProbeBytes);
    if (encoding.replaces()) decided.replace_invalid();
    LEAT_TRY_ASSIGN(raw, prefix_source(std::move(beginning), std::move(raw), memory));
    if (decided.is_utf8()) return raw;
  }
  if (memory != nullptr) LEAT_TRY(memory->charge(TranscodingSource::kBytes));
  return std::make_unique<TranscodingSource>(std::move(raw), input.name, std::move(decided),
                                             memory);
}

std::string find_encoding(const Input& input) {
  auto raw = open_byte_source(input, OpenFor::kPeek);
  if (!raw) return {};
  std::string beginning(kEncodingProbeBytes, '\0');
  const auto got =
      read_fully(**raw, {reinterpret_cast<uint8_t*>(beginning.data()), beginning.size()});
  if (!got) return {};
  beginning.resize(*got);
  return decide(beginning, *got < kEncodingProbeBytes).name();
}

std::optional<TextEncoding> read_encoding(const OptionValues& options, Diagnostics& diagnostics) {
  const std::string name = options.text(kEncodingOption.name);
  std::optional<TextEncoding> encoding = TextEncoding::find(name);
  if (encoding) return encoding;
  std::string hint =
      did_you_mean(name, {"auto", "UTF-8", "UTF-16", "UTF-32", "latin1", "ISO-8859-15",
                          "windows-1252", "windows-1251", "Shift_JIS", "EUC-JP", "GB18030", "Big5",
                          "KOI8-R", "macintosh", "CP437", "CP850"});
  diagnostics.error(code::kOptionValue, options.span(kEncodingOption.name),
                    fmt::format("'{}' is no encoding that iconv knows", name),
                    hint.empty() ? "'iconv -l' lists them" : std::move(hint));
  return std::nullopt;
}

}  // namespace leat::io
