// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: what is wrong with a connection must be told in the words of its fields, while libpq has
// one text for all, in the language of the server.
//
// Invariants:
//  1. Which field is meant follows from the state of five letters where the server speaks, and from
//     the system's own error where nobody answers; only what libpq says by itself is looked for in
//     its text, which is always English.
//  2. No message holds the password: libpq puts none into what it says.
//  3. Whatever the server's settings are, a session speaks UTF-8, UTC, and writes dates and numbers
//     in one form.
//  4. TLS is verified, but towards this machine.
//
// Rejected: PQconnectdb (it forgets the state of five letters of what the server refused).
#include "operators/connectors/postgres/session.h"

#include <poll.h>

#include <algorithm>
#include <cctype>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <utility>

namespace leat::connectors {
namespace {

constexpr const char* kSystemCertificates = "/etc/ssl/certs/ca-certificates.crt";
/// What every session begins with.
constexpr const char* kSettings =
    "set client_encoding = 'UTF8'; set timezone = 'UTC'; set datestyle = 'ISO'; set intervalstyle "
    "= "
    "'postgres'; set extra_float_digits = 3; set bytea_output = 'hex'; set "
    "client_min_messages = 'warning'; set statement_timeout = 0; set lock_timeout = 0; set "
    "idle_in_transaction_session_timeout = 0";

bool is_here(const std::string& host) {
  return host.empty() || host.front() == '/' || host == "localhost" || host == "::1" ||
         host.starts_with("127.");
}

std::string one_line(std::string text) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back())) != 0)
    text.pop_back();
  for (char& c : text) c = c == '\n' || c == '\t' ? ' ' : c;
  return text;
}

/// The state in `FATAL:  28P01: password ...`, and what follows it up to the end of the line.
std::optional<std::pair<std::string, std::string>> state_in(const std::string& text) {
  constexpr size_t kStateBytes = 5;
  for (size_t at = text.find(":  "); at != std::string::npos; at = text.find(":  ", at + 1)) {
    const size_t begin = at + 3;
    if (text.compare(begin + kStateBytes, 2, ": ") != 0) continue;
    const std::string state = text.substr(begin, kStateBytes);
    if (!std::all_of(state.begin(), state.end(),
                     [](unsigned char c) { return std::isdigit(c) != 0 || std::isupper(c) != 0; }))
      continue;
    const size_t words = begin + kStateBytes + 2;
    return std::pair(state, text.substr(words, text.find('\n', words) - words));
  }
  return std::nullopt;
}

Problem refused_by_server(const Target& target, const std::string& state, const std::string& said) {
  const std::string user = target.field("user");
  const std::string end = " (the server says: " + said + ")";
  const auto at = [&](const char* field, const std::string& message, const char* hint) {
    return Problem{message + end, hint, LEAT_ERROR_IO, field, state};
  };
  if (state == "28P01")
    return at("password", "the server does not let '" + user + "' in with this password",
              "check 'password', and 'user'");
  if (state == "28000")
    return at("user", "the server does not let '" + user + "' in",
              "check 'user', and what pg_hba.conf of the server lets in from here");
  if (state == "3D000")
    return at("database", "there is no database '" + target.field("database") + "'",
              "check 'database'; `psql -l` lists what there is");
  if (state == "42501")
    return at("user", "'" + user + "' may not use the database '" + target.field("database") + "'",
              "let them: grant connect on database ... to ...");
  if (state == "53300")
    return at("", "the server has no connection left",
              "raise its max_connections, or come back later");
  if (state == "57P03") return at("", "the server is starting or stopping", "come back later");
  return at("", "the server refuses the connection", "");
}

/// Nobody answered, or somebody who is no such server.
Problem not_reached(const Target& target, const std::string& text) {
  const std::string host = target.field("host");
  const std::string place = host + ":" + target.field("port");
  const auto has = [&](const char* words) { return text.find(words) != std::string::npos; };
  const auto at = [](const char* field, std::string message, const char* hint) {
    return Problem{std::move(message), hint, LEAT_ERROR_IO, field};
  };
  if (has("could not translate host name"))
    return at("host", "there is no host '" + host + "'", "check 'host'");
  if (has("no password supplied"))
    return at("password", "the server asks for a password", "write 'password'");
  if (has("does not match host name"))
    return at("host", "the server's certificate is for another host than '" + host + "'",
              "write the name in the certificate, or 'sslmode: verify-ca'");
  if (has("certificate") || has("CRL"))
    return at("sslrootcert", "the server's certificate cannot be verified: " + one_line(text),
              "write the file of the authority that signed it, or 'sslmode: require' to trust "
              "whoever answers");
  if (has("SSL"))
    return at("sslmode", "the server and 'sslmode' do not agree: " + one_line(text),
              "a server without TLS needs 'sslmode: disable'");
  if (host.starts_with('/') && has("No such file or directory")) {
    std::error_code error;
    if (std::filesystem::is_directory(host, error))
      return at("port", "no server has the port " + target.field("port") + " in '" + host + "'",
                "is it running, and is that its port?");
    return at("host", "there is no folder '" + host + "'",
              "write the folder of the server's socket");
  }
  if (has("Connection refused"))
    return at("port", "nobody listens at " + place, "is the server running, and is that its port?");
  if (has("timeout") || has("timed out") || has("No route") || has("unreachable"))
    return at("host", "'" + place + "' does not answer", "check 'host', 'port' and the network");
  return at("", "no connection to " + place + ": " + one_line(text), "");
}

