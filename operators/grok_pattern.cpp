// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: everybody writes the expression for an IP address or a time of a log anew, and most of
// them match too much.
//
// Invariants:
//  1. The names and what they match are those of the usual table of grok, legacy names of groups
//     included. RE2 looks neither ahead nor behind: where that table does, the pattern here ends at
//     a word's edge, or at nothing.
//  2. What a name stands for is one thing to what is around it, a group with or without a name.
//  3. A pattern is put into another at most kDepthMax levels deep, so that own ones which name each
//     other end.
//
// Not chosen: a library of grok (those that exist need a regular expression engine that goes back).
#include "operators/grok_pattern.h"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>

#include "engine/codes/expression.h"
#include "engine/mutant.h"
#include "operators/text/posix_pattern.h"

namespace leat {
namespace {

constexpr size_t kDepthMax = 16;
/// Own patterns that double at each level reach this soon.
constexpr size_t kPatternBytesMax = size_t{1} << 20;

struct NamedPattern {
  std::string_view name;
  std::string_view regex;
};

constexpr NamedPattern kKnown[] = {
    {"USERNAME", R"([a-zA-Z0-9._-]+)"},
    {"USER", "%{USERNAME}"},
    {"EMAILLOCALPART",
     R"([a-zA-Z0-9!#$%&'*+\-/=?^_`{|}~]{1,64}(?:\.[a-zA-Z0-9!#$%&'*+\-/=?^_`{|}~]{1,62})*)"},
    {"EMAILADDRESS", "%{EMAILLOCALPART}@%{HOSTNAME}"},
    {"INT", R"([+-]?[0-9]+)"},
    {"BASE10NUM", R"([+-]?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+))"},
    {"NUMBER", "%{BASE10NUM}"},
    {"BASE16NUM", R"([+-]?(?:0x)?[0-9A-Fa-f]+)"},
    {"BASE16FLOAT", R"([+-]?(?:0x)?(?:[0-9A-Fa-f]+(?:\.[0-9A-Fa-f]*)?|\.[0-9A-Fa-f]+))"},
    {"POSINT", R"(\b[1-9][0-9]*\b)"},
    {"NONNEGINT", R"(\b[0-9]+\b)"},
    {"WORD", R"(\w+)"},
    {"NOTSPACE", R"(\S+)"},
    {"SPACE", R"(\s*)"},
    {"DATA", ".*?"},
    {"GREEDYDATA", ".*"},
    {"QUOTEDSTRING", R"("(?:\\.|[^\\"])*"|'(?:\\.|[^\\'])*'|`(?:\\.|[^\\`])*`)"},
    {"QS", "%{QUOTEDSTRING}"},
    {"UUID", R"([A-Fa-f0-9]{8}-(?:[A-Fa-f0-9]{4}-){3}[A-Fa-f0-9]{12})"},
    {"URN",
     R"(urn:[0-9A-Za-z][0-9A-Za-z-]{0,31}:(?:%[0-9a-fA-F]{2}|[0-9A-Za-z()+,.:=@;$_!*'/?#-])+)"},
    {"MAC", "%{CISCOMAC}|%{WINDOWSMAC}|%{COMMONMAC}"},
    {"CISCOMAC", R"((?:[A-Fa-f0-9]{4}\.){2}[A-Fa-f0-9]{4})"},
    {"WINDOWSMAC", R"((?:[A-Fa-f0-9]{2}-){5}[A-Fa-f0-9]{2})"},
    {"COMMONMAC", R"((?:[A-Fa-f0-9]{2}:){5}[A-Fa-f0-9]{2})"},
    {"IPV6",
     R"((?:(?:[0-9A-Fa-f]{1,4}:){6}%{IPV6END}|::(?:[0-9A-Fa-f]{1,4}:){5}%{IPV6END}|)"
     R"((?:[0-9A-Fa-f]{1,4})?::(?:[0-9A-Fa-f]{1,4}:){4}%{IPV6END}|)"
     R"((?:(?:[0-9A-Fa-f]{1,4}:){0,1}[0-9A-Fa-f]{1,4})?::(?:[0-9A-Fa-f]{1,4}:){3}%{IPV6END}|)"
     R"((?:(?:[0-9A-Fa-f]{1,4}:){0,2}[0-9A-Fa-f]{1,4})?::(?:[0-9A-Fa-f]{1,4}:){2}%{IPV6END}|)"
     R"((?:(?:[0-9A-Fa-f]{1,4}:){0,3}[0-9A-Fa-f]{1,4})?::[0-9A-Fa-f]{1,4}:%{IPV6END}|)"
     R"((?:(?:[0-9A-Fa-f]{1,4}:){0,4}[0-9A-Fa-f]{1,4})?::%{IPV6END}|)"
     R"((?:(?:[0-9A-Fa-f]{1,4}:){0,5}[0-9A-Fa-f]{1,4})?::[0-9A-Fa-f]{1,4}|)"
     R"((?:(?:[0-9A-Fa-f]{1,4}:){0,6}[0-9A-Fa-f]{1,4})?::)(?:%[0-9A-Za-z._-]+)?)"},
    {"IPV6END", R"((?:[0-9A-Fa-f]{1,4}:[0-9A-Fa-f]{1,4}|%{IPV4}))"},
    {"IPV4",
     R"((?:(?:25[0-5]|2[0-4][0-9]|[0-1]?[0-9]{1,2})\.){3}(?:25[0-5]|2[0-4][0-9]|[0-1]?[0-9]{1,2})\b)"},
    {"IP", "%{IPV6}|%{IPV4}"},
    {"HOSTNAME", R"(\b[0-9A-Za-z][0-9A-Za-z-]{0,62}(?:\.[0-9A-Za-z][0-9A-Za-z-]{0,62})*\.?)"},
    {"IPORHOST", "%{IP}|%{HOSTNAME}"},
    {"HOSTPORT", "%{IPORHOST}:%{POSINT}"},
    {"PATH", "%{UNIXPATH}|%{WINPATH}"},
    {"UNIXPATH", R"((?:/[\w_%!$@:.,+~-]*)+)"},
    {"WINPATH", R"((?:[A-Za-z]+:|\\)(?:\\[^\\?*]*)+)"},
    {"TTY", R"(/dev/(?:pts|tty[pq]?)(?:\w+)?/?[0-9]+)"},
    {"URIPROTO", R"([A-Za-z][A-Za-z0-9+.-]*)"},
    {"URIHOST", "%{IPORHOST}(?::%{POSINT})?"},
    {"URIPATH", R"((?:/[A-Za-z0-9$.+!*'(){},~:;=@#%&_-]*)+)"},
    {"URIQUERY", R"([A-Za-z0-9$.+!*'|(){},~@#%&/=:;_?\[\]<>-]*)"},
    {"URIPARAM", R"(\?%{URIQUERY})"},
    {"URIPATHPARAM", "%{URIPATH}(?:%{URIPARAM})?"},
    {"URI", "%{URIPROTO}://(?:%{USER}(?::[^@]*)?@)?(?:%{URIHOST})?(?:%{URIPATHPARAM})?"},
    {"MONTH",
     R"(\b(?:[Jj]an(?:uary|uar)?|[Ff]eb(?:ruary|ruar)?|[Mm](?:a|ä)?r(?:ch|z)?|[Aa]pr(?:il)?|)"
     R"([Mm]a(?:y|i)?|[Jj]un(?:e|i)?|[Jj]ul(?:y|i)?|[Aa]ug(?:ust)?|[Ss]ep(?:tember)?|)"
     R"([Oo](?:c|k)?t(?:ober)?|[Nn]ov(?:ember)?|[Dd]e(?:c|z)(?:ember)?)\b)"},
    {"MONTHNUM", "0?[1-9]|1[0-2]"},
    {"MONTHNUM2", "0[1-9]|1[0-2]"},
    {"MONTHDAY", "0[1-9]|[12][0-9]|3[01]|[1-9]"},
    {"DAY",
     "Mon(?:day)?|Tue(?:sday)?|Wed(?:nesday)?|Thu(?:rsday)?|Fri(?:day)?|Sat(?:urday)?|Sun(?:day)?"},
    {"YEAR", R"((?:[0-9][0-9]){1,2})"},
    {"HOUR", "2[0123]|[01]?[0-9]"},
    {"MINUTE", "[0-5][0-9]"},
    {"SECOND", "(?:[0-5]?[0-9]|60)(?:[:.,][0-9]+)?"},
    {"TIME", R"(%{HOUR}:%{MINUTE}(?::%{SECOND})?\b)"},
    {"DATE_US", "%{MONTHNUM}[/-]%{MONTHDAY}[/-]%{YEAR}"},
    {"DATE_EU", "%{MONTHDAY}[./-]%{MONTHNUM}[./-]%{YEAR}"},
    {"ISO8601_TIMEZONE", "Z|[+-]%{HOUR}(?::?%{MINUTE})"},
    {"ISO8601_SECOND", "%{SECOND}"},
    {"TIMESTAMP_ISO8601",
     "%{YEAR}-%{MONTHNUM}-%{MONTHDAY}[T ]%{HOUR}:?%{MINUTE}(?::?%{SECOND})?%{ISO8601_TIMEZONE}?"},
    {"DATE", "%{DATE_US}|%{DATE_EU}"},
    {"DATESTAMP", "%{DATE}[- ]%{TIME}"},
    {"TZ", "[APMCE][SD]T|UTC"},
    {"DATESTAMP_RFC822", "%{DAY} %{MONTH} %{MONTHDAY} %{YEAR} %{TIME} %{TZ}"},
    {"DATESTAMP_RFC2822", "%{DAY}, %{MONTHDAY} %{MONTH} %{YEAR} %{TIME} %{ISO8601_TIMEZONE}"},
    {"DATESTAMP_OTHER", "%{DAY} %{MONTH} %{MONTHDAY} %{TIME} %{TZ} %{YEAR}"},
    {"DATESTAMP_EVENTLOG", "%{YEAR}%{MONTHNUM2}%{MONTHDAY}%{HOUR}%{MINUTE}%{SECOND}"},
    {"HTTPDERROR_DATE", "%{DAY} %{MONTH} %{MONTHDAY} %{TIME} %{YEAR}"},
    {"SYSLOGTIMESTAMP", "%{MONTH} +%{MONTHDAY} %{TIME}"},
    {"PROG", R"([\x21-\x5A\x5C\x5E-\x7E]+)"},
    {"SYSLOGPROG", R"(%{PROG:program}(?:\[%{POSINT:pid}\])?)"},
    {"SYSLOGHOST", "%{IPORHOST}"},
    {"SYSLOGFACILITY", "<%{NONNEGINT:facility}.%{NONNEGINT:priority}>"},
    {"HTTPDATE", "%{MONTHDAY}/%{MONTH}/%{YEAR}:%{TIME} %{INT}"},
    {"LOGLEVEL",
     "[Aa]lert|ALERT|[Tt]race|TRACE|[Dd]ebug|DEBUG|[Nn]otice|NOTICE|[Ii]nfo(?:rmation)?|"
     "INFO(?:RMATION)?|[Ww]arn(?:ing)?|WARN(?:ING)?|[Ee]rr(?:or)?|ERR(?:OR)?|[Cc]rit(?:ical)?|"
     "CRIT(?:ICAL)?|[Ff]atal|FATAL|[Ss]evere|SEVERE|EMERG(?:ENCY)?|[Ee]merg(?:ency)?"},
    {"SYSLOGBASE",
     "%{SYSLOGTIMESTAMP:timestamp} (?:%{SYSLOGFACILITY} )?%{SYSLOGHOST:logsource} %{SYSLOGPROG}:"},
    {"SYSLOGLINE", "%{SYSLOGBASE} %{GREEDYDATA:message}"},
    {"HTTPDUSER", "%{EMAILADDRESS}|%{USER}"},
    {"COMMONAPACHELOG",
     R"x(%{IPORHOST:clientip} %{HTTPDUSER:ident} %{HTTPDUSER:auth} \[%{HTTPDATE:timestamp}\] )x"
     R"x("(?:%{WORD:verb} %{NOTSPACE:request}(?: HTTP/%{NUMBER:httpversion})?|)x"
     R"x(%{DATA:rawrequest})" (?:-|%{NUMBER:response}) (?:-|%{NUMBER:bytes}))x"},
    {"COMBINEDAPACHELOG", "%{COMMONAPACHELOG} %{QS:referrer} %{QS:agent}"},
    {"HTTPD_COMMONLOG", "%{COMMONAPACHELOG}"},
    {"HTTPD_COMBINEDLOG", "%{COMBINEDAPACHELOG}"},
    {"JAVACLASS", R"((?:[a-zA-Z$_][a-zA-Z$_0-9]*\.)*[a-zA-Z$_][a-zA-Z$_0-9]*)"},
    {"JAVAFILE", R"([A-Za-z0-9_. -]+)"},
    {"JAVAMETHOD", R"(<(?:cl)?init>|[a-zA-Z$_][a-zA-Z$_0-9]*)"},
};

bool is_group_name(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  });
}

class GrokExpander {
 public:
  GrokExpander(const SourceText& pattern, const std::vector<std::pair<SourceText, SourceText>>& own,
               Diagnostics& diagnostics)
      : pattern_(pattern), own_(own), diagnostics_(diagnostics) {}

