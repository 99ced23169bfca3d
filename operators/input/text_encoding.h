// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Text that is not UTF-8: which encodings there are, how they are told, and a source of bytes that
// turns them into UTF-8.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "operators/data/memory.h"
#include "operators/input/byte_source.h"
#include "operators/options.h"

namespace leat::io {

/// What `encoding: auto` reads what is no UTF-8 as.
inline constexpr std::string_view kFallbackEncoding = "windows-1252";
/// So much of an input decides what `encoding: auto` takes it for.
inline constexpr size_t kEncodingProbeBytes = size_t{1} << 20;

/// How the text of inputs is encoded. Copies share what they hold. THREADS: immutable, any.
class TextEncoding {
 public:
  /// UTF-8, whose bytes are read as they are.
  TextEncoding() = default;
  /// The encoding that iconv calls `name`, or `auto`. nullopt: there is none. What converting takes
  /// is loaded now, since nothing can be once a run is in its sandbox.
  static std::optional<TextEncoding> find(std::string_view name);

  /// Bytes that stand for nothing become U+FFFD, instead of an error.
  void replace_invalid() { replaces_ = true; }

  bool is_utf8() const { return name_.empty() && !is_auto_; }
  bool is_auto() const { return is_auto_; }
  bool replaces() const { return replaces_; }
  const std::string& name() const { return name_; }
  /// Of encodings in which every byte is a character: the UTF-8 of each, its length in the highest
  /// byte; 0 if the byte stands for nothing. Null for others.
  const std::array<uint32_t, 256>* table() const { return table_.get(); }

 private:
  std::string name_;  // as iconv knows it; empty: UTF-8
  bool is_auto_ = false;
  bool replaces_ = false;
  std::shared_ptr<const std::array<uint32_t, 256>> table_;
  std::shared_ptr<void> loaded_;  // keeps the library's module
};

/// The encoding that the beginning of a text shows by a byte order mark, or by every other byte
/// being 0: `UTF-16LE`, `UTF-32BE` and so on. Empty: none of these.
std::string_view recognise_unicode(std::string_view text);

/// `raw`, which is `input` in `encoding`, as UTF-8. What it takes is charged to `memory` unless
/// that is null. SUSPENDS if the encoding is `auto` (reads the beginning). ERRORS: kMemory; those
/// of the result also kData for bytes that stand for nothing, with their line and their offset.
Result<std::unique_ptr<ByteSource>> transcode_source(std::unique_ptr<ByteSource> raw,
                                                     const Input& input,
                                                     const TextEncoding& encoding,
                                                     MemoryAccount* memory);

/// The name of what `encoding: auto` takes `input` for, as iconv knows it; empty: UTF-8, or an
/// input that is empty or cannot be read, which reading it will tell. SUSPENDS (reads the
/// beginning).
std::string find_encoding(const Input& input);

/// What to do about text that is not UTF-8.
inline constexpr std::string_view kEncodingHint =
    "set 'encoding' to that of the file, as 'encoding: latin1', or try 'encoding: auto'";

/// The option `encoding` of a source's table. nullopt after reporting that it is none.
std::optional<TextEncoding> read_encoding(const OptionValues& options, Diagnostics& diagnostics);
inline constexpr OptionDef kEncodingOption = {
    .name = "encoding",
    .doc =
        "How the text is encoded: `latin1`, `windows-1252`, `UTF-16`, `Shift_JIS`, any name "
        "that iconv knows. `auto`: as a byte order mark says; else UTF-16 or UTF-32 if every "
        "other byte is 0; else UTF-8 if the first MiB of the file is; else windows-1252. Bytes "
        "that stand for nothing end the run, unless `invalid_utf8: replace` makes them U+FFFD. "
        "Columns of messages count the bytes of UTF-8.",
    .default_text = "UTF-8"};

}  // namespace leat::io
