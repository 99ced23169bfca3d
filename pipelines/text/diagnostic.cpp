// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Places, source lines, carets and hints as text and as JSON.
//
// Invariants:
//  1. The first character under the caret line's `^` is the first byte of the range: the caret
//     line repeats the tabs of the source line and is as many cells wide as the text before the
//     range, whatever its script.
//  2. Every diagnostic is printed; only exact repetitions (same range, same message) are dropped.
//  3. No control character reaches the terminal, whatever the pipeline contains.
//  4. The output depends on the document and the diagnostics only: no colours, no terminal width.
//
// Rejected: line numbers in a margin (the first line has them, and the source line can be copied as
// it is), and showing all lines of a long range (its first line says where to look).
#include "pipelines/text/diagnostic.h"

#include <algorithm>
#include <numeric>
#include <string_view>
#include <tuple>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <utf8proc.h>

#include "engine/mutant.h"
#include "operators/data/cell_place.h"
#include "operators/text/terminal_text.h"

namespace leat::pipelines {
namespace {

/// More of a line than this is not shown; the part around the caret is.
constexpr size_t kLineBytesMax = 160;
constexpr std::string_view kMore = "...";

/// A message as printed: whole, unless it quotes something enormous.
std::string shown(std::string_view message) {
  constexpr size_t kMessageBytesMax = 500;
  std::string out = io::terminal_text(message);
  std::replace(out.begin(), out.end(), '\n', ' ');  // one line
  if (out.size() <= kMessageBytesMax) return out;
  size_t end = kMessageBytesMax;
  while ((static_cast<unsigned char>(out[end]) & 0xC0) == 0x80) --end;
  return out.substr(0, end) + std::string(kMore);
}

/// One character at `at`: its bytes and its cells on a terminal.
struct Glyph {
  size_t bytes;
  size_t cells;
};

Glyph glyph_at(std::string_view text, size_t at) {
  utf8proc_int32_t code_point = 0;
  const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data()) + at;
  const auto length =
      utf8proc_iterate(bytes, static_cast<utf8proc_ssize_t>(text.size() - at), &code_point);
  if (length < 1) return {1, 1};
  const int cells = utf8proc_charwidth(code_point);
  return {static_cast<size_t>(length),
          io::acts_on_terminal(code_point) ? 1 : static_cast<size_t>(std::max(cells, 0))};
}

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

/// The part of a line that is shown, with the range [begin, end) of bytes to underline in it.
struct Excerpt {
  std::string_view text;
  size_t begin;
  size_t end;
  bool cut_before = false;
  bool cut_after = false;
};

Excerpt excerpt(std::string_view line, size_t begin, size_t end) {
  Excerpt shown{line, begin, end};
  if (line.size() <= kLineBytesMax) return shown;
  size_t first = begin > kLineBytesMax / 2 ? begin - kLineBytesMax / 2 : 0;
  while (first > 0 && is_continuation(line[first])) --first;
  size_t last = std::min(line.size(), first + kLineBytesMax);
  while (last < line.size() && is_continuation(line[last])) ++last;
  shown.text = line.substr(first, last - first);
  shown.begin = begin - first;
  shown.end = std::min(end, last) - first;
  shown.cut_before = first > 0;
  shown.cut_after = last < line.size();
  return shown;
}

/// The source line and the caret line.
std::string source_lines(const Document& document, Span where) {
  const TextPlace place = document.place(where.begin);
  const std::string_view line = document.line(document.line_number(where.begin));
  if (line.empty()) return {};
  const size_t begin = std::min<size_t>(place.column - 1, line.size());
  size_t end =
      std::min<size_t>(begin + (std::max(where.end, where.begin) - where.begin), line.size());
  while (end > begin && (line[end - 1] == ' ' || line[end - 1] == '\t')) --end;
  const Excerpt shown = excerpt(line, begin, end);

  std::string carets(shown.cut_before ? kMore.size() : 0, ' ');
  for (size_t at = 0; at < shown.begin;) {
    const Glyph glyph = glyph_at(shown.text, at);
    carets += shown.text[at] == '\t' ? std::string("\t") : std::string(glyph.cells, ' ');
    at += glyph.bytes;
  }
  size_t cells = 0;
  for (size_t at = shown.begin; at < shown.end;) {
    const Glyph glyph = glyph_at(shown.text, at);
    cells += glyph.cells;
    at += glyph.bytes;
  }
  carets += '^' + std::string(cells > 1 ? cells - 1 : 0, '~');
  const std::string_view bom = "\xEF\xBB\xBF";
  std::string text = io::terminal_text(shown.text);
  if (place.line == 1 && text.starts_with(bom)) text.erase(0, bom.size());
  return fmt::format("{}{}{}\n{}\n", shown.cut_before ? kMore : "", text,
                     shown.cut_after ? kMore : "", carets);
}

std::string hint_lines(std::string_view hint) {
  if (hint.empty()) return {};
  std::string out = "  hint: ";
  for (const char c : io::terminal_text(hint)) {
    out.push_back(c);
    if (c == '\n') out += "    ";
  }
  return out + '\n';
}

std::string shown_place(const TextPlace& place) {
  std::string out = io::terminal_text(place_text(place));
  std::replace(out.begin(), out.end(), '\n', '?');  // one line
  return out;
}

/// By place, and at one place in the order of reporting; without repetitions.
std::vector<Diagnostic> sorted(const std::vector<Diagnostic>& errors) {
  std::vector<size_t> order(errors.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    return std::tie(errors[a].where.begin, errors[a].where.end, a) <
           std::tie(errors[b].where.begin, errors[b].where.end, b);
  });
  std::vector<Diagnostic> all;
  for (const size_t i : order) {
    bool repeated = false;
    for (size_t k = all.size(); k > 0 && all[k - 1].where == errors[i].where; --k) {
      repeated = repeated || all[k - 1].message == errors[i].message;
    }
    if (!repeated) all.push_back(errors[i]);
  }
  if (LEAT_MUTANT("only_first_error") && all.size() > 1) all.resize(1);
  return all;
}