  GrokPattern run() {
    const std::string text = pattern_.text();
    expand(text, 0, [&](size_t begin, size_t end) { return pattern_.span(begin, end); });
    return std::move(result_);
  }

 private:
  /// Appends what `text` stands for. `place`: where a part of it is written.
  template <typename Place>
  void expand(std::string_view text, size_t depth, const Place& place) {
    for (size_t at = 0; at < text.size();) {
      const std::string_view rest = text.substr(at);
      const size_t end = rest.starts_with("%{") ? rest.find('}') : std::string_view::npos;
      if (end == std::string_view::npos || !is_reference(rest.substr(2, end - 2))) {
        const size_t bytes = rest[0] == '\\' && rest.size() > 1 ? 2 : 1;
        result_.regex += rest.substr(0, bytes);
        at += bytes;
        continue;
      }
      refer(rest.substr(2, end - 2), depth, place(at, at + end + 1),
            [&](size_t begin, size_t to) { return place(at + 2 + begin, at + 2 + to); });
      at += end + 1;
    }
  }

  /// Is it a name, with or without more behind colons? Anything else between braces is text.
  static bool is_reference(std::string_view inside) {
    const std::string_view name = inside.substr(0, inside.find(':'));
    return is_group_name(name) && !(name[0] >= '0' && name[0] <= '9');
  }

