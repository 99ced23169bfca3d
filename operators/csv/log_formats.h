// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The formats of logs that `read_log` knows.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "operators/csv/line_source.h"

namespace leat::io {

/// A column of a log.
struct LogColumn {
  std::string_view name;         ///< Also of the group in the pattern.
  std::string_view type;         ///< As parse_type reads it.
  std::string_view format = {};  ///< Of times, as `strptime` has it; empty: the usual one.
};

/// What lines of a log look like.
struct LogFormat {
  std::string_view name;
  std::string pattern;  ///< RE2, for all of a line, with a group for each column.
  std::string plain;    ///< The same for lines without oddities, of the kind of DirectPattern; or
                        ///< empty.
  std::vector<LogColumn> columns;
  uint64_t skip_lines = 0;  ///< At the beginning of each file.
};

/// The format called `name`. REQUIRES: one of kLogFormatNames.
LogFormat log_format(std::string_view name);
inline constexpr std::string_view kLogFormatNames[] = {
    "common",       "combined", "vhost", "syslog", "syslog5424", "nginx_error",
    "apache_error", "haproxy",  "elb",   "alb",    "cloudfront"};

/// Lines of `format`; its fields are those of the columns, in order.
std::shared_ptr<const LineShape> make_log_shape(const LogFormat& format);

/// Lines of `key=value` pairs, of which `keys` are the fields: the value may stand in double
/// quotes.
std::shared_ptr<const LineShape> make_logfmt_shape(std::vector<std::string> keys);

}  // namespace leat::io
