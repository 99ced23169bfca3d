// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/csv/log_formats.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace leat::io {
namespace {

/// The fields of `line` as `name=value`, those that are there; or what is wrong.
std::string fields_of(const LineShape& shape, const std::vector<std::string>& names,
                      std::string line) {
  const size_t size = line.size();
  line.append(16, '\0');  // what may be read behind a text
  std::vector<std::string_view> fields(shape.fields());
  if (const auto fault = shape.take(std::string_view(line).substr(0, size), fields.data()))
    return std::to_string(fault->position) + ": " + fault->message;
  std::string text;
  for (size_t i = 0; i < fields.size(); ++i) {
    if (fields[i].data() == nullptr) continue;
    text += (text.empty() ? "" : " ") + names[i] + "=" + std::string(fields[i]);
  }
  return text;
}

std::string take(std::string_view format, const std::string& line) {
  const LogFormat log = log_format(format);
  std::vector<std::string> names;
  for (const LogColumn& column : log.columns) names.emplace_back(column.name);
  return fields_of(*make_log_shape(log), names, line);
}

TEST(LogFormats, EachIsMade) {
  for (const std::string_view name : kLogFormatNames) {
    EXPECT_EQ(log_format(name).name, name);
    EXPECT_EQ(take(name, "\x01"), "0: the line is not of the format '" + std::string(name) + "'");
  }
}

TEST(LogFormats, Common) {
  const std::string begin = "host=1.2.3.4 ident=- user=bob time=10/Oct/2000:13:55:36 -0700 ";
  const std::string line = "1.2.3.4 - bob [10/Oct/2000:13:55:36 -0700] ";
  EXPECT_EQ(take("common", line + R"("GET /a?b=1 HTTP/1.0" 200 2326)"),
            begin +
                "request=GET /a?b=1 HTTP/1.0 method=GET path=/a?b=1 protocol=HTTP/1.0 "
                "status=200 bytes=2326");
  EXPECT_EQ(take("common", line + R"("-" 408 -)"), begin + "request=- status=408 bytes=-");
  EXPECT_EQ(take("common", line + R"("GET /" 200 -)"),
            begin + "request=GET / method=GET path=/ status=200 bytes=-");
  EXPECT_EQ(take("common", line + R"("\x16\x03 \"" 400 0)"),
            begin + R"(request=\x16\x03 \" status=400 bytes=0)");
  EXPECT_EQ(take("common", line + R"("GET / HTTP/1.0" 200 1 more)"),
            "0: the line is not of the format 'common'");
}

TEST(LogFormats, Combined) {
  const std::string line = R"(::1 - - [10/Oct/2000:13:55:36 +0000] "GET / HTTP/2.0" 200 5 )";
  const std::string begin =
      "host=::1 ident=- user=- time=10/Oct/2000:13:55:36 +0000 request=GET / HTTP/2.0 method=GET "
      "path=/ protocol=HTTP/2.0 status=200 bytes=5 ";
  EXPECT_EQ(take("combined", line + R"re("http://x/" "M (a; b)")re"),
            begin + "referer=http://x/ user_agent=M (a; b)");
  EXPECT_EQ(take("combined", line + R"("-" "say \"x\"")"),
            begin + R"(referer=- user_agent=say \"x\")");
  EXPECT_EQ(take("vhost", "x.org:80 " + line + R"("-" "-")"),
            "vhost=x.org port=80 " + begin + "referer=- user_agent=-");
  EXPECT_EQ(take("vhost", "x.org " + line.substr(0, line.size() - 1)),
            "vhost=x.org " + begin.substr(0, begin.size() - 1));
}

TEST(LogFormats, Syslog) {
  EXPECT_EQ(
      take("syslog", "<34>Oct 11 22:14:15 mymachine su[12]: 'su root' failed"),
      "priority=34 time=Oct 11 22:14:15 host=mymachine app=su pid=12 message='su root' failed");
  EXPECT_EQ(take("syslog", "Oct  1 02:14:15 h kernel: x: y"),
            "time=Oct  1 02:14:15 host=h app=kernel message=x: y");
  EXPECT_EQ(take("syslog", "2026-01-31T10:00:00.1+01:00 h cron[1]: "),
            "time=2026-01-31T10:00:00.1+01:00 host=h app=cron pid=1 message=");
  EXPECT_EQ(take("syslog5424",
                 R"(<165>1 2003-10-11T22:14:15.003Z h evntslog - ID47 [x@1 a="b\]"][y] An event)"),
            "priority=165 version=1 time=2003-10-11T22:14:15.003Z host=h app=evntslog pid=- "
            R"(msgid=ID47 data=[x@1 a="b\]"][y] message=An event)");
  EXPECT_EQ(take("syslog5424", "<1>1 - h a - - -"),
            "priority=1 version=1 time=- host=h app=a pid=- msgid=- data=-");
}

