// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: the rows of a run are to be in a table together, or none of them, also when the network
// goes while the server commits.
//
// Invariants:
//  1. Lanes make the bytes of rows; one connection takes them in order into a temporary table.
//  2. Prepared means: the transaction has done all it does, constraints are checked, and only COMMIT
//     is left. Until then others see nothing; a process that dies leaves nothing.
//  3. A COMMIT whose answer is lost is decided by asking the server what became of the transaction.
//
// Rejected: COPY straight into the table (its types are not those of the rows, and a key that is
// there would fail the run before it could be settled), and a prepared transaction (it cannot use
// temporary tables, and few servers allow one; it would outlive a crash with its locks).
#include "operators/connectors/postgres/write_postgres.h"

#include <algorithm>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "operators/connectors/options.h"
#include "operators/connectors/postgres/writing.h"

namespace leat::connectors {
namespace {

constexpr size_t kMemoryBytes = size_t{8} << 20;

const char* const kTypes[] = {"postgres", nullptr};
const char* const kModes[] = {"append", "replace", "upsert", "insert_missing", nullptr};

const leat_option_def kWriteOptions[] = {
    {sizeof(leat_option_def), "connection", "The name of a connection of type `postgres`.", nullptr,
     kTypes, LEAT_OPTION_CONNECTION, LEAT_REQUIRED, 0, 0},
    {sizeof(leat_option_def), "table",
     "A table that is there: `orders`, or `sales.orders`. An odd name stands in double quotes.",
     nullptr, nullptr, LEAT_OPTION_TEXT, LEAT_REQUIRED, 0, 0},
    {sizeof(leat_option_def), "mode",
     "`append` adds the rows; `replace` puts them in place of those that are there; `upsert` "
     "changes "
     "rows with the same key and adds the others; `insert_missing` adds those whose key is not "
     "there.",
     "append", kModes, LEAT_OPTION_CHOICE, 0, 0, 0},
    {sizeof(leat_option_def), "on", "The columns of the key, of `upsert` and `insert_missing`.",
     nullptr, nullptr, LEAT_OPTION_TEXT_LIST, 0, 0, 0},
    {sizeof(leat_option_def), "truncate",
     "Of `replace`: the table is truncated in place of deleting its rows. Faster, but readers "
     "wait, "
     "and those with an older snapshot see no rows.",
     "false", nullptr, LEAT_OPTION_BOOLEAN, 0, 0, 0},
};

// ---------------------------------------------------------------------------------------- binding

class Binder {
 public:
  Binder(leat_call* call, const leat_binding& binding)
      : call_(call), options_(binding), binding_(binding) {}

  /// Null after reporting.
  std::unique_ptr<Writing> bind() {
    auto writer = read_columns();
    if (!writer) return nullptr;
    auto writing = std::make_unique<Writing>(*binding_.connection, std::move(*writer));
    read_mode(*writing);
    host->need_memory(call_, kMemoryBytes);
    if (mistakes_ > 0) return nullptr;
    if (binding_.is_online == 0) return writing;
    const auto found = waiting(call_, [&]() -> Outcome<> {
      auto session = Session::open(writing->target);
      if (!session) return std::unexpected(std::move(session).error());
      return find_target(**session, options_.text("table"), *writing);
    });
    if (found) return writing;
    const Problem& problem = found.error();
    const bool is_option = problem.field == "table" || problem.field == "on";
    mistake(is_option ? problem.field.c_str() : nullptr, problem.message, problem.hint);
    return nullptr;
  }

 private:
  void mistake(const char* option, const std::string& message, const std::string& hint) {
    ++mistakes_;
    host->mistake(call_, option, message.c_str(), hint.empty() ? nullptr : hint.c_str());
  }

