// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: XML and YAML cannot be cut into pieces that lanes read on their own, but the values in
// them can be decoded by many.
//
// Invariants
// 1. A split is a run of whole records as lines of JSON, and the places where they began; which
//    records form a split depends on the file and the size of chunks alone.
// 2. All text of a split is charged. A record under way is, too, by its reader.
// 3. What a lane says of a line is said of the record's place: nobody sees the JSON.
// 4. What is not of the format ends the run behind the records before it.
//
// Not chosen: lanes that parse pieces cut at `</record>` (comments, CDATA and entities make that
// wrong, and namespaces and inherited anchors come from before the piece).
#include "operators/tree/tree_source.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "engine/codes/data.h"
#include "operators/data/cell_place.h"
#include "operators/input/line_splitter.h"
#include "operators/json/json_rows.h"
#include "operators/text/text_buffer.h"

namespace leat::io {
namespace {

/// Where the records of a split began: its Split::handle.
struct TreePlaces {
  std::vector<std::pair<uint64_t, uint64_t>> lines;  // with columns
};

TextPlace place_of(const Split& split, uint64_t row) {
  const auto& places = *static_cast<const TreePlaces*>(split.handle.get());
  const auto [line, column] = places.lines.at(row);
  return {split.input->name, line, column};
}

class TreeSplitter final : public Splitter {
 public:
  TreeSplitter(Inputs inputs, std::shared_ptr<const TreeFormat> format,
               std::shared_ptr<const Schema> known, const SplitterOptions& splitting,
               const TextEncoding* encoding, MemoryAccount& memory)
      : inputs_(std::move(inputs)),
        format_(std::move(format)),
        known_(std::move(known)),
        chunk_bytes_(splitting.chunk_bytes),
        opening_{OpenFor::kRead, &memory, encoding, splitting.max_record},
        text_(memory) {}

  Result<std::optional<Split>> next() override {
    for (;;) {
      if (bad_end_) return std::unexpected(*std::exchange(bad_end_, std::nullopt));
      if (!reader_) {
        if (next_input_ == inputs_.size()) return std::nullopt;
        LEAT_TRY_ASSIGN(reader_, format_->open(inputs_[next_input_], opening_));
        first_of_input_ = true;
        row_ = 0;
        ++next_input_;
      }
      LEAT_TRY(fill());
      if (places_->lines.empty()) continue;
      return cut();
    }
  }

 private:
  /// Records until the chunk is full, or the input ends.
  Status fill() {
    LEAT_TRY(text_.start(std::min(chunk_bytes_, kFirstBytes)));
    places_ = std::make_shared<TreePlaces>();
    while (reader_ && text_.size() < chunk_bytes_) {
      auto record = reader_->next();
      if (!record) bad_end_ = std::move(record).error();
      if (!record || !*record) {
        reader_.reset();
        break;
      }
      line_.clear();
      append_record(**record, known_->fields(), line_);
      line_ += '\n';
      if (text_.size() + line_.size() > kMaxRecordLimit) {
        bad_end_ = Error(code::kRecordTooLong, ErrorCode::kData,
                         "the record that begins here is longer than 1 GiB");
        bad_end_->data =
            TextPlace{inputs_[next_input_ - 1]->name, (*record)->line, (*record)->column};
        reader_.reset();
        break;
      }
      LEAT_TRY(text_.append(line_));
      places_->lines.emplace_back((*record)->line, (*record)->column);
    }
    return {};
  }

  Split cut() {
    Split split;
    split.index = index_++;
    split.input = inputs_[next_input_ - 1];
    split.first_of_input = std::exchange(first_of_input_, false);
    split.first_row = row_;
    row_ += places_->lines.size();
    split.chunk = text_.finish();
    split.end = static_cast<uint32_t>(split.chunk->size());
    split.handle = std::move(places_);
    return split;
  }

  static constexpr size_t kFirstBytes = size_t{64} << 10;

  const Inputs inputs_;
  const std::shared_ptr<const TreeFormat> format_;
  const std::shared_ptr<const Schema> known_;
  const size_t chunk_bytes_;
  const TreeOpening opening_;
  TextBuffer text_;
  std::shared_ptr<TreePlaces> places_;
  std::string line_;
  std::unique_ptr<TreeReader> reader_;  // null between inputs
  size_t next_input_ = 0;
  uint64_t index_ = 0;
  uint64_t row_ = 0;  // of the input, in earlier splits
  bool first_of_input_ = false;
  std::optional<Error> bad_end_;  // to be reported behind the records before it
};

class TreeOrigin final : public RowOrigin {
 public:
  explicit TreeOrigin(Split split) : split_(std::move(split)) {}

  TextPlace locate(uint64_t row) const override { return place_of(split_, row); }
  /// The record as JSON.
  std::string raw(uint64_t row) const override {
    LineWalker walker(split_.bytes());
    for (uint64_t line = 0; walker.next(); ++line) {
      if (line == row) return std::string(walker.line());
    }
    return {};
  }

 private:
  const Split split_;
};

/// Gives faults the places of their records.
class TreeFaults final : public FaultPolicy {
 public:
  explicit TreeFaults(FaultPolicy& policy) : policy_(policy) {}
  void begin(const Split& split) { split_ = &split; }

