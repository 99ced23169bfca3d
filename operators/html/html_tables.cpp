// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: a table in a page is laid out for eyes: cells that span rows and columns, heads of
// several rows, tables in cells, blanks that mean nothing.
//
// Invariants
// 1. A cell that spans several places has its text in each of them, so a row says all about itself.
// 2. The name of a column is what stands above it in the rows of the head, from top to bottom, what
//    is repeated said once.
// 3. The text of a cell is what is shown of it, with single blanks; of tables and scripts in it
//    nothing.
// 4. The page is parsed piece by piece; of its tables only the one that is read is held, charged,
//    and with a limit to its places.
#include "operators/html/html_tables.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "engine/codes/data.h"
#include "engine/codes/machine.h"
#include "engine/mutant.h"
#include "operators/csv/csv_union.h"
#include "operators/html/html_library.h"

namespace leat::io {
namespace {

constexpr size_t kPieceBytes = size_t{64} << 10;
constexpr size_t kColumnsMax = 10'000;
constexpr size_t kRowSpanMax = 65'534;  // by the standard
constexpr size_t kCellBytes = 64;       // about what a cell takes besides its text
constexpr size_t kNamesShown = 5;

struct HtmlRow {
  std::vector<std::string> cells;
  uint64_t line = 0;
  bool is_head = false;  // it lies in <thead>, or all of its cells are <th>
};

/// A table whose end has not come.
struct OpenTable {
  uint64_t number = 0;
  std::string id;
  std::string caption;
  std::vector<HtmlRow> rows;
  bool is_wanted = false;  // it is the one, or may turn out to be
  bool in_head = false;
  bool in_caption = false;
  bool in_row = false;
  bool in_cell = false;
  // The row under way:
  std::string text;  // of its last cell
  size_t colspan = 1;
  size_t rowspan = 1;
  bool is_th = false;
  bool has_td = false;
  size_t column = 0;
  std::map<size_t, std::pair<size_t, std::string>> spans;  // rows left, by column
};

bool is_blank(std::string_view text, size_t at, size_t& length) {
  const char c = text[at];
  length = 1;
  if (c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f') return true;
  length = 2;
  return text.substr(at).starts_with("\xC2\xA0");
}

/// Appends `text` with single blanks.
void append_shown(std::string& out, std::string_view text) {
  for (size_t at = 0; at < text.size();) {
    size_t length = 1;
    if (!is_blank(text, at, length)) {
      out += text[at++];
      continue;
    }
    if (!out.empty() && out.back() != ' ') out += ' ';
    at += length;
  }
}

size_t span_of(std::string_view text, size_t most) {
  size_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || value == 0) return 1;
  return std::min(value, most);
}

class HtmlReader final : public TreeReader {
 public:
  HtmlReader(const HtmlLibrary& library, std::shared_ptr<const Input> input,
             const HtmlTableChoice& choice, const TreeOpening& opening,
             std::unique_ptr<ByteSource> source)
      : library_(library),
        input_(std::move(input)),
        choice_(choice),
        memory_(opening.memory),
        source_(std::move(source)) {
    htmlSAXHandler handler{};
    handler.startElement = [](void* self, const xmlChar* name, const xmlChar** attributes) {
      static_cast<HtmlReader*>(self)->start(text_of(name), attributes);
    };
    handler.endElement = [](void* self, const xmlChar* name) {
      static_cast<HtmlReader*>(self)->end(text_of(name));
    };
    handler.characters = [](void* self, const xmlChar* text, int length) {
      static_cast<HtmlReader*>(self)->characters(
          {reinterpret_cast<const char*>(text), static_cast<size_t>(length)});
    };
    handler.ignorableWhitespace = handler.characters;
    parser_ = library_.create(
        &handler, this, nullptr, 0, nullptr,
        opening.encoding != nullptr ? XML_CHAR_ENCODING_UTF8 : XML_CHAR_ENCODING_NONE);
    library_.use_options(
        parser_, HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING | HTML_PARSE_NONET);
  }
  ~HtmlReader() override { library_.free(parser_); }
  HtmlReader(const HtmlReader&) = delete;
  HtmlReader& operator=(const HtmlReader&) = delete;

  Result<std::optional<TextTree>> next() override {
    if (!is_read_) LEAT_TRY(read_page());
    while (next_row_ < rows_.size()) {
      HtmlRow& row = rows_[next_row_++];
      std::vector<TextTree::Member> members;
      bool has_text = false;
      for (size_t i = 0; i < row.cells.size(); ++i) {
        const std::string name = i < names_.size() ? names_[i] : fmt::format("column{}", i + 1);
        has_text = has_text || !row.cells[i].empty();
        if (row.cells[i].empty() && i >= names_.size()) continue;
        members.emplace_back(
            name, row.cells[i].empty() ? TextTree() : TextTree::of(std::move(row.cells[i])));
      }
      if (!has_text) continue;
      TextTree record = TextTree::of_members(std::move(members));
      record.line = row.line;
      return record;
    }
    return std::nullopt;
  }