  std::optional<RowWriter> read_columns() {
    std::vector<std::string> names;
    std::vector<ColumnType> types;
    for (int64_t i = 0; i < binding_.input->n_children; ++i) {
      const ArrowSchema& column = *binding_.input->children[i];
      auto type = type_of_format(column);
      if (!type) {
        mistake(nullptr, "PostgreSQL has no type for the column '" + std::string(column.name) + "'",
                "cast it to json or utf8 in a stage above, or leave it out");
        continue;
      }
      names.emplace_back(column.name);
      types.push_back(std::move(*type));
    }
    if (mistakes_ > 0) return std::nullopt;
    return RowWriter(std::move(names), std::move(types));
  }

  void read_mode(Writing& writing) {
    const std::string mode = options_.text("mode");
    const auto* const at = std::find(std::begin(kModes), std::end(kModes) - 1, mode);
    writing.mode = static_cast<Mode>(at - std::begin(kModes));
    writing.truncates = options_.flag("truncate");
    writing.keys = options_.texts("on");
    const bool needs_key = writing.mode == Mode::kUpsert || writing.mode == Mode::kInsertMissing;
    if (needs_key && writing.keys.empty())
      mistake("mode", "'" + mode + "' needs the columns of a key",
              "write 'on: id', with the columns of a primary key or a unique index");
    if (!needs_key && !writing.keys.empty())
      mistake("on", "'" + mode + "' looks at no key", "leave 'on' out, or write 'mode: upsert'");
    if (writing.truncates && writing.mode != Mode::kReplace)
      mistake("truncate", "only 'replace' can truncate", "leave it out, or write 'mode: replace'");
    for (const std::string& key : writing.keys) {
      const auto& names = writing.writer.names();
      if (std::find(names.begin(), names.end(), key) == names.end())
        mistake("on", "the rows have no column '" + key + "'", known_names(key, names));
    }
  }