  Result<Settled> settle(const Batch& batch, const Selection& selection,
                         std::vector<RowFault> faults) override {
    return policy_.settle(batch, selection, std::move(faults));
  }
  Status record(const RowOriginRef& origin, Ordinal row, Error error) override {
    error.data = place_of(*split_, row.row());
    return policy_.record(origin, row, std::move(error));
  }

 private:
  FaultPolicy& policy_;
  const Split* split_ = nullptr;
};

class TreeDecoder final : public Decoder {
 public:
  TreeDecoder(const JsonFormat& format, const LaneContext& context)
      : faults_(context.faults),
        context_(context),
        rows_(format,
              LaneContext{context.memory, faults_, context.ledger, context.watch, context.spill}) {}

  Status decode(const Split& split, Output& output) override {
    faults_.begin(split);
    LEAT_TRY(rows_.start(split, 1, std::make_shared<TreeOrigin>(split), output));
    const char* const end = split.bytes().data() + split.bytes().size();
    uint32_t number = 0;
    for (LineWalker walker(split.bytes()); walker.next(); ++number) {
      context_.ledger.add(Counter::kRead, 1);
      if (!rows_.is_utf8()) {  // a page may lie about its encoding
        LEAT_TRY_ASSIGN(const bool valid, rows_.check_utf8(walker.line(), number));
        if (!valid) continue;
      }
      LEAT_TRY_ASSIGN(const char* const at, rows_.read(walker.line().data(), end, number));
      static_cast<void>(at);
    }
    return rows_.finish();
  }

 private:
  TreeFaults faults_;
  const LaneContext context_;
  JsonRows rows_;
};

class TreeSource final : public Source {
 public:
  TreeSource(Inputs inputs, std::shared_ptr<const TreeFormat> trees, SplitterOptions splitting,
             std::optional<TextEncoding> encoding, JsonFormat format, SourceExtras extras)
      : inputs_(std::move(inputs)),
        trees_(std::move(trees)),
        splitting_(std::move(splitting)),
        encoding_(std::move(encoding)),
        format_(std::move(format)),
        extras_(std::move(extras)) {}

  std::unique_ptr<Splitter> splitter(const StageContext& context) const override {
    return std::make_unique<TreeSplitter>(inputs_, trees_, format_.known, splitting_,
                                          encoding_ ? &*encoding_ : nullptr, context.memory);
  }
  std::unique_ptr<Decoder> decoder(const LaneContext& context) const override {
    return extras_.wrap(std::make_unique<TreeDecoder>(format_, context), context);
  }

 private:
  Inputs inputs_;
  std::shared_ptr<const TreeFormat> trees_;
  SplitterOptions splitting_;
  std::optional<TextEncoding> encoding_;
  JsonFormat format_;
  SourceExtras extras_;
};

}  // namespace

Status RecordMemory::add(size_t bytes) {
  constexpr size_t kStep = size_t{1} << 20;
  bytes_ += bytes;
  while (memory_ != nullptr && bytes_ >= charged_ + kStep) {
    LEAT_TRY(memory_->charge(kStep));
    charged_ += kStep;
  }
  return {};
}

void RecordMemory::release() {
  if (memory_ != nullptr) memory_->refund(charged_);
  bytes_ = charged_ = 0;
}

void TreeKind::prepare(const OptionValues& options, const TextEncoding& encoding, const Inputs*,
                       JsonFormat&, Diagnostics&) {
  if (options.has("encoding") && !encoding.is_auto()) encoding_ = encoding;
}

std::vector<Field> TreeKind::guess(const OptionValues& options, const TextEncoding&,
                                   const Inputs& inputs, JsonFormat&, Diagnostics& diagnostics) {
  TreeShape records;
  auto wanted = static_cast<size_t>(options.integer("sample"));
  std::optional<Error> wrong;
  size_t rows = 0;
  for (const auto& input : inputs) {
    auto reader = format_->open(input, {.encoding = encoding_ ? &*encoding_ : nullptr});
    while (reader && rows < wanted) {
      auto record = (*reader)->next();
      if (!record) wrong = std::move(record).error();
      if (!record || !*record) break;
      records.add(**record);
      ++rows;
    }
    if (!reader) wrong = std::move(reader).error();
    if (wrong || rows >= wanted) break;
  }
  std::vector<Field> fields = records.fields();
  // What is wrong behind rows is found again by the run, which reads those before it.
  if (wrong && (rows == 0 || wrong->code != ErrorCode::kData)) {
    const std::string place = wrong->data ? place_text(*wrong->data) + ": " : "";
    diagnostics.error(wrong->number, options.span("path"), place + wrong->message, wrong->hint);
    return {};
  }
  if (fields.empty()) {
    diagnostics.error(code::kNoColumnsKnown, options.span("path"),
                      fmt::format("{} {} no records with fields, so the columns are not known",
                                  names_of(inputs), inputs.size() == 1 ? "has" : "have"),
                      "name them in 'columns'");
  }
  return fields;
}

std::unique_ptr<Source> TreeKind::make(Inputs inputs, SplitterOptions splitting, JsonFormat format,
                                       SourceExtras extras) {
  return std::make_unique<TreeSource>(std::move(inputs), format_, std::move(splitting),
                                      std::move(encoding_), std::move(format), std::move(extras));
}

}  // namespace leat::io
