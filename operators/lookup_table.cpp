// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The file is read while binding, because the type of the values is a part of the schema, and
// because a key that stands twice is a mistake of the pipeline and not of a row. It is small by
// rule, so it is read with the slow and simple walker, into memory of the plan.
//
// Rejected: the file as a hidden second input of the stage, read during the run. Its columns would
// be unknown to `check`, and what is too large for this is what `join` is for.
#include "operators/lookup_table.h"

#include <utility>

#include <fmt/format.h>

#include "engine/codes/data.h"
#include "engine/codes/option.h"
#include "operators/csv/csv_walker.h"
#include "operators/input/byte_source.h"
#include "operators/input/inputs.h"
#include "operators/text/utf8.h"

namespace leat {

namespace {

/// What CsvWalker may read behind the text.
constexpr size_t kWalkerPadding = 64;

class FileTable {
 public:
  FileTable(const SourceText& path, const BindContext& context) : path_(path), context_(context) {}

  std::optional<LookupTable> read() {
    const auto inputs = io::resolve_inputs({path_}, context_.diagnostics);
    if (!inputs) return std::nullopt;
    if (inputs->size() != 1 || io::reads_stdin(*inputs)) {
      mistake(code::kLookupTable, "the table of 'lookup' is one file",
              "name one file, or use 'join' for several");
      return std::nullopt;
    }
    input_ = inputs->front();
    if (const Status status = load(); !status) {
      mistake(status.error().number, status.error().message, status.error().hint);
      return std::nullopt;
    }
    return entries();
  }

 private:
  void mistake(Code number, std::string message, std::string hint) {
    context_.diagnostics.error(number, path_.span(), std::move(message), std::move(hint));
  }

  Status load() {
    LEAT_TRY_ASSIGN(const auto source, io::open_byte_source(*input_, io::OpenFor::kRead));
    text_.resize(kLookupFileBytesMax + 1);
    LEAT_TRY_ASSIGN(
        const size_t bytes,
        io::read_fully(*source, {reinterpret_cast<uint8_t*>(text_.data()), text_.size()}));
    if (bytes > kLookupFileBytesMax) {
      return fail(code::kLookupTable, ErrorCode::kData,
                  fmt::format("'{}' has more than 16 MiB, too much for 'lookup'", input_->name),
                  "read it with 'read_csv' and use 'join'");
    }
    if (const size_t bad = io::first_invalid_utf8(std::string_view(text_.data(), bytes));
        bad < bytes) {
      return fail(code::kBadEncoding, ErrorCode::kData,
                  fmt::format("'{}' is not valid UTF-8 at byte {}", input_->name, bad + 1),
                  "convert the file to UTF-8");
    }
    text_.resize(bytes + kWalkerPadding);
    bytes_ = bytes;
    return {};
  }

  std::optional<LookupTable> entries() {
    const std::string_view mark = "\xEF\xBB\xBF";
    std::string_view text(text_.data(), bytes_);
    if (text.starts_with(mark)) text.remove_prefix(mark.size());
    LookupTable table;
    size_t line = 1;
    bool header = true;
    for (io::CsvWalker walker(text, dialect_); walker.next();) {
      const size_t begins_at = line;
      for (const char c : text.substr(walker.begin(), walker.next_begin() - walker.begin()))
        line += c == '\n' ? 1 : 0;
      if (!io::is_csv_row(walker, 2)) continue;
      const auto pieces = walker.pieces();
      if (pieces.size() != 2 || walker.unclosed()) {
        mistake(code::kLookupTable,
                fmt::format("{}:{} has {} fields, and a table has a key and a value", input_->name,
                            begins_at, pieces.size()),
                "write a header and then two fields on each line, or use 'join'");
        return std::nullopt;
      }
      if (!std::exchange(header, false)) add(table, pieces, begins_at);
    }
    return table;
  }

  void add(LookupTable& table, const std::vector<io::CsvWalker::Piece>& pieces, size_t line) {
    const io::CsvField value = io::read_csv_field(pieces[1].text, dialect_);
    LookupTable::Entry entry{io::csv_text(io::read_csv_field(pieces[0].text, dialect_), dialect_),
                             io::csv_text(value, dialect_),
                             fmt::format("{}:{}", input_->name, line), path_.span()};
    if (!value.quoted && value.content.empty()) entry.value.reset();
    table.entries.push_back(std::move(entry));
  }

  const SourceText& path_;
  const BindContext& context_;
  const io::CsvDialect dialect_;
  std::shared_ptr<const io::Input> input_;
  std::string text_;
  size_t bytes_ = 0;
};

}  // namespace

std::optional<LookupTable> read_lookup_table(const OptionNode& node, const BindContext& context) {
  if (node.kind == OptionNode::Kind::kScalar) return FileTable(node.scalar, context).read();
  if (node.kind != OptionNode::Kind::kMap) {
    context.diagnostics.error(code::kLookupTable, node.span,
                              "a table is a mapping, or the path of a CSV file",
                              "write { DE: Germany, FR: France }, or the path");
    return std::nullopt;
  }
  LookupTable table;
  for (const OptionEntry& entry : node.entries) {
    const bool scalar = entry.value.kind == OptionNode::Kind::kScalar;
    if (!scalar && entry.value.kind != OptionNode::Kind::kNull) {
      context.diagnostics.error(
          code::kLookupTable, entry.value.span,
          fmt::format("'{}' must be a single value", entry.name.text()),
          "a table has one value for each key; 'join' brings several columns");
      return std::nullopt;
    }
    LookupTable::Entry made{entry.name.text(), std::nullopt, "", entry.name.span()};
    if (scalar) made.value = entry.value.scalar.text();
    table.values_are_text |= scalar && entry.value.scalar.quoted();
    table.entries.push_back(std::move(made));
  }
  return table;
}

}  // namespace leat