/// Waits until the socket is ready for what `poll` wants; false when time is up.
bool wait_for(PGconn* handle, PostgresPollingStatusType poll,
              std::chrono::steady_clock::time_point deadline) {
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0) return false;
    pollfd file{PQsocket(handle),
                static_cast<short>(poll == PGRES_POLLING_READING ? POLLIN : POLLOUT), 0};
    const int ready = ::poll(&file, 1, static_cast<int>(left.count()));
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) return true;  // libpq says what is wrong
  }
}

}  // namespace

Target::Target(const leat_connection& connection) : name_(connection.name) {
  for (size_t i = 0; i < connection.count; ++i)
    fields_.emplace_back(connection.fields[i], connection.values[i]);
}

std::string Target::field(std::string_view name) const {
  for (const auto& [known, value] : fields_) {
    if (known == name) return value;
  }
  return {};
}

std::string Target::text() const {
  return field("database") + " at " + field("host") + ":" + field("port");
}

int64_t Answer::number(int row, int column) const {
  return std::strtoll(PQgetvalue(result_.get(), row, column), nullptr, 10);
}

Outcome<std::unique_ptr<Session>> Session::open(const Target& target) {
  const std::string host_name = target.field("host");
  std::string mode = target.field("sslmode");
  if (mode.empty()) mode = is_here(host_name) ? "prefer" : "verify-full";
  std::string certificates = target.field("sslrootcert");
  if (certificates.empty() && mode.starts_with("verify-")) certificates = kSystemCertificates;
  const std::string port = target.field("port");
  const std::string database = target.field("database");
  const std::string user = target.field("user");
  const std::string password = target.field("password");
  std::vector<const char*> names = {
      "host", "port", "dbname", "user", "sslmode", "application_name", "client_encoding"};
  std::vector<const char*> values = {host_name.c_str(),
                                     port.c_str(),
                                     database.c_str(),
                                     user.c_str(),
                                     mode.c_str(),
                                     "leat",
                                     "UTF8"};
  const auto add = [&](const char* name, const std::string& value) {
    if (value.empty()) return;
    names.push_back(name);
    values.push_back(value.c_str());
  };
  add("password", password);
  add("sslrootcert", certificates);
  names.push_back(nullptr);
  values.push_back(nullptr);
  auto session = std::make_unique<Session>(PQconnectStartParams(names.data(), values.data(), 0));
  PGconn* const handle = session->get();
  if (handle == nullptr)
    return std::unexpected(Problem{"there is no more memory", {}, LEAT_ERROR_MEMORY});
  PQsetErrorVerbosity(handle, PQERRORS_VERBOSE);
  PQsetNoticeReceiver(handle, [](void*, const PGresult*) {}, nullptr);
  const auto deadline = std::chrono::steady_clock::now() +
                        std::chrono::seconds(std::atoi(target.field("connect_timeout").c_str()));
  PostgresPollingStatusType poll = PGRES_POLLING_WRITING;
  while (PQstatus(handle) != CONNECTION_BAD) {
    if (!wait_for(handle, poll, deadline)) return std::unexpected(not_reached(target, "timeout"));
    poll = PQconnectPoll(handle);
    if (poll == PGRES_POLLING_OK) break;
    if (poll == PGRES_POLLING_FAILED) break;
  }
  if (PQstatus(handle) != CONNECTION_OK) {
    const std::string said = PQerrorMessage(handle);
    const auto state = state_in(said);
    return std::unexpected(state ? refused_by_server(target, state->first, state->second)
                                 : not_reached(target, said));
  }
  PQsetErrorVerbosity(handle, PQERRORS_DEFAULT);
  if (auto set = session->run(kSettings); !set) return std::unexpected(std::move(set).error());
  return session;
}