std::string render_one(const Document& document, std::string_view kind,
                       const Diagnostic& diagnostic) {
  if (!document.is_written()) {
    return fmt::format("{}: {}{}\n", kind, shown(diagnostic.message),
                       code_mark(diagnostic.number)) +
           hint_lines(diagnostic.hint);
  }
  return fmt::format("{}: {}: {}{}\n", shown_place(document.place(diagnostic.where.begin)), kind,
                     shown(diagnostic.message), code_mark(diagnostic.number)) +
         source_lines(document, diagnostic.where) + hint_lines(diagnostic.hint);
}

nlohmann::json list_json(const Document& document, const std::vector<Diagnostic>& found) {
  nlohmann::json list = nlohmann::json::array();
  for (const Diagnostic& diagnostic : sorted(found)) {
    if (!document.is_written()) {
      list.push_back(
          {{"code", leat::to_string(diagnostic.number)}, {"message", diagnostic.message}});
      if (!diagnostic.hint.empty()) list.back()["hint"] = diagnostic.hint;
      continue;
    }
    const TextPlace begin = document.place(diagnostic.where.begin);
    const TextPlace end = document.place(std::max(diagnostic.where.begin, diagnostic.where.end));
    nlohmann::json entry{{"code", leat::to_string(diagnostic.number)},
                         {"file", begin.file},
                         {"line", begin.line},
                         {"column", begin.column},
                         {"end_line", end.line},
                         {"end_column", end.column},
                         {"message", diagnostic.message}};
    if (!diagnostic.hint.empty()) entry["hint"] = diagnostic.hint;
    list.push_back(std::move(entry));
  }
  return list;
}

}  // namespace

std::string code_mark(Code number) { return fmt::format(" [{}]", leat::to_string(number)); }

