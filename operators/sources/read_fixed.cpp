// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Reads rows from files in which each column stands at fixed places of the line. What is shared
// with other sources of lines is in operators/csv/line_source.h.
#include <algorithm>
#include <charconv>
#include <limits>

#include <fmt/format.h>

#include "engine/codes/data.h"
#include "engine/codes/expression.h"
#include "engine/codes/option.h"
#include "engine/mutant.h"
#include "operators/csv/column_options.h"
#include "operators/csv/csv_options.h"
#include "operators/csv/line_source.h"
#include "operators/csv/ruler_line.h"
#include "operators/input_choice.h"
#include "operators/operator.h"
#include "operators/text/unicode.h"

namespace leat {

namespace {

constexpr std::string_view kFixedRaggedChoices[] = {"error", "pad"};
constexpr size_t kPositionMax = 1'000'000;
constexpr size_t kToTheEnd = std::numeric_limits<size_t>::max();

constexpr OptionDef kReadFixedOptions[] = {
    {.name = "path",
     .type = OptionType::kTextList,
     .doc = "File, pattern (`data/*.txt`, `data/**/*.txt`) or list of these; `a.tar.gz::2025/*` "
            "are members of an archive, tar or zip; `-` and `stdin` read standard input (a file "
            "of that name is `./stdin`). The files of a pattern are read in the order of their "
            "names."},
    {.name = "columns",
     .type = OptionType::kTree,
     .doc =
         "Names of columns and where they stand: `1-8`, `9`, or `10-`, which is all to the end of "
         "the line. Positions count characters from 1 and may not overlap; what no column covers "
         "is left out. A mapping says more: `{ at: 41-48, type: date, format: '%Y%m%d' }`, and "
         "`words`, `strip`, `decimal_separator`, `thousands_separator` as in `read_csv`. Types "
         "that are not given are guessed from a sample. With `ruler`, names of columns to read and "
         "their types, as in `read_csv`; left out: all are read."},
    {.name = "ruler",
     .type = OptionType::kBoolean,
     .doc =
         "Do the files begin with the names of the columns over a line of dashes (or equals "
         "signs), "
         "one run for each column? Then the columns stand where the dashes do, the last one to the "
         "end of the line; lines above the names are left out.",
     .default_text = "false"},
    {.name = "ragged",
     .type = OptionType::kChoice,
     .doc = "What a line is that ends before the last column does: an error, or one whose missing "
            "fields are NULL.",
     .default_text = "error",
     .choices = kFixedRaggedChoices},
    io::kDecimalSeparatorOption,
    io::kThousandsSeparatorOption,
    {.name = "nulls",
     .type = OptionType::kTextList,
     .doc = "Texts that stand for NULL, without the blanks around them. Left out: only blanks do."},
    io::kSkipOption,
    io::kFooterOption,
    {.name = "sample",
     .type = OptionType::kInteger,
     .doc = "How many rows to guess types from.",
     .default_text = "1000",
     .minimum = 1,
     .maximum = 1'000'000},
    io::kEncodingOption,
    io::kRoundOption,
    io::kFileColumnOption,
    {.name = "row_column", .doc = io::kRowColumnDoc},
    io::kInvalidUtf8Option,
    io::kMaxRecordOption,
    io::kChunkOption,
    io::kMaxExpansionOption,
    kExcludeOption,
    kNewerThanOption,
    kIfMissingOption,
    io::kFolderColumnsOption,
    io::kFilesFromOption,
    io::kIncrementalOption,
    io::kFullRefreshOption,
};

/// Characters of a line, from 1, both ends included.
struct Range {
  size_t from = 1;
  size_t to = 1;  ///< kToTheEnd: however long the line is.
};

class FixedShape final : public io::LineShape {
 public:
  FixedShape(std::vector<Range> ranges, bool pads) : ranges_(std::move(ranges)), pads_(pads) {
    for (const Range& range : ranges_)
      width_ = std::max(width_, range.to == kToTheEnd ? range.from : range.to);
  }

  size_t fields() const override { return ranges_.size(); }

  std::optional<io::LineFault> take(std::string_view line,
                                    std::string_view* fields) const override {
    const bool ascii = expr::is_ascii(line) || LEAT_MUTANT("positions_are_bytes");
    const size_t length = ascii ? line.size() : expr::count_characters(line);
    if (length < width_ && !pads_) {
      return io::LineFault{
          code::kBadRecord, line.size(),
          fmt::format("the line has {} characters, the columns need {}", length, width_),
          "if the end of a line may be left out, set ragged: pad"};
    }
    for (size_t i = 0; i < ranges_.size(); ++i) {
      const Range& range = ranges_[i];
      if (range.from > length) {
        fields[i] = {};
        continue;
      }
      const size_t end = std::min(range.to, length);
      const size_t first = ascii ? range.from - 1 : expr::byte_of_character(line, range.from - 1);
      const size_t behind = ascii ? end : expr::byte_of_character(line, end);
      fields[i] = io::trim_blanks(line.substr(first, behind - first));
    }
    return std::nullopt;
  }

