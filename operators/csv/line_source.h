// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Sources whose records are lines with fields in them. Where the fields of a line stand, a
// LineShape knows; columns, types, faults and files are as in CSV.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "operators/csv/csv_sample.h"
#include "operators/csv/row_decoder.h"
#include "operators/input/source_options.h"
#include "operators/operator.h"

namespace leat::io {

/// What makes a line no row.
struct LineFault {
  Code number;
  size_t position;  ///< In the line.
  std::string message;
  std::string hint = {};
};

/// THREADS: immutable, any.
class LineShape {
 public:
  virtual ~LineShape() = default;
  /// How many fields a line has.
  virtual size_t fields() const = 0;
  /// Views of `line` that are its fields: fields() of them; one without data is absent. Returns
  /// what is wrong with the line, if that is something: then `fields` means nothing.
  virtual std::optional<LineFault> take(std::string_view line, std::string_view* fields) const = 0;
};

/// What a source of lines reads. Its columns' positions are numbers of fields.
struct LineFormat {
  std::shared_ptr<const LineShape> shape;
  CsvReading reading;  ///< The encoding, lines to skip, what is NULL; quotes are those of fields.
  std::vector<CsvColumn> columns;
};

/// Shows the fields of the first `rows` lines of `inputs` to `columns`, one sniffer a field.
/// SUSPENDS. What cannot be read is not reported: reading it again will tell.
void sample_lines(const Inputs& inputs, const LineFormat& format, size_t rows,
                  std::vector<TypeSniffer>& columns);

/// What all sources of lines have: the options of source_options.h and record_splitter.h. THREADS:
/// one.
class LineSourceBinder {
 public:
  /// Reads the options, and chooses the files. Reports mistakes.
  LineSourceBinder(const OptionValues& options, const BindContext& context);
  /// Could all of that be read?
  bool ok() const { return splitting_ && extras_ && inputs_; }
  /// REQUIRES: ok().
  const Inputs& inputs() const { return *inputs_; }
  const TextEncoding& encoding() const { return splitting_->encoding; }
  /// The source. nullopt after reporting.
  std::optional<BoundOperator> bind(LineFormat format);

 private:
  const OptionValues& options_;
  const BindContext& context_;
  std::optional<SplitterOptions> splitting_;
  std::optional<SourceExtras> extras_;
  std::optional<Inputs> inputs_;
};

}  // namespace leat::io