std::string render(const Document& document, const Diagnostics& diagnostics) {
  const std::vector<Diagnostic> all = sorted(diagnostics.errors());
  std::string out;
  for (const Diagnostic& diagnostic : all) out += render_one(document, "error", diagnostic);
  if (!all.empty() && document.is_written())
    out += fmt::format("{} error{}\n", all.size(), all.size() == 1 ? "" : "s");
  return out;
}

std::string render_warnings(const Document& document, const Diagnostics& diagnostics) {
  std::string out;
  for (const Diagnostic& diagnostic : sorted(diagnostics.warnings()))
    out += render_one(document, "warning", diagnostic);
  return out;
}

nlohmann::json to_json(const Document& document, const Diagnostics& diagnostics) {
  return list_json(document, diagnostics.errors());
}

nlohmann::json warnings_json(const Document& document, const Diagnostics& diagnostics) {
  return list_json(document, diagnostics.warnings());
}

std::string_view code_name(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalid: return "invalid";
    case ErrorCode::kData: return "data";
    case ErrorCode::kIo: return "io";
    case ErrorCode::kMemory: return "memory";
    case ErrorCode::kPlugin: return "plugin";
    case ErrorCode::kCancelled: return "cancelled";
    case ErrorCode::kInternal: return "internal";
  }
  return "internal";
}

std::string render(const Document* document, const Error& error) {
  std::string out;
  const bool is_written = document != nullptr && document->is_written();
  const bool in_pipeline = error.pipeline.has_value() && is_written;
  const std::string stage = error.stage.empty() || (document != nullptr && !is_written)
                                ? ""
                                : fmt::format("in stage '{}'", io::terminal_text(error.stage));
  if (error.data) {
    out += fmt::format("{}: error: {}{}\n", shown_place(*error.data), shown(error.message),
                       code_mark(error.number));
    if (in_pipeline) {
      out += fmt::format("{}: {}\n", shown_place(document->place(error.pipeline->begin)),
                         stage.empty() ? "from here" : stage);
    } else if (!stage.empty()) {
      out += fmt::format("  {}\n", stage);
    }
  } else {
    const std::string place =
        in_pipeline ? shown_place(document->place(error.pipeline->begin)) + ": " : "";
    // Not twice: some messages speak of the stage.
    const bool told = error.message.contains(fmt::format("stage '{}'", error.stage));
    out += fmt::format("{}error: {}{}{}\n", place, shown(error.message),
                       stage.empty() || told ? "" : fmt::format(" ({})", stage),
                       code_mark(error.number));
  }
  if (in_pipeline) out += source_lines(*document, *error.pipeline);
  out += hint_lines(error.hint);
  for (const Error* cause = error.cause.get(); cause != nullptr; cause = cause->cause.get()) {
    const std::string place = cause->data ? shown_place(*cause->data) + ": " : "";
    out += fmt::format("  because: {}{}\n", place, shown(cause->message));
  }
  return out;
}

std::string render_warning(const Document& document, const Error& warning) {
  const std::string place =
      warning.pipeline ? shown_place(document.place(warning.pipeline->begin)) + ": " : "";
  return fmt::format("{}warning: {}{}{}\n", place, shown(warning.message),
                     warning.data ? ", the first at " + shown_place(*warning.data) : "",
                     code_mark(warning.number));
}

nlohmann::json to_json(const Document* document, const Error& error) {
  nlohmann::json entry{{"code", leat::to_string(error.number)},
                       {"class", code_name(error.code)},
                       {"message", error.message}};
  if (!error.hint.empty()) entry["hint"] = error.hint;
  if (!error.stage.empty()) entry["stage"] = error.stage;
  const auto place = [](const TextPlace& at) {
    nlohmann::json out{{"file", file_of(at)}};
    if (at.line != 0) out["line"] = at.line;
    if (at.column != 0) out["column"] = at.column;
    return out;
  };
  if (error.data) entry["data"] = place(*error.data);
  if (error.pipeline && document != nullptr && document->is_written())
    entry["pipeline"] = place(document->place(error.pipeline->begin));
  if (error.cause) entry["cause"] = to_json(document, *error.cause);
  return entry;
}

}  // namespace leat::pipelines
