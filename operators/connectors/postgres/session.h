// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// A connection to a server. See session.cpp.
#pragma once

#include <libpq-fe.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "operators/connectors/postgres/host.h"

namespace leat::connectors {

/// Which server and who enters it: the fields of a connection.
class Target {
 public:
  explicit Target(const leat_connection& connection);

  const std::string& name() const { return name_; }
  /// Empty: it is not written.
  std::string field(std::string_view name) const;
  /// `database of user at host:port`, for messages.
  std::string text() const;

 private:
  std::string name_;
  std::vector<std::pair<std::string, std::string>> fields_;
};

/// What a statement gave.
class Answer {
 public:
  explicit Answer(PGresult* result) : result_(result, PQclear) {}
  int rows() const { return PQntuples(result_.get()); }
  int columns() const { return PQnfields(result_.get()); }
  bool is_null(int row, int column) const { return PQgetisnull(result_.get(), row, column) != 0; }
  std::string text(int row, int column) const { return PQgetvalue(result_.get(), row, column); }
  int64_t number(int row, int column) const;
  PGresult* get() const { return result_.get(); }

 private:
  std::unique_ptr<PGresult, decltype(&PQclear)> result_;
};

/// What COPY gives next.
struct CopyRow {
  std::unique_ptr<char, decltype(&PQfreemem)> memory{nullptr, PQfreemem};
  std::string_view bytes = {};
  bool is_end = false;
};

/// THREADS: one at a time. All calls but the first two may wait.
class Session {
 public:
  explicit Session(PGconn* handle) : handle_(handle, PQfinish) {}
  PGconn* get() const { return handle_.get(); }
  bool is_lost() const { return PQstatus(handle_.get()) != CONNECTION_OK; }

  /// ERRORS: what the server, the network or a library says, at the field that it is about.
  static Outcome<std::unique_ptr<Session>> open(const Target& target);
  /// One statement, its parameters `$1`, `$2` and so on as texts.
  Outcome<Answer> ask(const std::string& sql, const std::vector<std::string>& values = {});
  /// The columns of what `select` would give, which is not run.
  Outcome<Answer> describe(const std::string& select);
  Outcome<> run(const std::string& sql);

  /// REQUIRES: COPY ... TO STDOUT was run.
  Outcome<CopyRow> next_row();
  /// REQUIRES: COPY ... FROM STDIN was run.
  Outcome<> put(std::string_view bytes);
  Outcome<> end_put();

  /// What went wrong last, in the words of the server.
  Problem problem(PGresult* result) const;

 private:
  std::unique_ptr<PGconn, decltype(&PQfinish)> handle_;
};

/// `name` as it stands in a statement: "name".
std::string quoted_name(std::string_view name);
/// `text` as it stands in a statement: 'text'.
std::string quoted_text(std::string_view text);

}  // namespace leat::connectors