  /// `inside`: NAME, NAME:group or NAME:group:type.
  template <typename Place>
  void refer(std::string_view inside, size_t depth, Span whole, const Place& place) {
    const size_t first = std::min(inside.find(':'), inside.size());
    const size_t second = std::min(inside.find(':', first + 1), inside.size());
    const std::string_view name = inside.substr(0, first);
    const std::string_view group =
        first < inside.size() ? inside.substr(first + 1, second - first - 1) : "";
    if (first < inside.size() && !is_group_name(group)) {
      diagnostics_.error(code::kBadPattern, place(first + 1, second),
                         fmt::format("'{}' cannot be the name of a column of a pattern", group),
                         "use letters, digits and _");
      return;
    }
    if (second < inside.size()) {
      result_.types.emplace_back(
          SourceText(std::string(group), place(first + 1, second), {}),
          SourceText(std::string(inside.substr(second + 1)), place(second + 1, inside.size()), {}));
    }
    result_.regex += group.empty() || LEAT_MUTANT("grok_groups_have_no_names")
                         ? "(?:"
                         : fmt::format("(?P<{}>", group);
    put(name, depth, whole);
    result_.regex += ')';
  }

  void put(std::string_view name, size_t depth, Span where) {
    if (depth == kDepthMax || result_.regex.size() > kPatternBytesMax) {
      diagnostics_.error(code::kBadPattern, where,
                         fmt::format("the pattern '{}' is made of itself, or of too many", name));
      return;
    }
    // What goes wrong inside of a pattern is told where it is named.
    const auto here = [where](size_t, size_t) { return where; };
    for (const auto& [own, regex] : own_) {
      if (own.text() == name) return expand(regex.text(), depth + 1, here);
    }
    for (const NamedPattern& known : kKnown) {
      if (known.name == name) return expand(known.regex, depth + 1, here);
    }
    std::vector<std::string> names;
    for (const auto& [own, regex] : own_) names.push_back(own.text());
    for (const NamedPattern& known : kKnown) names.emplace_back(known.name);
    std::string hint = did_you_mean(name, names);
    if (hint.empty()) hint = fmt::format("say what it is: patterns: {{ {}: '...' }}", name);
    diagnostics_.error(code::kBadPattern, where, fmt::format("there is no pattern '%{{{}}}'", name),
                       std::move(hint));
  }

