// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: every log is written by a program that documents its format, and is read by a regular
// expression that somebody wrote for the lines that he had seen.
//
// Invariants:
//  1. A line fits all of a pattern or is a bad row; nothing of it is skipped.
//  2. A request that is none (what scanners send) is a row: `request` has it, and what it should be
//     made of is NULL.
//  3. Fields are as they stand in the line: escapes are not resolved, as each program has its own.
//  4. A plain pattern matches only lines that the full one matches, with the same groups.
//
// Not chosen: `%`-directives of Apache (LogFormat) as an option: `parse` does that with a pattern.
#include "operators/csv/log_formats.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <re2/re2.h>

#include "engine/check.h"
#include "engine/mutant.h"
#include "operators/text/direct_pattern.h"

namespace leat::io {
namespace {

constexpr std::string_view kQuoted = R"((?:[^"\\]|\\.)*)";
constexpr std::string_view kClfTime = "%d/%b/%Y:%H:%M:%S %z";

/// A field in double quotes.
std::string quoted(std::string_view name) {
  return fmt::format(R"re("(?P<{}>{})")re", name, kQuoted);
}

/// The request line of HTTP in double quotes, or whatever was sent instead.
std::string request() {
  return fmt::format(R"re("(?P<request>(?P<method>[A-Z]+) (?P<path>[^\s"]+))re"
                     R"re((?: (?P<protocol>HTTP/[0-9.]+))?|{})")re",
                     kQuoted);
}

std::string clf() {
  return R"re((?P<host>\S+) (?P<ident>\S+) (?P<user>[^\[\]]+) \[(?P<time>[^\]]+)\] )re" +
         request() + R"re( (?P<status>\d{3}|-) (?P<bytes>\d+|-))re";
}

std::string plain_clf() {
  return R"re(^(?P<host>\S+) (?P<ident>\S+) (?P<user>[^\s\[\]]+) \[(?P<time>[^\]]+)\] )re"
         R"re("(?P<request>(?P<method>[A-Z]+) (?P<path>[^ "\\]+) (?P<protocol>HTTP/[0-9.]+))" )re"
         R"re((?P<status>[0-9]{3}) (?P<bytes>[0-9]+))re";
}

std::string agents() { return " " + quoted("referer") + " " + quoted("user_agent"); }

std::vector<LogColumn> clf_columns() {
  return {
      {"host", "utf8"},    {"ident", "utf8"},  {"user", "utf8"}, {"time", "timestamptz", kClfTime},
      {"request", "utf8"}, {"method", "utf8"}, {"path", "utf8"}, {"protocol", "utf8"},
      {"status", "int64"}, {"bytes", "int64"}};
}

LogFormat common() { return {"common", clf(), plain_clf() + "$", clf_columns()}; }

LogFormat combined() {
  LogFormat format{"combined", clf() + agents(), "", clf_columns()};
  format.plain = plain_clf() + R"re( "(?P<referer>[^"\\]*)" "(?P<user_agent>[^"\\]*)"$)re";
  format.columns.push_back({"referer", "utf8"});
  format.columns.push_back({"user_agent", "utf8"});
  return format;
}

LogFormat vhost() {
  LogFormat format = combined();
  format.name = "vhost";
  format.pattern = R"((?P<vhost>[^\s:]+)(?::(?P<port>\d+))? )" + clf() + "(?:" + agents() + ")?";
  format.plain.clear();
  const LogColumn names[] = {{"vhost", "utf8"}, {"port", "int64"}};
  format.columns.insert(format.columns.begin(), std::begin(names), std::end(names));
  return format;
}

LogFormat syslog() {
  // The time has no year, so it stays text.
  return {"syslog",
          R"((?:<(?P<priority>\d{1,3})>)?)"
          R"((?P<time>[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d|\d{4}-\d\d-\d\dT\S+) )"
          R"((?P<host>\S+) (?P<app>[^\s:\[]+)(?:\[(?P<pid>\d+)\])?: ?(?P<message>.*))",
          "",
          {{"priority", "int64"},
           {"time", "utf8"},
           {"host", "utf8"},
           {"app", "utf8"},
           {"pid", "int64"},
           {"message", "utf8"}}};
}

LogFormat syslog5424() {
  return {"syslog5424",
          R"re(<(?P<priority>\d{1,3})>(?P<version>\d{1,2}) (?P<time>\S+) (?P<host>\S+) )re"
          R"re((?P<app>\S+) (?P<pid>\S+) (?P<msgid>\S+) )re"
          R"re((?P<data>-|(?:\[(?:[^\]\\"]|"(?:[^"\\]|\\.)*"|\\.)*\])+)(?: (?P<message>.*))?)re",
          "",
          {{"priority", "int64"},
           {"version", "int64"},
           {"time", "timestamptz"},
           {"host", "utf8"},
           {"app", "utf8"},
           {"pid", "utf8"},
           {"msgid", "utf8"},
           {"data", "utf8"},
           {"message", "utf8"}}};
}

LogFormat nginx_error() {
  return {"nginx_error",
          R"((?P<time>\d{4}/\d\d/\d\d \d\d:\d\d:\d\d) \[(?P<level>\w+)\] )"
          R"((?P<pid>\d+)#(?P<tid>\d+): (?:\*(?P<connection>\d+) )?(?P<message>.*))",
          "",
          {{"time", "timestamp", "%Y/%m/%d %H:%M:%S"},
           {"level", "utf8"},
           {"pid", "int64"},
           {"tid", "int64"},
           {"connection", "int64"},
           {"message", "utf8"}}};
}

LogFormat apache_error() {
  return {"apache_error",
          R"(\[(?P<time>[^\]]+)\] \[(?:(?P<module>[\w-]*):)?(?P<level>\w+)\])"
          R"((?: \[pid (?P<pid>\d+)(?::tid (?P<tid>\d+))?\])?)"
          R"((?: \[client (?P<client>[^\]]+)\])? (?P<message>.*))",
          "",
          {{"time", "timestamp", "%a %b %d %H:%M:%S.%f %Y"},
           {"module", "utf8"},
           {"level", "utf8"},
           {"pid", "int64"},
           {"tid", "int64"},
           {"client", "utf8"},
           {"message", "utf8"}}};
}

LogFormat haproxy() {
  return {"haproxy",
          R"((?:.*? \S*haproxy\S*: )?(?P<client>[0-9A-Fa-f.:]+):(?P<client_port>\d+) )"
          R"(\[(?P<time>[^\]]+)\] (?P<frontend>\S+) (?P<backend>[^/\s]+)/(?P<server>\S+) )"
          R"((?P<request_ms>-?\d+)/(?P<queue_ms>-?\d+)/(?P<connect_ms>-?\d+)/)"
          R"((?P<response_ms>-?\d+)/(?P<total_ms>\+?\d+) (?P<status>-?\d+) (?P<bytes>\+?\d+) )"
          R"((?P<request_cookie>\S+) (?P<response_cookie>\S+) (?P<termination>\S{4}) )"
          R"((?P<active>\d+)/(?P<frontend_active>\d+)/(?P<backend_active>\d+)/)"
          R"((?P<server_active>\d+)/(?P<retries>\+?\d+) (?P<server_queue>\d+)/)"
          R"((?P<backend_queue>\d+)(?: \{(?P<request_headers>[^}]*)\})?)"
          R"((?: \{(?P<response_headers>[^}]*)\})? )" +
              request(),
          "",
          {{"client", "utf8"},
           {"client_port", "int64"},
           {"time", "timestamp", "%d/%b/%Y:%H:%M:%S.%f"},
           {"frontend", "utf8"},
           {"backend", "utf8"},
           {"server", "utf8"},
           {"request_ms", "int64"},
           {"queue_ms", "int64"},
           {"connect_ms", "int64"},
           {"response_ms", "int64"},
           {"total_ms", "int64"},
           {"status", "int64"},
           {"bytes", "int64"},
           {"request_cookie", "utf8"},
           {"response_cookie", "utf8"},
           {"termination", "utf8"},
           {"active", "int64"},
           {"frontend_active", "int64"},
           {"backend_active", "int64"},
           {"server_active", "int64"},
           {"retries", "int64"},
           {"server_queue", "int64"},
           {"backend_queue", "int64"},
           {"request_headers", "utf8"},
           {"response_headers", "utf8"},
           {"request", "utf8"},
           {"method", "utf8"},
           {"path", "utf8"},
           {"protocol", "utf8"}}};
}

/// What both load balancers of AWS write, from the client to the cipher.
std::string balancer(std::string_view target) {
  return fmt::format(
             R"((?P<client>\S+):(?P<client_port>\d+) (?P<{0}>-|\S+:\d+) )"
             R"((?P<request_seconds>\S+) (?P<{0}_seconds>\S+) (?P<response_seconds>\S+) )"
             R"((?P<status>\S+) (?P<{0}_status>\S+) (?P<received_bytes>\d+) (?P<sent_bytes>\d+) )",
             target) +
         request() + " " + quoted("user_agent") + R"( (?P<ssl_cipher>\S+) (?P<ssl_protocol>\S+))";
}

std::vector<LogColumn> balancer_columns(LogColumn target, LogColumn seconds, LogColumn status) {
  return {{"time", "timestamptz"},
          {"balancer", "utf8"},
          {"client", "utf8"},
          {"client_port", "int64"},
          target,
          {"request_seconds", "float64"},
          seconds,
          {"response_seconds", "float64"},
          {"status", "int64"},
          status,
          {"received_bytes", "int64"},
          {"sent_bytes", "int64"},
          {"request", "utf8"},
          {"method", "utf8"},
          {"path", "utf8"},
          {"protocol", "utf8"},
          {"user_agent", "utf8"},
          {"ssl_cipher", "utf8"},
          {"ssl_protocol", "utf8"}};
}

LogFormat elb() {
  return {"elb", R"((?P<time>\S+) (?P<balancer>\S+) )" + balancer("backend"), "",
          balancer_columns({"backend", "utf8"}, {"backend_seconds", "float64"},
                           {"backend_status", "int64"})};
}

LogFormat alb() {
  LogFormat format{"alb",
                   R"((?P<type>\S+) (?P<time>\S+) (?P<balancer>\S+) )" + balancer("target") +
                       R"( (?P<target_group>\S+) )" + quoted("trace_id") + " " + quoted("domain") +
                       " " + quoted("certificate") +
                       R"( (?P<rule_priority>\S+) (?P<created>\S+) )" + quoted("actions") + " " +
                       quoted("redirect_url") + " " + quoted("error_reason") + "(?: (?P<more>.*))?",
                   "",
                   balancer_columns({"target", "utf8"}, {"target_seconds", "float64"},
                                    {"target_status", "int64"})};
  format.columns.insert(format.columns.begin(), LogColumn{"type", "utf8"});
  const LogColumn further[] = {{"target_group", "utf8"},   {"trace_id", "utf8"},
                               {"domain", "utf8"},         {"certificate", "utf8"},
                               {"rule_priority", "int64"}, {"created", "timestamptz"},
                               {"actions", "utf8"},        {"redirect_url", "utf8"},
                               {"error_reason", "utf8"},   {"more", "utf8"}};
  format.columns.insert(format.columns.end(), std::begin(further), std::end(further));
  return format;
}

LogFormat cloudfront() {
  LogFormat format;
  format.name = "cloudfront";
  format.columns = {{"time", "timestamp", "%Y-%m-%d\t%H:%M:%S"},
                    {"edge", "utf8"},
                    {"bytes", "int64"},
                    {"client", "utf8"},
                    {"method", "utf8"},
                    {"host", "utf8"},
                    {"path", "utf8"},
                    {"status", "int64"},
                    {"referer", "utf8"},
                    {"user_agent", "utf8"},
                    {"query", "utf8"},
                    {"cookie", "utf8"},
                    {"result", "utf8"},
                    {"request_id", "utf8"},
                    {"host_header", "utf8"},
                    {"scheme", "utf8"},
                    {"request_bytes", "int64"},
                    {"seconds", "float64"},
                    {"forwarded_for", "utf8"},
                    {"ssl_protocol", "utf8"},
                    {"ssl_cipher", "utf8"},
                    {"response_result", "utf8"},
                    {"protocol", "utf8"},
                    {"fle_status", "utf8"},
                    {"fle_fields", "int64"},
                    {"client_port", "int64"},
                    {"first_byte_seconds", "float64"},
                    {"detailed_result", "utf8"},
                    {"content_type", "utf8"},
                    {"content_bytes", "int64"},
                    {"range_start", "int64"},
                    {"range_end", "int64"}};
  for (const LogColumn& column : format.columns) {
    const bool first = format.pattern.empty();
    format.pattern += fmt::format(R"({}(?P<{}>{}))", first ? "" : "\\t", column.name,
                                  first ? R"([^\t]*\t[^\t]*)" : R"([^\t]*)");
  }
  format.skip_lines = 2;  // #Version and #Fields
  return format;
}

/// A pattern and which of its groups the columns are.
struct Compiled {
  std::unique_ptr<re2::RE2> pattern;
  std::vector<int> groups;  ///< Of each column.
  int submatches = 1;
};

Compiled compile(const std::string& text, const std::vector<LogColumn>& columns) {
  re2::RE2::Options how;
  how.set_log_errors(false);
  Compiled compiled{std::make_unique<re2::RE2>(text, how), {}, 1};
  LEAT_CHECK(compiled.pattern->ok(), "the patterns of logs are regular expressions");
  const std::map<std::string, int>& named = compiled.pattern->NamedCapturingGroups();
  for (const LogColumn& column : columns) {
    const auto group = named.find(std::string(column.name));
    LEAT_CHECK(group != named.end(), "each column is a group of the pattern");
    compiled.groups.push_back(group->second);
    compiled.submatches = std::max(compiled.submatches, group->second + 1);
  }
  return compiled;
}

constexpr size_t kGroupsMax = 64;

class LogShape final : public LineShape {
 public:
  explicit LogShape(const LogFormat& format)
      : name_(format.name), full_(compile(format.pattern, format.columns)) {
    const std::string& plain = format.plain.empty() ? "^" + format.pattern + "$" : format.plain;
    direct_ = DirectPattern::compile(plain);
    if (direct_) plain_groups_ = compile(plain, format.columns).groups;
    LEAT_CHECK(full_.submatches <= static_cast<int>(kGroupsMax), "there is room for all groups");
  }

  size_t fields() const override { return full_.groups.size(); }

  std::optional<LineFault> take(std::string_view line, std::string_view* fields) const override {
    if (direct_) {
      std::array<std::string_view, kGroupsMax> captures;
      if (direct_->match(line, captures.data())) {
        for (size_t i = 0; i < plain_groups_.size(); ++i)
          fields[i] = captures[static_cast<size_t>(plain_groups_[i])];
        return std::nullopt;
      }
      if (LEAT_MUTANT("odd_requests_do_not_fit")) return LineFault{code::kBadRecord, 0, "odd"};
    }
    std::array<re2::StringPiece, kGroupsMax> matches;
    if (!full_.pattern->Match({line.data(), line.size()}, 0, line.size(), re2::RE2::ANCHOR_BOTH,
                              matches.data(), full_.submatches)) {
      return LineFault{code::kBadRecord, 0,
                       fmt::format("the line is not of the format '{}'", name_)};
    }
    for (size_t i = 0; i < full_.groups.size(); ++i) {
      const re2::StringPiece& match = matches[static_cast<size_t>(full_.groups[i])];
      fields[i] = {match.data(), match.size()};
    }
    return std::nullopt;
  }

 private:
  const std::string_view name_;
  const Compiled full_;
  std::optional<DirectPattern> direct_;
  std::vector<int> plain_groups_;
};

class LogfmtShape final : public LineShape {
 public:
  explicit LogfmtShape(std::vector<std::string> keys) : keys_(std::move(keys)) {}

  size_t fields() const override { return keys_.size(); }

  std::optional<LineFault> take(std::string_view line, std::string_view* fields) const override {
    std::fill_n(fields, keys_.size(), std::string_view());
    for (size_t at = 0; (at = line.find_first_not_of(" \t", at)) != std::string_view::npos;) {
      const size_t begin = at;
      at = std::min(line.find_first_of("= \t", at), line.size());
      const std::string_view key = line.substr(begin, at - begin);
      if (key.empty()) return LineFault{code::kBadRecord, begin, "a value has no key"};
      // A key alone says that it is there: its value is empty, as behind `key=`.
      at += at < line.size() && line[at] == '=';
      std::string_view value;
      if (at < line.size() && line[at] == '"') {
        const size_t end = end_of_quoted(line, at);
        if (end == std::string_view::npos)
          return LineFault{code::kBadRecord, at, "the quote that opens here is never closed"};
        value = line.substr(at + 1, end - at - 1);
        at = end + 1;
        if (at < line.size() && line[at] != ' ' && line[at] != '\t')
          return LineFault{code::kBadRecord, at, "there is text after a closing quote"};
      } else {
        const size_t end = std::min(line.find_first_of(" \t", at), line.size());
        value = line.substr(at, end - at);
        at = end;
      }
      const auto column = std::find(keys_.begin(), keys_.end(), key);
      if (column == keys_.end()) continue;
      std::string_view& field = fields[column - keys_.begin()];
      if (field.data() != nullptr)
        return LineFault{code::kBadRecord, begin, fmt::format("the key '{}' stands twice", key)};
      field = value;
    }
    return std::nullopt;
  }

 private:
  /// The quote that closes the one at `open`; npos: none does.
  static size_t end_of_quoted(std::string_view line, size_t open) {
    for (size_t i = open + 1; i < line.size(); ++i) {
      if (line[i] == '"') return i;
      i += line[i] == '\\';
    }
    return std::string_view::npos;
  }

  const std::vector<std::string> keys_;
};

}  // namespace

LogFormat log_format(std::string_view name) {
  constexpr std::array kMakers = {common,       combined, vhost, syslog, syslog5424, nginx_error,
                                  apache_error, haproxy,  elb,   alb,    cloudfront};
  static_assert(kMakers.size() == std::size(kLogFormatNames));
  const auto known = std::find(std::begin(kLogFormatNames), std::end(kLogFormatNames), name);
  LEAT_CHECK(known != std::end(kLogFormatNames), "the format is one of those that there are");
  return kMakers[static_cast<size_t>(known - std::begin(kLogFormatNames))]();
}

std::shared_ptr<const LineShape> make_log_shape(const LogFormat& format) {
  return std::make_shared<const LogShape>(format);
}

std::shared_ptr<const LineShape> make_logfmt_shape(std::vector<std::string> keys) {
  return std::make_shared<const LogfmtShape>(std::move(keys));
}

}  // namespace leat::io