 private:
  std::vector<Range> ranges_;
  bool pads_;
  size_t width_ = 0;  // characters that a line must have
};

/// nullopt after reporting.
std::optional<Range> read_range(const SourceText& text, Diagnostics& diagnostics) {
  const std::string_view written = text.text();
  const size_t dash = written.find('-');
  const auto number = [](std::string_view digits) -> std::optional<size_t> {
    size_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    const bool all = error == std::errc() && end == digits.data() + digits.size();
    return all && value <= kPositionMax ? std::optional(value) : std::nullopt;
  };
  const std::optional<size_t> from = number(written.substr(0, dash));
  std::optional<size_t> to = from;
  if (dash != std::string_view::npos)
    to = dash + 1 == written.size() ? kToTheEnd : number(written.substr(dash + 1));
  const std::string hint = "write '1-8', '9' or '10-'; positions count characters from 1";
  if (!from || !to) {
    diagnostics.error(code::kPositions, text.span(),
                      fmt::format("'{}' is no range of positions", written), hint);
  } else if (*from == 0) {
    diagnostics.error(code::kPositions, text.span(), "there is no position 0", hint);
  } else if (*to < *from) {
    diagnostics.error(code::kPositions, text.span(),
                      fmt::format("the range {} runs backwards", written),
                      fmt::format("write '{}-{}'", *to, *from));
  } else {
    return Range{*from, *to};
  }
  return std::nullopt;
}

/// The ranges of `columns`; mistakes are reported, overlaps too.
std::vector<Range> read_ranges(const std::vector<io::DeclaredColumn>& columns,
                               Diagnostics& diagnostics) {
  std::vector<Range> ranges;
  std::vector<const io::DeclaredColumn*> known;  // those of `ranges`
  for (const io::DeclaredColumn& column : columns) {
    const auto range = read_range(column.at, diagnostics);
    if (!range) continue;
    for (size_t i = 0; i < ranges.size(); ++i) {
      if (range->from > ranges[i].to || ranges[i].from > range->to) continue;
      diagnostics.error(code::kPositions, column.at.span(),
                        fmt::format("'{}' at {} overlaps '{}' at {}", column.name.text(),
                                    column.at.text(), known[i]->name.text(), known[i]->at.text()),
                        "positions count from 1, and the last one is a part of the column");
      break;
    }
    ranges.push_back(*range);
    known.push_back(&column);
  }
  return ranges;
}

/// Columns and where they stand.
struct Layout {
  std::vector<io::DeclaredColumn> columns;
  std::vector<Range> ranges;
};

/// What `columns` says, which has positions.
Layout read_layout(const OptionValues& options, const io::FieldFormat& base,
                   Diagnostics& diagnostics) {
  const size_t errors_before = diagnostics.count();
  Layout layout;
  if (!options.has("columns")) {
    diagnostics.error(code::kOptionMissing, options.stage(),
                      "'read_fixed' needs the option 'columns'",
                      "write where they stand, as in { id: 1-8, name: 9-40 }, or set 'ruler: true' "
                      "if a line of dashes shows it");
    return layout;
  }
  layout.columns = io::read_declared_columns(options.find("columns"), io::PlainColumn::kPlace, base,
                                             diagnostics);
  layout.ranges = read_ranges(layout.columns, diagnostics);
  if (layout.columns.empty() && diagnostics.count() == errors_before) {
    diagnostics.error(code::kOptionEmpty, options.span("columns"), "'columns' names no column",
                      "write 'id: 1-8'");
  }
  return layout;
}

/// The ruler that all of `inputs` begin with; nullopt after reporting.
std::optional<io::Ruler> read_ruler(const OptionValues& options, const io::LineSourceBinder& source,
                                    Diagnostics& diagnostics) {
  std::optional<io::Ruler> ruler;
  for (const auto& input : source.inputs()) {
    Result<io::Ruler> found =
        io::find_ruler(*input, source.encoding(), static_cast<uint64_t>(options.integer("skip")));
    if (!found) {
      const Error& error = found.error();
      diagnostics.error(
          error.number, options.span("path"),
          error.data ? fmt::format("{}:{}: {}", error.data->file, error.data->line, error.message)
                     : error.message,
          error.hint);
      return std::nullopt;
    }
    if (ruler && *ruler != *found) {
      diagnostics.error(code::kHeader, options.span("path"),
                        fmt::format("'{}' has another line of dashes than '{}'", input->name,
                                    source.inputs().front()->name),
                        "read files of one form in one stage");
      return std::nullopt;
    }
    ruler = std::move(*found);
  }
  if (!ruler)
    diagnostics.error(code::kNoColumnsKnown, options.span("ruler"),
                      "the line of dashes of a file says which columns there are, and there is no "
                      "file",
                      "give the columns with their positions in 'columns'");
  return ruler;
}

/// The columns of `ruler` that are wanted, with what `columns` says of them.
Layout layout_of(const io::Ruler& ruler, const OptionValues& options, const io::FieldFormat& base,
                 Diagnostics& diagnostics) {
  std::vector<io::DeclaredColumn> declared =
      io::read_declared_columns(options.find("columns"), io::PlainColumn::kType, base, diagnostics);
  std::vector<std::string> names;
  for (const auto& column : ruler.columns) names.push_back(column.name);
  for (const io::DeclaredColumn& column : declared) {
    if (std::find(names.begin(), names.end(), column.name.text()) != names.end()) continue;
    diagnostics.error(
        code::kUnknownColumn, column.name.span(),
        fmt::format("there is no column '{}' over the line of dashes", column.name.text()),
        did_you_mean(column.name.text(), names));
  }
  Layout layout;
  for (size_t i = 0; i < names.size(); ++i) {
    if (std::find(names.begin(), names.begin() + static_cast<long>(i), names[i]) !=
        names.begin() + static_cast<long>(i)) {
      diagnostics.error(
          code::kColumnTwice, options.span("path"),
          fmt::format("two columns over the line of dashes are called '{}'", names[i]),
          "give the columns with their positions in 'columns'");
    }
    const auto known = std::find_if(declared.begin(), declared.end(), [&](const auto& column) {
      return column.name.text() == names[i];
    });
    if (known == declared.end() && options.has("columns")) continue;
    layout.columns.push_back(
        known != declared.end()
            ? std::move(*known)
            : io::DeclaredColumn{
                  SourceText(names[i], options.span("path"), {}), kUtf8Type, base, {}, false});
    const bool last = i + 1 == names.size();
    layout.ranges.push_back({ruler.columns[i].from, last ? kToTheEnd : ruler.columns[i].to});
  }
  return layout;
}

std::optional<BoundOperator> bind_read_fixed(const OptionValues& options,
                                             const BindContext& context) {
  Diagnostics& diagnostics = context.diagnostics;
  const size_t errors_before = diagnostics.count();
  io::LineFormat format;
  format.reading.dialect = {.delimiter = 0, .quote = 0};
  format.reading.format = io::read_field_format(options, diagnostics);
  format.reading.preamble.skip_lines = static_cast<uint64_t>(options.integer("skip"));
  format.reading.preamble.footer_lines = static_cast<size_t>(options.integer("footer"));
  std::vector<std::string> nulls{""};
  for (const SourceText& word : options.list("nulls")) nulls.push_back(word.text());
  format.reading.nulls = io::NullWords(std::move(nulls));
  const bool has_ruler = options.flag("ruler");
  Layout layout;
  if (!has_ruler) layout = read_layout(options, format.reading.format, diagnostics);
  io::LineSourceBinder source(options, context);
  if (diagnostics.count() > errors_before) return std::nullopt;
  if (has_ruler) {
    const auto ruler = read_ruler(options, source, diagnostics);
    if (!ruler) return std::nullopt;
    layout = layout_of(*ruler, options, format.reading.format, diagnostics);
    if (diagnostics.count() > errors_before) return std::nullopt;
    format.reading.preamble.skip_lines = ruler->lines;
  }
  const std::vector<io::DeclaredColumn>& declared = layout.columns;
  format.shape =
      std::make_shared<const FixedShape>(std::move(layout.ranges), options.text("ragged") == "pad");
  format.reading.encoding = source.encoding();
  std::vector<io::TypeSniffer> sniffers;
  io::sample_lines(source.inputs(), format, static_cast<size_t>(options.integer("sample")),
                   sniffers);
  const bool rounds = options.has("round");
  for (size_t i = 0; i < declared.size(); ++i) {
    Field field{declared[i].name.text(), declared[i].type};
    if (!declared[i].has_type) field = {field.name, sniffers[i].type(rounds), true};
    format.columns.push_back({std::move(field), i, true, declared[i].format});
  }
  return source.bind(std::move(format));
}

}  // namespace

extern const OperatorDef operator_read_fixed{
    .name = "read_fixed",
    .kind = OperatorKind::kSource,
    .summary = "Reads rows from files with columns of fixed widths.",
    .doc =
        R"(Each line with text is a row, whose columns stand at fixed positions. Positions count characters, not bytes.
The blanks around a field are padding and no part of it; a field of blanks is NULL. Line ends, encodings and compressed
files are as in `read_lines`.

Types that are not given are guessed from the first rows, as cautiously as in `read_csv`: `00123` stays text. A line
that is too short, a value that does not fit its column's type and invalid UTF-8 are errors of that row, which
`on_error` deals with.)",
    .example = R"(- read_fixed:
    path: accounts.txt
    columns:
      id: 1-8
      name: 9-40
      day: { at: 41-48, type: date, format: '%Y%m%d' }
      note: 49-
- read_fixed: { path: report.txt, ruler: true, footer: 1 })",
    .main_option = "path",
    .options = kReadFixedOptions,
    .bind = bind_read_fixed,
};

}  // namespace leat