TEST(LogFormats, Errors) {
  EXPECT_EQ(take("nginx_error", "2026/01/31 10:00:00 [error] 12#0: *5 open() \"/x\" failed"),
            "time=2026/01/31 10:00:00 level=error pid=12 tid=0 connection=5 message=open() \"/x\" "
            "failed");
  EXPECT_EQ(take("apache_error",
                 "[Fri Sep 09 10:42:29.902022 2011] [core:error] [pid 35708:tid 4328636416] "
                 "[client 72.15.99.187] File does not exist"),
            "time=Fri Sep 09 10:42:29.902022 2011 module=core level=error pid=35708 tid=4328636416 "
            "client=72.15.99.187 message=File does not exist");
}

TEST(LogFormats, Haproxy) {
  EXPECT_EQ(
      take("haproxy",
           "Feb  6 12:14:14 localhost haproxy[14389]: 10.0.1.2:33317 [06/Feb/2009:12:14:14.655] "
           R"(http-in static/srv1 10/0/30/69/109 200 2750 - - ---- 1/1/1/1/0 0/0 {1wt.eu} {} )"
           R"("GET /index.html HTTP/1.1")"),
      "client=10.0.1.2 client_port=33317 time=06/Feb/2009:12:14:14.655 frontend=http-in "
      "backend=static server=srv1 request_ms=10 queue_ms=0 connect_ms=30 response_ms=69 "
      "total_ms=109 status=200 bytes=2750 request_cookie=- response_cookie=- termination=---- "
      "active=1 frontend_active=1 backend_active=1 server_active=1 retries=0 server_queue=0 "
      "backend_queue=0 request_headers=1wt.eu response_headers= request=GET /index.html HTTP/1.1 "
      "method=GET path=/index.html protocol=HTTP/1.1");
}

TEST(LogFormats, LoadBalancers) {
  EXPECT_EQ(
      take("elb",
           "2015-05-13T23:39:43.945958Z my-lb 192.168.131.39:2817 10.0.0.1:80 0.000073 "
           R"(0.001048 0.000057 200 200 0 29 "GET http://x:80/ HTTP/1.1" "curl" - -)"),
      "time=2015-05-13T23:39:43.945958Z balancer=my-lb client=192.168.131.39 client_port=2817 "
      "backend=10.0.0.1:80 request_seconds=0.000073 backend_seconds=0.001048 "
      "response_seconds=0.000057 status=200 backend_status=200 received_bytes=0 sent_bytes=29 "
      "request=GET http://x:80/ HTTP/1.1 method=GET path=http://x:80/ protocol=HTTP/1.1 "
      "user_agent=curl ssl_cipher=- ssl_protocol=-");
  const std::string alb = take(
      "alb",
      "http 2018-07-02T22:23:00.186641Z app/my-lb/50 192.168.131.39:2817 - -1 -1 -1 503 - 34 366 "
      R"("GET http://x:80/ HTTP/1.1" "curl" - - - "Root=1" "-" "-" 0 2018-07-02T22:22:48.364000Z )"
      R"("forward" "-" "-" "10.0.0.1:80" "200")");
  EXPECT_TRUE(alb.starts_with("type=http time=2018")) << alb;
  EXPECT_TRUE(alb.ends_with("error_reason=- more=\"10.0.0.1:80\" \"200\"")) << alb;
}

TEST(LogFormats, Cloudfront) {
  std::string line = "2019-12-04\t21:02:31\tLAX1\t392";
  for (int i = 0; i < 29; ++i) line += "\t-";
  const std::string fields = take("cloudfront", line);
  EXPECT_TRUE(fields.starts_with("time=2019-12-04\t21:02:31 edge=LAX1 bytes=392 client=- method=-"))
      << fields;
  EXPECT_EQ(take("cloudfront", line + "\t-"), "0: the line is not of the format 'cloudfront'");
}

TEST(LogFormats, Logfmt) {
  const std::vector<std::string> keys{"level", "msg", "ms"};
  const auto shape = make_logfmt_shape(keys);
  const auto take = [&](const std::string& line) { return fields_of(*shape, keys, line); };
  EXPECT_EQ(take(R"(level=info other="x y" msg="say \"hi\"" ms=1.5)"),
            R"(level=info msg=say \"hi\" ms=1.5)");
  EXPECT_EQ(take("  msg=\tlevel=\"\""), "level= msg=");
  EXPECT_EQ(take(""), "");
  EXPECT_EQ(take("level=a word"), take("level=a word=")) << "a key alone";
  EXPECT_EQ(take("level"), take("level="));
  EXPECT_EQ(take("=x"), "0: a value has no key");
  EXPECT_EQ(take(R"(msg="a\")"), "4: the quote that opens here is never closed");
  EXPECT_EQ(take(R"(msg="a"b)"), "7: there is text after a closing quote");
  EXPECT_EQ(take("ms=1 ms=2"), "5: the key 'ms' stands twice");
}

}  // namespace
}  // namespace leat::io