  const SourceText& pattern_;
  const std::vector<std::pair<SourceText, SourceText>>& own_;
  Diagnostics& diagnostics_;
  GrokPattern result_;
};

/// RE2 of Debian 12 knows only the spelling (?P<name>...). Positions shift by the letters put in,
/// so errors cannot point inside.
std::string with_python_groups(std::string_view pattern) {
  std::string result;
  for (size_t i = 0; i < pattern.size(); ++i) {
    const std::string_view rest = pattern.substr(i);
    if (rest[0] == '\\' && rest.size() > 1) {
      result += rest.substr(0, 2);
      ++i;
    } else if (rest.starts_with("(?<") && !rest.starts_with("(?<=") && !rest.starts_with("(?<!")) {
      result += "(?P<";
      i += 2;
    } else {
      result += rest[0];
    }
  }
  return result;
}

}  // namespace

GrokPattern expand_grok(const SourceText& pattern,
                        const std::vector<std::pair<SourceText, SourceText>>& own,
                        Diagnostics& diagnostics) {
  return GrokExpander(pattern, own, diagnostics).run();
}

Result<std::unique_ptr<const re2::RE2>> compile_grok(std::string_view regex) {
  re2::RE2::Options how;
  how.set_log_errors(false);
  const std::string as_written = with_python_groups(regex);
  LEAT_TRY_ASSIGN(const std::string spelled, io::to_re2_syntax(as_written));
  auto pattern = std::make_unique<const re2::RE2>(spelled, how);
  if (pattern->ok()) return pattern;
  // What is wrong is told of the pattern as it is written, if it shows there: classes are long.
  const re2::RE2 written(as_written, how);
  const std::string part = written.ok() ? "" : written.error_arg();
  return fail(code::kBadPattern, ErrorCode::kInvalid,
              fmt::format("the pattern is not a regular expression: {}",
                          written.ok() ? pattern->error() : written.error()),
              part.empty() ? "" : fmt::format("the trouble is at '{}'", part));
}

}  // namespace leat
