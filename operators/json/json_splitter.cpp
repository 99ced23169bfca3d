// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: one document, of which many lanes should decode records at once.
//
// Invariants:
//  1. A split begins and ends where the walker stands, never inside of a record; the state of the
//     walker goes with the split, so a lane needs nothing of the splits before.
//  2. Which bytes form a split depends on the file and the size of chunks alone. The rows, their
//     order and their places depend on the file alone.
//  3. What is wrong between records ends the run whatever `on_error` says: where the next record
//     begins is not known.
//
// Not chosen: a list of the records' positions with each split. The lanes walk over what is between
// records faster than such a list could be written and read.
#include "operators/json/json_splitter.h"

#include <cstring>
#include <utility>

#include <fmt/format.h>

#include "engine/codes/data.h"
#include "engine/codes/option.h"
#include "engine/mutant.h"
#include "operators/text/block.h"

namespace leat::io {
namespace {

const uint8_t* bytes_of(std::string_view text) {
  return reinterpret_cast<const uint8_t*>(text.data());
}

class JsonFinder final : public BoundaryFinder {
 public:
  explicit JsonFinder(JsonDocuments documents)
      : documents_(std::move(documents)), walker_(documents_.path, documents_.values) {}

  Result<std::optional<Boundary>> preamble(const Input&, std::string_view, bool) override {
    walker_ = JsonWalker(documents_.path, documents_.values);
    next_column_ = 1;
    return Boundary{};
  }

  Boundary find(std::string_view text, size_t scanned) override {
    if (scanned == 0) {
      column_ = next_column_;
      start_ = std::make_shared<JsonStart>(JsonStart{walker_, column_});
      at_ = 0;
      rows_ = 0;
      in_record_ = false;
    }
    walk(text, false);
    next_column_ = column_at(text, at_);
    return {at_, count_newlines(bytes_of(text), bytes_of(text) + at_)};
  }

  Status dead_end(const Input& input, std::string_view text, uint64_t line) const override {
    if (!is_faulty_) return {};
    return std::unexpected(fault(input, text, line));
  }

  Status end(const Input& input, std::string_view text, uint64_t line) override {
    walk(text, true);
    if (is_faulty_) return std::unexpected(fault(input, text, line));
    if (in_record_) {
      return std::unexpected(error_at(input, text, line, at_,
                                      "the file ends inside of the value that begins here",
                                      "get the file again from where it came from"));
    }
    if (!walker_.has_values() || walker_.has_found() || LEAT_MUTANT("paths_may_lead_to_nothing"))
      return {};
    return std::unexpected(nothing_found(input, *documents_.path, walker_));
  }

  std::shared_ptr<void> handle() const override { return start_; }
  uint64_t count_rows(std::string_view) const override { return rows_; }

  /// The likeliest reason is a sign that is missing in the record, so that is looked for.
  Error too_long(const Input& input, std::string_view text, uint64_t line,
                 const std::string& limit) const override {
    JsonScanner scanner(text, LineFeeds::kAreSpace);
    const char* const begin = text.data() + at_;
    if (scanner.skip_value(begin) == nullptr && scanner.fault_at() != scanner.end()) {
      const auto position = static_cast<size_t>(scanner.fault_at() - text.data());
      return error_at(input, text, line, position,
                      fmt::format("the value is not valid JSON: {}", scanner.fault()), "");
    }
    return error_at(input, text, line, at_,
                    fmt::format("the value that begins here is longer than {}", limit),
                    "raise 'max_record' if it is as long as that, or let 'records' lead into it");
  }

 private:
  void walk(std::string_view text, bool complete) {
    is_faulty_ = false;
    for (;;) {
      if (!in_record_) {
        const JsonWalker::Stop stop = walker_.next(text, at_, complete);
        is_faulty_ = stop == JsonWalker::Stop::kFault;
        if (stop != JsonWalker::Stop::kRecord) return;
        in_record_ = true;
        extent_ = JsonExtent(at_);
      }
      const size_t end = extent_.find_end(text, complete);
      if (end == std::string_view::npos) return;
      at_ = end;
      ++rows_;
      walker_.behind_record();
      in_record_ = false;
    }
  }

  uint64_t column_at(std::string_view text, size_t position) const {
    const size_t newline = text.substr(0, position).rfind('\n');
    return newline == std::string_view::npos ? column_ + position : position - newline;
  }

  Error fault(const Input& input, std::string_view text, uint64_t line) const {
    return error_at(input, text, line, at_ + walker_.fault_offset(),
                    fmt::format("the file is not valid JSON: {}", walker_.fault()), "");
  }

  Error error_at(const Input& input, std::string_view text, uint64_t line, size_t position,
                 std::string message, std::string hint) const {
    Error error(code::kBadJson, ErrorCode::kData, std::move(message), std::move(hint));
    const uint64_t lines = count_newlines(bytes_of(text), bytes_of(text) + position);
    error.data = TextPlace{input.name, line + lines, column_at(text, position)};
    return error;
  }

  const JsonDocuments documents_;
  JsonWalker walker_;                 // at at_
  std::shared_ptr<JsonStart> start_;  // of the text
  size_t at_ = 0;
  uint64_t column_ = 1;  // of the text's first byte
  uint64_t next_column_ = 1;
  uint64_t rows_ = 0;       // before at_
  bool in_record_ = false;  // a record begins at at_, whose end extent_ looks for
  JsonExtent extent_;
  bool is_faulty_ = false;
};

}  // namespace

const JsonStart& json_start(const Split& split) {
  return *static_cast<const JsonStart*>(split.handle.get());
}

std::unique_ptr<Splitter> make_json_splitter(Inputs inputs, JsonDocuments documents,
                                             MemoryAccount& memory, SplitterOptions options) {
  return std::make_unique<RecordSplitter>(
      std::move(inputs), std::make_unique<JsonFinder>(std::move(documents)), memory, options);
}

Error nothing_found(const Input& input, const JsonPath& path, const JsonWalker& walker) {
  return Error(code::kRecordsPath, ErrorCode::kData,
               fmt::format("'records: {}' leads to nothing in '{}': {}",
                           path.text(path.steps.size()), input.name, walker.why_not_found()),
               "write the path to the records, or leave 'records' out if they are the elements of "
               "the list that the file is");
}

}  // namespace leat::io