 private:
  static std::string_view text_of(const xmlChar* text) {
    return text == nullptr ? std::string_view() : reinterpret_cast<const char*>(text);
  }

  Status read_page() {
    is_read_ = true;
    std::string piece(kPieceBytes, '\0');
    for (bool ended = false; !ended && !fault_ && !is_found_;) {
      LEAT_TRY_ASSIGN(const size_t got,
                      source_->read({reinterpret_cast<uint8_t*>(piece.data()), piece.size()}));
      ended = got == 0;
      library_.parse(parser_, piece.data(), static_cast<int>(got), ended ? 1 : 0);
    }
    while (!fault_ && !is_found_ && !open_.empty()) close_table();
    if (fault_) return std::unexpected(*fault_);
    if (!is_found_) return std::unexpected(not_found());
    take_header();
    return {};
  }

  Error not_found() const {
    std::string message =
        choice_.number == 0
            ? fmt::format("the page has no table with the id or caption '{}'", choice_.name)
            : fmt::format("the page has no table {}", choice_.number);
    std::string hint = tables_ == 0 ? "it has none at all" : fmt::format("it has {}", tables_);
    if (!labels_.empty()) hint += fmt::format(", among them '{}'", fmt::join(labels_, "', '"));
    Error error(code::kNotThisFormat, ErrorCode::kData, std::move(message), std::move(hint));
    error.data = TextPlace{input_->name, 0, 0};
    return error;
  }

  void take_header() {
    if (!choice_.header || rows_.empty()) return;
    size_t heads = 0;
    while (heads < rows_.size() && rows_[heads].is_head) ++heads;
    heads = std::max<size_t>(heads, 1);
    next_row_ = heads;
    for (size_t row = 0; row < heads; ++row) {
      const std::vector<std::string>& cells = rows_[row].cells;
      if (names_.size() < cells.size()) names_.resize(cells.size());
      for (size_t i = 0; i < cells.size(); ++i) {
        const bool is_repeated =
            row > 0 && i < rows_[row - 1].cells.size() && rows_[row - 1].cells[i] == cells[i];
        if (cells[i].empty() || is_repeated) continue;
        names_[i] += (names_[i].empty() ? "" : " ") + cells[i];
      }
    }
    for (size_t i = 0; i < names_.size(); ++i) {
      if (names_[i].empty()) names_[i] = fmt::format("column{}", i + 1);
    }
    names_ = number_names(names_);
  }

  // ------------------------------------------------------------------------------- what the parser says

  void start(std::string_view name, const xmlChar** attributes) {
    if (is_found_ || fault_) return;
    if (name == "script" || name == "style") ++hidden_;
    if (name == "table") return open_table(attributes);
    if (open_.empty()) return;
    OpenTable& table = open_.back();
    if (name == "caption") {
      table.in_caption = true;
    } else if (name == "thead") {
      close_row(table);
      table.in_head = true;
    } else if (name == "tr") {
      close_row(table);
      open_row(table);
    } else if (name == "td" || name == "th") {
      close_cell(table);
      if (!table.in_row) open_row(table);
      open_cell(table, name == "th", attributes);
    } else if (name == "br" || name == "p" || name == "li" || name == "div") {
      characters(" ");
    }
  }

  void end(std::string_view name) {
    if (is_found_ || fault_) return;
    if ((name == "script" || name == "style") && hidden_ > 0) --hidden_;
    if (open_.empty()) return;
    OpenTable& table = open_.back();
    if (name == "table") {
      close_table();
    } else if (name == "caption") {
      table.in_caption = false;
    } else if (name == "thead") {
      close_row(table);
      table.in_head = false;
    } else if (name == "tr") {
      close_row(table);
    } else if (name == "td" || name == "th") {
      close_cell(table);
    }
  }

  void characters(std::string_view text) {
    if (open_.empty() || hidden_ > 0) return;
    OpenTable& table = open_.back();
    if (table.in_caption) append_shown(table.caption, text);
    if (!table.in_cell || !table.is_wanted) return;
    count(text.size());
    append_shown(table.text, text);
  }

  static std::string_view attribute_of(const xmlChar** attributes, std::string_view name) {
    for (; attributes != nullptr && *attributes != nullptr; attributes += 2) {
      if (text_of(attributes[0]) == name) return text_of(attributes[1]);
    }
    return {};
  }

  void open_table(const xmlChar** attributes) {
    OpenTable& table = open_.emplace_back();
    table.number = ++tables_;
    table.id = attribute_of(attributes, "id");
    table.is_wanted = choice_.number == 0 || choice_.number == table.number;
  }

  void open_row(OpenTable& table) {
    table.in_row = true;
    table.has_td = false;
    table.column = 0;
    if (!table.is_wanted) return;
    HtmlRow& row = table.rows.emplace_back();
    row.line = static_cast<uint64_t>(parser_->input == nullptr ? 0 : parser_->input->line);
    row.is_head = table.in_head;
  }

