// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// sqlite.read: a source that wraps a library. The query is prepared when the pipeline is checked,
// so its mistakes have a place in the YAML; types come from the declarations of the columns.
#include <leat/plugin.h>
#include <sqlite3.h>

namespace {

using leat::api::Bind;
using leat::api::Call;
using leat::api::Option;
using leat::api::Type;
using leat::api::Writer;

constexpr Option kOptions[] = {
    Option::text("file", "The database.").required(),
    Option::text("query", "A select statement.").required(),
};

using Database = std::unique_ptr<sqlite3, decltype(&sqlite3_close)>;
using Statement = std::unique_ptr<sqlite3_stmt, decltype(&sqlite3_finalize)>;

Database open(const std::string& file) {
  sqlite3* database = nullptr;
  sqlite3_open_v2(file.c_str(), &database, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, nullptr);
  return {database, sqlite3_close};
}

Statement prepare(sqlite3* database, const std::string& query) {
  sqlite3_stmt* statement = nullptr;
  sqlite3_prepare_v2(database, query.c_str(), -1, &statement, nullptr);
  return {statement, sqlite3_finalize};
}

/// By the rules of SQLite for the affinity of a declared type; a column without one is text.
Type type_of(const char* declared) {
  std::string name = declared == nullptr ? "" : declared;
  for (char& c : name) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  const auto has = [&](const char* part) { return name.find(part) != std::string::npos; };
  if (has("INT")) return Type::kInt64;
  return has("REAL") || has("FLOA") || has("DOUB") ? Type::kFloat64 : Type::kText;
}

class ReadSqlite {
 public:
  void bind(Bind& bind) {
    file_ = bind.text("file");
    query_ = bind.text("query");
    const Database database = open(file_);
    if (sqlite3_errcode(database.get()) != SQLITE_OK)
      return bind.mistake("file", "'" + file_ + "': " + sqlite3_errmsg(database.get()));
    const Statement statement = prepare(database.get(), query_);
    if (statement == nullptr) return bind.mistake("query", sqlite3_errmsg(database.get()));
    for (int i = 0; i < sqlite3_column_count(statement.get()); ++i) {
      types_.push_back(type_of(sqlite3_column_decltype(statement.get(), i)));
      bind.add(sqlite3_column_name(statement.get(), i), types_.back());
    }
  }

  class Reader {
   public:
    Reader(const ReadSqlite& source, Call& call)
        : source_(source),
          database_(open(source.file_)),
          statement_(prepare(database_.get(), source.query_)) {
      if (statement_ == nullptr) call.fail(sqlite3_errmsg(database_.get()), {}, LEAT_ERROR_IO);
    }

    /// The rows of one split.
    bool next(Writer& out) {
      while (!done_ && out.rows() < leat::api::kRowsMax) {
        const int step = out.call().blocking([&] { return sqlite3_step(statement_.get()); });
        done_ = step != SQLITE_ROW;  // a further step would begin again
        if (step == SQLITE_DONE) break;
        if (step != SQLITE_ROW) {
          out.call().fail(sqlite3_errmsg(database_.get()), {}, LEAT_ERROR_IO);
          break;
        }
        if (!out.next()) break;
        for (size_t i = 0; i < source_.types_.size(); ++i) set(out, i);
      }
      return out.rows() > 0;
    }

   private:
    void set(Writer& out, size_t column) {
      const int i = static_cast<int>(column);
      sqlite3_stmt* const row = statement_.get();
      if (sqlite3_column_type(row, i) == SQLITE_NULL) return;
      switch (source_.types_[column]) {
        case Type::kInt64: return out.set(column, int64_t{sqlite3_column_int64(row, i)});
        case Type::kFloat64: return out.set(column, sqlite3_column_double(row, i));
        default: {
          const auto* const text = reinterpret_cast<const char*>(sqlite3_column_text(row, i));
          const auto bytes = static_cast<size_t>(sqlite3_column_bytes(row, i));
          return out.set(column, std::string_view(text, bytes));
        }
      }
    }

    const ReadSqlite& source_;
    Database database_;
    Statement statement_;
    bool done_ = false;
  };

 private:
  std::string file_;
  std::string query_;
  std::vector<Type> types_;
};

}  // namespace

LEAT_PLUGIN(
    "sqlite", "1.0",
    leat::api::source<ReadSqlite>({
        .name = "read",
        .summary = "Reads the rows of a query from an SQLite database.",
        .doc = "The order of rows is that of the query: give it an `order by` if it matters.",
        .example = "- sqlite.read:\n    file: shop.db\n    query: select * from orders\n",
        .options = kOptions,
    }))
