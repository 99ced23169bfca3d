// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Prints what is wrong: with a pipeline before it runs, and with a run.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "engine/error.h"
#include "operators/diagnostic.h"
#include "pipelines/text/document.h"

namespace leat::pipelines {

/// All mistakes in the order of their places, each once:
///
///     job.yaml:9:13: error: unknown column 'amuont' [E0301]

///       - filter: amuont > 5
///                 ^~~~~~
///       hint: did you mean 'amount'?
///
/// and a last line that counts them. THREADS: any.
std::string render(const Document& document, const Diagnostics& diagnostics);

/// The same for programs: a list of objects with code, file, line, column, end_line, end_column,
/// message and hint.

nlohmann::json to_json(const Document& document, const Diagnostics& diagnostics);

/// Diagnostics::warnings() likewise, with `warning` in place of `error` and without a last line.
std::string render_warnings(const Document& document, const Diagnostics& diagnostics);
nlohmann::json warnings_json(const Document& document, const Diagnostics& diagnostics);

/// A fault of a run: first where in the data, then where in the pipeline, then what was underneath.
/// `document` may be null.
///
///     orders.csv:10233:17: error: 'abc' is not an int64 [E0401]

///     job.yaml:14:20: in stage 'priced'
///       total: price * qty
///              ^~~~~~~~~~~
std::string render(const Document* document, const Error& error);

/// A warning of a run, as one line.
///
///     job.yaml:9:7: warning: 2 of 90 rows break the expectation 'unique: id', the first at a.csv:3 [E0412]
std::string render_warning(const Document& document, const Error& warning);

nlohmann::json to_json(const Document* document, const Error& error);

/// What stands behind a message: ` [E0301]`.
std::string code_mark(Code number);

/// The name of a class of faults as programs see it: `invalid`, `data`, `io`, `memory`, `plugin`,
/// `cancelled`, `internal`.
std::string_view code_name(ErrorCode code);

}  // namespace leat::pipelines
