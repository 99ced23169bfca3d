// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Reads rows from logs in formats that are known by name. What lines of them look like is in
// operators/csv/log_formats.cpp.
#include <fmt/format.h>

#include "engine/codes/option.h"
#include "operators/csv/column_options.h"
#include "operators/csv/csv_options.h"
#include "operators/csv/line_source.h"
#include "operators/csv/log_formats.h"
#include "operators/input_choice.h"
#include "operators/json/journal_source.h"
#include "operators/operator.h"

namespace leat {

namespace {

constexpr std::string_view kFormats[] = {
    "common",       "combined", "vhost", "syslog", "syslog5424", "logfmt",  "nginx_error",
    "apache_error", "haproxy",  "elb",   "alb",    "cloudfront", "journald"};

constexpr OptionDef kReadLogOptions[] = {
    {.name = "path",
     .type = OptionType::kTextList,
     .doc = "File, pattern (`logs/*.log`, `logs/**/*.log.gz`) or list of these; "
            "`a.tar.gz::2025/*` are members of an archive, tar or zip; `-` and `stdin` read "
            "standard input (a file of that name is `./stdin`). The files of a pattern are read "
            "in the order of their names."},
    {.name = "format",
     .type = OptionType::kChoice,
     .doc =
         "What wrote the log: `common` and `combined` are those of Apache and nginx, `vhost` has "
         "the host (and port) before them; `syslog` is RFC 3164, `syslog5424` RFC 5424; `logfmt` "
         "has `key=value` pairs, of which `columns` says which to read; `haproxy` is the log of "
         "HTTP; `elb`, `alb` and `cloudfront` are those of AWS; `journald` is what `journalctl -o "
         "json` writes.",
     .required = true,
     .choices = kFormats},
    {.name = "columns",
     .type = OptionType::kTree,
     .doc = "Names and types of the keys to read, as in `read_csv`; of `logfmt` only."},
    io::kSkipOption,
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

/// Adds what lines of `logfmt` are; reports mistakes.
void read_logfmt(const OptionValues& options, io::LineFormat& format, Diagnostics& diagnostics) {
  const size_t errors_before = diagnostics.count();
  std::vector<std::string> keys;
  for (io::DeclaredColumn& column : io::read_declared_columns(
           options.find("columns"), io::PlainColumn::kType, format.reading.format, diagnostics)) {
    keys.push_back(column.name.text());
    format.columns.push_back(
        {{keys.back(), column.type}, format.columns.size(), true, std::move(column.format)});
  }
  if (keys.empty() && diagnostics.count() == errors_before) {
    diagnostics.error(code::kOptionMissing,
                      options.span(options.has("columns") ? "columns" : "format"),
                      "lines of 'logfmt' have any keys, so 'columns' must name those to read",
                      "write 'columns: { level: utf8 }'");
  }
  format.shape = io::make_logfmt_shape(std::move(keys));
}

/// Reports columns for a format that has its own.
void report_columns(const OptionValues& options, Diagnostics& diagnostics) {
  if (!options.has("columns")) return;
  diagnostics.error(code::kOptionsExclude, options.span("columns"),
                    fmt::format("the columns of '{}' are known", options.text("format")),
                    "remove 'columns', and choose among them with 'select'");
}

/// Adds what lines of a format with columns of its own are.
void read_known(const OptionValues& options, io::LineFormat& format, Diagnostics& diagnostics) {
  report_columns(options, diagnostics);
  const io::LogFormat log = io::log_format(options.text("format"));
  for (const io::LogColumn& column : log.columns) {
    io::CsvColumn& added = format.columns.emplace_back();
    added.field = {std::string(column.name), parse_type(column.type).value_or(kUtf8Type)};
    added.position = format.columns.size() - 1;
    added.format = format.reading.format;
    std::string wrong;
    if (auto time = expr::TimeFormat::parse(column.format, wrong); time && !column.format.empty())
      added.format.time = io::TimeForm{std::string(column.format), std::move(*time)};
  }
  format.reading.preamble.skip_lines += log.skip_lines;
  format.shape = io::make_log_shape(log);
}

std::optional<BoundOperator> bind_read_log(const OptionValues& options,
                                           const BindContext& context) {
  Diagnostics& diagnostics = context.diagnostics;
  const size_t errors_before = diagnostics.count();
  io::LineFormat format;
  format.reading.dialect = {.delimiter = 0, .quote = 0};
  format.reading.format = io::read_field_format(options, diagnostics);
  format.reading.preamble.skip_lines = static_cast<uint64_t>(options.integer("skip"));
  if (options.text("format") == "journald") {
    report_columns(options, diagnostics);
    return io::bind_journal(options, context);
  }
  const bool logfmt = options.text("format") == "logfmt";
  format.reading.nulls =
      io::NullWords(logfmt ? std::vector<std::string>{""} : std::vector<std::string>{"", "-"});
  if (logfmt) {
    read_logfmt(options, format, diagnostics);
  } else {
    read_known(options, format, diagnostics);
  }
  io::LineSourceBinder source(options, context);
  const bool shape_is_known = !format.columns.empty();
  auto bound = shape_is_known ? source.bind(std::move(format)) : std::nullopt;
  return diagnostics.count() > errors_before ? std::nullopt : std::move(bound);
}

}  // namespace

extern const OperatorDef operator_read_log{
    .name = "read_log",
    .kind = OperatorKind::kSource,
    .summary = "Reads rows from logs in known formats.",
    .doc =
        R"(Each line with text is a row with the columns of its format; `-` is NULL. A line that is not of the format,
or has a value that does not fit its column, is an error of that row, which `on_error` deals with. Escapes in fields
stay as they are written. Line ends, encodings and compressed files are as in `read_lines`; `parse` takes lines of other
formats apart.

The columns, text where no type is given:

- `common`: host, ident, user, time (an instant), request, method, path, protocol, status and bytes (int64); `combined`:
  referer and user_agent behind them; `vhost`: vhost and port (int64) before them, the last two may lack.
- `syslog`: priority (int64), time, host, app, pid (int64), message. The time stays text, as it has no year.
- `syslog5424`: priority and version (int64), time (an instant), host, app, pid, msgid, data, message.
- `nginx_error`: time (timestamp), level, pid, tid and connection (int64), message.
- `apache_error`: time (timestamp), module, level, pid and tid (int64), client, message.
- `haproxy`: client, client_port, time (timestamp), frontend, backend, server, request_ms, queue_ms, connect_ms,
  response_ms, total_ms, status, bytes, request_cookie, response_cookie, termination, active, frontend_active,
  backend_active, server_active, retries, server_queue, backend_queue, request_headers, response_headers, request,
  method, path, protocol; numbers are int64.
- `elb`, `alb`, `cloudfront`: as AWS documents them; `leat explain` shows names and types.
- `journald`: time (an instant), priority (int64), host, unit, app, pid (int64), message; here escapes are decoded, and
  other fields are read with `read_jsonl`.

A request of HTTP is a row whatever it is: `request` has it as it was sent, and `method`, `path` and `protocol` are NULL
if it is not made of these.)",
    .example = R"(- read_log: { path: "logs/access-*.log.gz", format: combined }
- read_log:
    path: app.log
    format: logfmt
    columns: { ts: timestamptz, level: utf8, msg: utf8, ms: float64 })",
    .main_option = "path",
    .options = kReadLogOptions,
    .bind = bind_read_log,
};

}  // namespace leat