  leat_call* const call_;
  const Options options_;
  const leat_binding& binding_;
  int mistakes_ = 0;
};

int bind(const leat_operator*, leat_call* call, const leat_binding* binding, void** out) {
  std::unique_ptr<Writing> writing = Binder(call, *binding).bind();
  if (writing == nullptr) return LEAT_ERROR;
  *out = writing.release();
  return LEAT_OK;
}

void unbind(void* writing) { delete static_cast<Writing*>(writing); }

// ------------------------------------------------------------------------------------------- lanes

int process(void* opaque, leat_call* call, const leat_rows* rows) {
  const auto& writing = *static_cast<const Writing*>(opaque);
  std::string bytes;
  for (int64_t row = 0; row < rows->array->length; ++row) {
    const auto wrong = writing.writer.put(*rows->array, row, bytes);
    if (!wrong) continue;
    const int code = host->reject(call, static_cast<uint64_t>(row), wrong->c_str());
    if (code != LEAT_OK) return code;
  }
  return host->write(call, bytes.data(), bytes.size());
}

// ------------------------------------------------------------------------------------------ target

struct OpenTarget {
  explicit OpenTarget(const Writing& of) : writing(of) {}
  const Writing& writing;
  std::unique_ptr<Session> session;
  std::string transaction;  // its number, once there is one
};

/// What a step came to, as a code.
int ended(leat_call* call, const OpenTarget& target, Outcome<> outcome) {
  if (outcome) return LEAT_OK;
  Problem problem = std::move(outcome).error();
  problem.message = "'" + target.writing.shown + "' cannot be written: " + problem.message;
  return told(call, problem);
}

int target_open(void* opaque, leat_call* call, void** out) {
  auto target = std::make_unique<OpenTarget>(*static_cast<const Writing*>(opaque));
  const int code = ended(call, *target, waiting(call, [&]() -> Outcome<> {
                           auto session = Session::open(target->writing.target);
                           if (!session) return std::unexpected(std::move(session).error());
                           target->session = std::move(*session);
                           auto done = target->session->run(target->writing.create_staging());
                           if (done) done = target->session->run(target->writing.copy_staging());
                           if (done) done = target->session->put(RowWriter::header());
                           return done;
                         }));
  if (code == LEAT_OK) *out = target.release();
  return code;
}

int target_write(void* opaque, leat_call* call, const void* bytes, size_t size, uint64_t) {
  auto& target = *static_cast<OpenTarget*>(opaque);
  return ended(call, target, waiting(call, [&] {
                 return target.session->put({static_cast<const char*>(bytes), size});
               }));
}

int target_prepare(void* opaque, leat_call* call) {
  auto& target = *static_cast<OpenTarget*>(opaque);
  return ended(call, target, waiting(call, [&]() -> Outcome<> {
                 Session& session = *target.session;
                 auto done = session.put(RowWriter::trailer());
                 if (done) done = session.end_put();
                 if (done) done = session.run("analyze pg_temp.leat_staging");
                 if (done) done = session.run("begin");
                 const std::string clear = target.writing.clear();
                 if (done && !clear.empty()) done = session.run(clear);
                 if (done) done = session.run(target.writing.merge("pg_temp.leat_staging"));
                 if (done) done = session.run("set constraints all immediate");
                 if (!done) return done;
                 auto id = session.ask("select pg_catalog.pg_current_xact_id()");
                 if (!id) return std::unexpected(std::move(id).error());
                 target.transaction = id->text(0, 0);
                 return {};
               }));
}

int target_commit(void* opaque, leat_call* call) {
  auto& target = *static_cast<OpenTarget*>(opaque);
  Outcome<bool> decided = true;
  auto done = waiting(call, [&] {
    auto committed = target.session->run("commit");
    // With an answer of the server it is what that says.
    if (!committed && committed.error().state.empty())
      decided = was_committed(target.writing.target, target.transaction);
    else if (!committed)
      decided = false;
    return committed;
  });
  if (done || (decided && *decided)) return LEAT_OK;
  if (decided) return ended(call, target, std::move(done));
  Problem problem = std::move(decided).error();
  problem.message = "it is not known whether the rows are in '" + target.writing.shown +
                    "': the connection was lost at the commit, and " + problem.message;
  problem.hint = "ask the server: select pg_xact_status('" + target.transaction + "')";
  problem.code = LEAT_ERROR_UNKNOWN;
  return told(call, problem);
}

void target_abort(void*) {}  // the server rolls back when the connection ends
void target_close(void* target) { delete static_cast<OpenTarget*>(target); }

}  // namespace

leat_operator write_postgres_table() {
  leat_operator table{};
  table.size = sizeof(table);
  table.name = "write_postgres";
  table.kind = LEAT_SINK;
  table.text = LEAT_TEXT_VIEWS;
  table.summary = "Writes rows to a table of a PostgreSQL server.";
  table.doc =
      "The rows wait in a temporary table, and one transaction at the end of the run brings them "
      "into the table: others see all of them, or none. A run that fails or dies changes "
      "nothing.\n\n"
      "Columns go by their names, into a table that is there; those that the rows have not get "
      "their "
      "defaults. Nothing is rounded or cut: what a column cannot hold is a mistake before anything "
      "is read, or fails the run. Texts become uuid, inet, enums, json and the like. Of several "
      "rows "
      "with one key `upsert` takes the last and `insert_missing` the first.\n\n"
      "When a run writes files as well, the server commits first.";
  table.example =
      "- write_postgres: { connection: warehouse, table: orders }\n"
      "- write_postgres: { connection: warehouse, table: orders, mode: upsert, on: order_id }\n";
  table.options = kWriteOptions;
  table.option_count = std::size(kWriteOptions);
  table.bind = bind;
  table.unbind = unbind;
  table.process = process;
  table.target_open = target_open;
  table.target_write = target_write;
  table.target_prepare = target_prepare;
  table.target_commit = target_commit;
  table.target_abort = target_abort;
  table.target_close = target_close;
  return table;
}

}  // namespace leat::connectors
