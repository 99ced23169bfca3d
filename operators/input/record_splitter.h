// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Cuts inputs into splits of whole records. What a record is, a BoundaryFinder knows; reading,
// chunks, records longer than a chunk, byte order marks, and the counting of lines are the same for
// all text formats and are here.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "operators/data/memory.h"
#include "operators/input/archive_members.h"
#include "operators/input/byte_source.h"
#include "operators/input/inputs.h"
#include "operators/input/text_encoding.h"
#include "operators/operator.h"
#include "operators/options.h"

namespace leat::io {

/// A record longer than this is an error unless the stage's `max_record` says otherwise.
inline constexpr size_t kMaxRecordDefault = size_t{256} << 20;
/// Views address the bytes of a chunk with 32 bits.
inline constexpr size_t kMaxRecordLimit = size_t{1} << 30;

/// The length of the UTF-8 byte order mark at the beginning of `text`, which begins `input`; 0 if
/// there is none. ERRORS: kData when the file is no text, or text of UTF-16 or UTF-32.
Result<size_t> byte_order_mark(const Input& input, std::string_view text);

/// Finds the boundaries of records in a growing piece of text. THREADS: one goroutine.
class BoundaryFinder {
 public:
  /// The end of the last whole record, 0 if there is none, and the line feeds before it.
  struct Boundary {
    size_t end = 0;
    uint64_t lines = 0;
  };

  virtual ~BoundaryFinder() = default;

  /// How much of `text`, the beginning of `input`, precedes its records (a header); nullopt when
  /// more text is needed to tell, which must not be said when `complete`, that is when there is no
  /// more. ERRORS: kData when the input cannot be read at all.
  virtual Result<std::optional<Boundary>> preamble(const Input& input, std::string_view text,
                                                   bool complete) {
    (void)input, (void)text, (void)complete;
    return Boundary{};
  }
  /// `text` begins at a record; bytes before `scanned` were seen by the previous call, which found
  /// no boundary in them; 0 starts anew. Up to 64 bytes past the text are readable.
  virtual Boundary find(std::string_view text, size_t scanned) = 0;
  /// Behind the last boundary of `text`, which begins at `line`, no further text can hold a record.
  /// Asked when `find` finds no boundary. ERRORS: kData.
  virtual Status dead_end(const Input& input, std::string_view text, uint64_t line) const {
    (void)input, (void)text, (void)line;
    return {};
  }
  /// May the input end behind `text`, which begins where that of the last `find` does? ERRORS:
  /// kData when it may not: its records are read, and then that is reported.
  virtual Status end(const Input& input, std::string_view text, uint64_t line) {
    (void)input, (void)text, (void)line;
    return {};
  }
  /// What decoding the text of the last `find` takes besides its bytes: Split::handle.
  virtual std::shared_ptr<void> handle() const { return nullptr; }
  /// The rows in `text`, whole records. Up to 64 bytes past it are readable.
  virtual uint64_t count_rows(std::string_view text) const = 0;
  /// What to say of `text`, a record that begins at `line` and does not end within `limit`, such as
  /// `max_record, 4 MiB`.
  virtual Error too_long(const Input& input, std::string_view text, uint64_t line,
                         const std::string& limit) const;
};

struct SplitterOptions {
  size_t chunk_bytes = kChunkBytes;       ///< At least 16.
  size_t max_record = kMaxRecordDefault;  ///< At most kMaxRecordLimit.
  bool count_rows = false;                ///< Is Split::first_row wanted?
  TextEncoding encoding = {};
  size_t footer_lines = 0;  ///< At the end of each input, no records: drop_footer.
  /// Opens the text of an input that is no file of text itself; empty: open_byte_source does.
  std::function<Result<std::unique_ptr<ByteSource>>(std::shared_ptr<const Input>)> open = {};
};

/// The options `max_record` and `chunk` of a source's table. nullopt after reporting that one is no
/// size or out of range.
std::optional<SplitterOptions> read_chunk_options(const OptionValues& options,
                                                  Diagnostics& diagnostics);

/// The options `max_record`, `chunk`, `encoding` and `invalid_utf8` of a source's table. nullopt
/// after reporting that one is no size or out of range, or no encoding.
std::optional<SplitterOptions> read_splitter_options(const OptionValues& options,
                                                     Diagnostics& diagnostics);
inline constexpr OptionDef kMaxRecordOption = {
    .name = "max_record",
    .doc =
        "The longest record that is read, as `256MiB`; a longer one is an error that says where it "
        "begins. Bounds the memory "
        "that a record takes. At least 2MiB.",
    .default_text = "256MiB"};
inline constexpr OptionDef kChunkOption = {
    .name = "chunk",
    .doc =
        "How much of a file is read and worked on at a time, from 1KiB to 2MiB. Smaller chunks "
        "take less memory and spread small files over more processors, but cost more time on "
        "large ones. The rows are the same, in the same order.",
    .default_text = "2MiB"};

/// The splits of `inputs`. Chunks are filled to the brim before they are looked at, so that splits
/// depend on the bytes and on chunk_bytes only, not on how reads return. A record longer than a
/// chunk grows its chunk by steps of chunk_bytes; hence no split has more than one record more than
/// a chunk can hold. After kMemory, `next` may be called again and goes on where it was.
class RecordSplitter final : public Splitter {
 public:
  RecordSplitter(Inputs inputs, std::unique_ptr<BoundaryFinder> finder, MemoryAccount& memory,
                 SplitterOptions options);
  Result<std::optional<Split>> next() override;

 private:
  Status open_next();
  Status fill();
  Status make_room();
  Error too_long() const;
  Error no_memory(Error refused) const;
  Result<bool> skip_preamble();
  Split cut(size_t end, uint64_t lines);
  std::string_view text() const { return {chunk_->as<char>() + begin_, filled_ - begin_}; }

  const Inputs inputs_;
  const std::unique_ptr<BoundaryFinder> finder_;
  MemoryAccount& memory_;
  const SplitterOptions options_;

  uint64_t split_index_ = 0;
  size_t next_input_ = 0;
  std::shared_ptr<const Input> input_;
  OpenArchive archive_;                 // whose members are read
  std::unique_ptr<ByteSource> source_;  // null before the first input and between inputs
  bool at_end_ = false;                 // source_ has no more bytes
  bool in_preamble_ = false;
  std::optional<Error> bad_end_;  // to be reported behind the last split of the input
  bool first_of_input_ = false;
  uint64_t offset_ = 0;  // of text() in the input
  uint64_t line_ = 1;    // of text()
  uint64_t row_ = 0;     // rows of the input in earlier splits

  BufferRef chunk_;     // null when a fresh one is to be begun
  size_t begin_ = 0;    // of what no split was cut from yet, in chunk_
  size_t filled_ = 0;   // bytes in chunk_
  size_t wanted_ = 0;   // fill chunk_ up to here
  size_t room_ = 0;     // bytes chunk_ was asked to hold
  size_t scanned_ = 0;  // of text(), without a boundary
  BufferRef carry_;     // the chunk of the previous split, as long as its tail was not copied
  size_t carry_begin_ = 0;
  size_t carry_end_ = 0;
};

}  // namespace leat::io