Problem Session::problem(PGresult* result) const {
  const auto field = [&](int code) {
    const char* const text = result == nullptr ? nullptr : PQresultErrorField(result, code);
    return text == nullptr ? std::string() : std::string(text);
  };
  Problem problem;
  problem.state = field(PG_DIAG_SQLSTATE);
  problem.message = field(PG_DIAG_MESSAGE_PRIMARY);
  if (const std::string detail = field(PG_DIAG_MESSAGE_DETAIL); !detail.empty())
    problem.message += ": " + one_line(detail);
  problem.hint = field(PG_DIAG_MESSAGE_HINT);
  if (problem.message.empty()) problem.message = one_line(PQerrorMessage(handle_.get()));
  // The server ends sessions, or itself.
  if (is_lost() || problem.state.starts_with("57P0")) {
    problem.message = "the connection was lost: " + problem.message;
    problem.hint = "is the server running?";
  }
  return problem;
}

Outcome<Answer> Session::ask(const std::string& sql, const std::vector<std::string>& values) {
  std::vector<const char*> texts;
  for (const std::string& value : values) texts.push_back(value.c_str());
  Answer answer(values.empty()
                    ? PQexec(handle_.get(), sql.c_str())
                    : PQexecParams(handle_.get(), sql.c_str(), static_cast<int>(texts.size()),
                                   nullptr, texts.data(), nullptr, nullptr, 0));
  const ExecStatusType status = PQresultStatus(answer.get());
  const bool is_right = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK ||
                        status == PGRES_COPY_IN || status == PGRES_COPY_OUT;
  if (!is_right) return std::unexpected(problem(answer.get()));
  return answer;
}

Outcome<Answer> Session::describe(const std::string& select) {
  const Answer prepared(PQprepare(handle_.get(), "", select.c_str(), 0, nullptr));
  if (PQresultStatus(prepared.get()) != PGRES_COMMAND_OK)
    return std::unexpected(problem(prepared.get()));
  Answer described(PQdescribePrepared(handle_.get(), ""));
  if (PQresultStatus(described.get()) != PGRES_COMMAND_OK)
    return std::unexpected(problem(described.get()));
  return described;
}

Outcome<> Session::run(const std::string& sql) {
  auto answer = ask(sql);
  if (!answer) return std::unexpected(std::move(answer).error());
  return {};
}

Outcome<CopyRow> Session::next_row() {
  char* bytes = nullptr;
  const int size = PQgetCopyData(handle_.get(), &bytes, 0);
  if (size > 0) {
    CopyRow row;
    row.memory.reset(bytes);
    row.bytes = {bytes, static_cast<size_t>(size)};
    return row;
  }
  std::optional<Problem> failed;
  while (PGresult* const result = PQgetResult(handle_.get())) {
    if (PQresultStatus(result) != PGRES_COMMAND_OK && !failed) failed = problem(result);
    PQclear(result);
  }
  if (!failed && (size == -2 || is_lost())) failed = problem(nullptr);
  if (failed) return std::unexpected(std::move(*failed));
  CopyRow row;
  row.is_end = true;
  return row;
}

Outcome<> Session::put(std::string_view bytes) {
  constexpr size_t kPieceBytes = size_t{1} << 24;
  for (size_t at = 0; at < bytes.size(); at += kPieceBytes) {
    const std::string_view piece = bytes.substr(at, kPieceBytes);
    if (PQputCopyData(handle_.get(), piece.data(), static_cast<int>(piece.size())) == 1) continue;
    // What the server refused is said by the end of the COPY.
    if (auto ended = end_put(); !ended) return ended;
    return std::unexpected(problem(nullptr));
  }
  return {};
}

Outcome<> Session::end_put() {
  const int ended = PQputCopyEnd(handle_.get(), nullptr);
  std::optional<Problem> failed;
  while (PGresult* const result = PQgetResult(handle_.get())) {
    const ExecStatusType status = PQresultStatus(result);
    if (status != PGRES_COMMAND_OK && !failed) failed = problem(result);
    PQclear(result);
    if (status == PGRES_COPY_IN) break;  // it could not be ended
  }
  if (!failed && (ended != 1 || is_lost())) failed = problem(nullptr);
  if (failed) return std::unexpected(std::move(*failed));
  return {};
}

std::string quoted_name(std::string_view name) {
  std::string text = "\"";
  for (const char c : name) text.append(c == '"' ? 2 : 1, c);
  return text + "\"";
}

std::string quoted_text(std::string_view text) {
  const bool has_escapes = text.find('\\') != std::string_view::npos;
  std::string out = has_escapes ? "E'" : "'";
  for (const char c : text) out.append(c == '\'' || c == '\\' ? 2 : 1, c);
  return out + "'";
}

}  // namespace leat::connectors
