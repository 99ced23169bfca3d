// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: a page made of data that others wrote.
//
// Invariants: between the tags written here stand escaped texts only, names and title as well; NULL
// is an empty cell.
#include "operators/html/html_encoder.h"

#include <fmt/format.h>

#include "engine/mutant.h"
#include "operators/text/encode_rows.h"
#include "operators/text/markup_text.h"
#include "operators/text/value_format.h"

namespace leat::io {
namespace {

constexpr std::string_view kNumberCell = "<td style=\"text-align:right\">";

}  // namespace

std::string html_begin(const Schema& schema, HtmlForm form, std::string_view title) {
  std::string out;
  const std::string shown = html_text(title);
  if (form == HtmlForm::kDocument) {
    out = fmt::format(
        "<!DOCTYPE html>\n<html>\n<head>\n<meta charset=\"utf-8\">\n<title>{}</title>\n</head>\n"
        "<body>\n",
        shown);
  }
  out += "<table>\n";
  if (!title.empty()) out += fmt::format("<caption>{}</caption>\n", shown);
  out += "<thead>\n<tr>";
  for (const Field& field : schema.fields())
    out += fmt::format("<th>{}</th>", html_text(field.name));
  return out + "</tr>\n</thead>\n<tbody>\n";
}

std::string_view html_end(HtmlForm form) {
  return form == HtmlForm::kDocument ? "</tbody>\n</table>\n</body>\n</html>\n"
                                     : "</tbody>\n</table>\n";
}

Result<BufferRef> HtmlEncoder::encode(const Batch& batch, std::vector<RowFault>& faults,
                                      std::vector<uint64_t>* ends) {
  const size_t estimate = 64 + batch.rows() * batch.columns().size() * 24;
  return encode_rows(batch, estimate, out_, faults, ends,
                     [&](size_t row) { return put_row(batch, row); });
}

Status HtmlEncoder::put_row(const Batch& batch, size_t row) {
  LEAT_TRY(out_.append("<tr>"));
  for (const ColumnRef& column : batch.columns()) {
    LEAT_TRY(out_.append(column->type().is_numeric() ? kNumberCell : "<td>"));
    if (column->is_valid(row)) LEAT_TRY(put_cell(*column, row));
    LEAT_TRY(out_.append("</td>"));
  }
  return out_.append("</tr>\n");
}

Status HtmlEncoder::put_cell(const Column& column, size_t row) {
  const Type& type = column.type();
  if (is_fixed_text(type)) {  // nothing to escape
    LEAT_TRY(out_.ensure(kScalarTextBytes));
    out_.advance(format_fixed(column, row, out_.cursor()));
    return {};
  }
  if (type.is(TypeId::kUtf8) || type.is(TypeId::kJson)) {
    const std::string_view text = column.view_at(row);
    return out_.append(LEAT_MUTANT("html_is_not_escaped") ? std::string(text) : html_text(text));
  }
  LEAT_TRY(scratch_.start(kScalarTextBytes));
  if (type.is(TypeId::kBinary)) {
    const std::string_view bytes = column.view_at(row);
    LEAT_TRY(scratch_.ensure(2 + 2 * bytes.size()));
    scratch_.advance(format_binary(bytes, scratch_.cursor()));
  } else {
    LEAT_TRY(json_.write(column, row, scratch_));
  }
  return out_.append(html_text(scratch_.text()));
}

}  // namespace leat::io