  void open_cell(OpenTable& table, bool is_th, const xmlChar** attributes) {
    table.in_cell = true;
    table.is_th = is_th;
    table.text.clear();
    table.colspan = span_of(attribute_of(attributes, "colspan"), 1000);
    table.rowspan = span_of(attribute_of(attributes, "rowspan"), kRowSpanMax);
  }

  /// Puts what spans into this row from above, up to the place of the next cell.
  void fill_spans(OpenTable& table, HtmlRow& row) {
    for (auto span = table.spans.find(table.column); span != table.spans.end();
         span = table.spans.find(table.column)) {
      put(table, row, span->second.second);
      if (--span->second.first == 0) table.spans.erase(span);
    }
  }

  void put(OpenTable& table, HtmlRow& row, const std::string& text) {
    count(kCellBytes + text.size());
    if (fault_) return;
    row.cells.resize(std::max(row.cells.size(), table.column + 1));
    row.cells[table.column] = text;
    if (++table.column > kColumnsMax) {
      fault_.emplace(code::kTooManyRows, ErrorCode::kData,
                     fmt::format("the table has more than {} columns", kColumnsMax));
      fault_->data = TextPlace{input_->name, row.line, 0};
    }
  }

  void close_cell(OpenTable& table) {
    if (!table.in_cell) return;
    table.in_cell = false;
    table.has_td = table.has_td || !table.is_th;
    if (!table.is_wanted) return;
    if (table.text.ends_with(' ')) table.text.pop_back();
    HtmlRow& row = table.rows.back();
    fill_spans(table, row);
    const size_t copies = LEAT_MUTANT("spans_are_single") ? 1 : table.colspan;
    for (size_t i = 0; i < copies && !fault_; ++i) {
      if (table.rowspan > 1) table.spans[table.column] = {table.rowspan - 1, table.text};
      put(table, row, table.text);
    }
  }

  void close_row(OpenTable& table) {
    close_cell(table);
    if (!table.in_row) return;
    table.in_row = false;
    if (!table.is_wanted) return;
    HtmlRow& row = table.rows.back();
    while (!table.spans.empty() && table.spans.lower_bound(table.column) != table.spans.end() &&
           !fault_) {
      table.column = table.spans.lower_bound(table.column)->first;
      fill_spans(table, row);
    }
    row.is_head = row.is_head || (!table.has_td && !row.cells.empty());
    if (row.cells.empty()) table.rows.pop_back();
  }

  void close_table() {
    OpenTable& table = open_.back();
    close_row(table);
    if (table.caption.ends_with(' ')) table.caption.pop_back();
    for (const std::string& label : {table.id, table.caption}) {
      if (!label.empty() && labels_.size() < kNamesShown) labels_.push_back(label);
    }
    is_found_ = choice_.number == 0 ? table.id == choice_.name || table.caption == choice_.name
                                    : table.is_wanted;
    if (is_found_) rows_ = std::move(table.rows);
    open_.pop_back();
  }

  void count(size_t bytes) {
    if (fault_) return;
    if (Status charged = memory_.add(bytes); !charged) fault_ = std::move(charged).error();
  }

  const HtmlLibrary& library_;
  const std::shared_ptr<const Input> input_;
  const HtmlTableChoice& choice_;
  RecordMemory memory_;  // of all rows
  const std::unique_ptr<ByteSource> source_;
  htmlParserCtxtPtr parser_ = nullptr;
  std::vector<OpenTable> open_;  // the innermost last
  uint64_t tables_ = 0;
  size_t hidden_ = 0;                // elements around that are not shown
  std::vector<std::string> labels_;  // of tables, for messages
  bool is_read_ = false;
  bool is_found_ = false;
  std::optional<Error> fault_;
  std::vector<HtmlRow> rows_;  // of the table that was found
  std::vector<std::string> names_;
  size_t next_row_ = 0;
};

class HtmlFormat final : public TreeFormat {
 public:
  explicit HtmlFormat(HtmlTableChoice choice) : choice_(std::move(choice)) {}

  Result<std::unique_ptr<TreeReader>> open(std::shared_ptr<const Input> input,
                                           const TreeOpening& opening) const override {
    LEAT_TRY_ASSIGN(const HtmlLibrary* const library, load_html_library());
    LEAT_TRY_ASSIGN(auto source,
                    open_byte_source(*input, opening.purpose, opening.memory, opening.encoding));
    return std::make_unique<HtmlReader>(*library, std::move(input), choice_, opening,
                                        std::move(source));
  }

 private:
  const HtmlTableChoice choice_;
};

}  // namespace

std::shared_ptr<const TreeFormat> make_html_format(HtmlTableChoice choice) {
  return std::make_shared<HtmlFormat>(std::move(choice));
}

}  // namespace leat::io
