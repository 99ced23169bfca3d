// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Sources whose records are trees of texts. One goroutine reads the records and writes each as a
// line of JSON; lanes decode these as `read_jsonl` does, with the places that the records had.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "operators/input/record_splitter.h"
#include "operators/json/json_source.h"
#include "operators/tree/text_tree.h"

namespace leat::io {

/// The records of one input, in order. THREADS: one goroutine.
class TreeReader {
 public:
  virtual ~TreeReader() = default;
  /// The next record, a map; nullopt at the end. SUSPENDS. ERRORS: kIo, kMemory, kData: what is not
  /// of the format; no record follows then.
  virtual Result<std::optional<TextTree>> next() = 0;
};

/// The memory of a record under way, charged in steps. THREADS: one.
class RecordMemory {
 public:
  /// Null: nothing is charged.
  explicit RecordMemory(MemoryAccount* memory) : memory_(memory) {}
  ~RecordMemory() { release(); }
  RecordMemory(const RecordMemory&) = delete;
  RecordMemory& operator=(const RecordMemory&) = delete;

  /// ERRORS: kMemory.
  Status add(size_t bytes);
  size_t bytes() const { return bytes_; }
  void release();

 private:
  MemoryAccount* const memory_;
  size_t bytes_ = 0;
  size_t charged_ = 0;
};

/// How an input is opened.
struct TreeOpening {
  OpenFor purpose = OpenFor::kPeek;
  /// Charged for a record under way; null while binding.
  MemoryAccount* memory = nullptr;
  /// What the pipeline says of the text; null: nothing.
  const TextEncoding* encoding = nullptr;
  /// A longer record is an error.
  size_t max_record = kMaxRecordDefault;
};

/// How inputs of a format are read. THREADS: immutable, any.
class TreeFormat {
 public:
  virtual ~TreeFormat() = default;
  /// SUSPENDS. ERRORS: kIo, kMemory.
  virtual Result<std::unique_ptr<TreeReader>> open(std::shared_ptr<const Input> input,
                                                   const TreeOpening& opening) const = 0;
};

/// The option `encoding` of such a source, whose formats say it themselves.
inline constexpr OptionDef kTreeEncodingOption = {
    .name = "encoding",
    .doc = "How the text is encoded, a name that iconv knows; `auto`: as the document says.",
    .default_text = "auto"};

/// A source of a format as bind_json_source takes it.
class TreeKind final : public JsonKind {
 public:
  explicit TreeKind(std::shared_ptr<const TreeFormat> format) : format_(std::move(format)) {}

  void prepare(const OptionValues& options, const TextEncoding& encoding, const Inputs* inputs,
               JsonFormat& format, Diagnostics& diagnostics) override;
  std::vector<Field> guess(const OptionValues& options, const TextEncoding& encoding,
                           const Inputs& inputs, JsonFormat& format,
                           Diagnostics& diagnostics) override;
  std::unique_ptr<Source> make(Inputs inputs, SplitterOptions splitting, JsonFormat format,
                               SourceExtras extras) override;

 private:
  std::shared_ptr<const TreeFormat> format_;
  std::optional<TextEncoding> encoding_;
};

}  // namespace leat::io
