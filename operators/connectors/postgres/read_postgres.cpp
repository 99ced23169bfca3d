// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: rows are to come from a server as fast as it has them, exactly as they were at one
// moment, and only those and of those only what is used.
//
// Invariants:
//  1. The columns are known while binding, from the server or from what is declared; no row is read
//     then.
//  2. A split is a range of pages or of keys, which any lane reads through a connection of its own.
//     What has neither is read through one connection: the bytes of its rows are the splits, and
//     lanes make values of them.
//  3. Values that leat cannot have are faults of their rows; what the server refuses fails the run.
//
// Rejected: threads of its own (lanes are as many as there are processors), and `select` with a
// cursor (COPY needs half the work on both sides).
#include "operators/connectors/postgres/read_postgres.h"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "operators/connectors/options.h"
#include "operators/connectors/postgres/column_maker.h"
#include "operators/connectors/postgres/pushed.h"
#include "operators/connectors/postgres/reading.h"

namespace leat::connectors {
namespace {

constexpr size_t kBatchRows = 8192;
constexpr size_t kBatchBytes = size_t{4} << 20;
constexpr size_t kChunkRows = 65'536;
constexpr size_t kChunkBytes = size_t{1} << 20;
constexpr size_t kMemoryBytes = size_t{16} << 20;

const char* const kTypes[] = {"postgres", nullptr};

const leat_option_def kReadOptions[] = {
    {sizeof(leat_option_def), "connection", "The name of a connection of type `postgres`.", nullptr,
     kTypes, LEAT_OPTION_CONNECTION, LEAT_REQUIRED, 0, 0},
    {sizeof(leat_option_def), "table",
     "A table, view or foreign table: `orders`, or `sales.orders`. An odd name stands in double "
     "quotes.",
     nullptr, nullptr, LEAT_OPTION_TEXT, 0, 0, 0},
    {sizeof(leat_option_def), "query",
     "A `select` of the server, in place of `table`. `${...}` cannot be used in it, since values "
     "never become code.",
     nullptr, nullptr, LEAT_OPTION_TEXT, LEAT_IS_CODE, 0, 0},
    {sizeof(leat_option_def), "columns",
     "The columns to read, each with its type. With it, `leat check` needs no server. Left out: "
     "all "
     "that there are.",
     nullptr, nullptr, LEAT_OPTION_NAMED, 0, 0, 0},
    {sizeof(leat_option_def), "partition_on",
     "A column of whole numbers, dates or times by whose ranges several connections read at once, "
     "best one with an index. Left out: tables are read by ranges of their pages; views, queries "
     "and tables with partitions by one connection.",
     nullptr, nullptr, LEAT_OPTION_TEXT, 0, 0, 0},
};

// ---------------------------------------------------------------------------------------- binding

/// Asks the server what there is.
class Binder {
 public:
  Binder(leat_call* call, const leat_binding& binding)
      : call_(call), options_(binding), binding_(binding) {}

  int bind(std::unique_ptr<Reading>& reading) {
    const bool has_table = options_.is_written("table");
    if (has_table == options_.is_written("query")) {
      mistake(has_table ? "query" : nullptr,
              has_table ? "'table' and 'query' are written, and only one is read"
                        : "nothing is said of what to read",
              "write 'table', or 'query'");
      return LEAT_ERROR;
    }
    reading = std::make_unique<Reading>(*binding_.connection);
    declared_ = options_.named("columns");
    host->need_memory(call_, kMemoryBytes);
    if (binding_.is_online == 0) return bind_offline();
    const auto bound = waiting(call_, [&] { return ask(*reading); });
    if (!bound) {
      const std::string& field = bound.error().field;
      const bool is_option = field == "table" || field == "columns" || field == "partition_on";
      mistake(is_option ? field.c_str() : nullptr, bound.error().message, bound.error().hint);
      return LEAT_ERROR;
    }
    return add_columns(*reading);
  }

 private:
  void mistake(const char* option, const std::string& message, const std::string& hint) {
    host->mistake(call_, option, message.c_str(), hint.empty() ? nullptr : hint.c_str());
  }

  int bind_offline() {
    if (declared_.empty()) return LEAT_ERROR_OFFLINE;
    int code = LEAT_OK;
    for (const auto& [name, text] : declared_) {
      const auto type = declared_type(text);
      if (!type) {
        mistake("columns",
                "the column '" + name + "' is declared with the type '" + text +
                    "', which cannot be read from PostgreSQL",
                "write a type such as int64, decimal(12,2), utf8, timestamptz");
        code = LEAT_ERROR;
      } else if (is_wanted(name) && code == LEAT_OK) {
        code = host->add_column(call_, name.c_str(), type->leat().c_str());
      }
    }
    return code;
  }

  bool is_wanted(const std::string& name) const {
    if (binding_.wanted == nullptr) return true;
    return std::any_of(binding_.wanted, binding_.wanted + binding_.wanted_count,
                       [&](const char* wanted) { return name == wanted; });
  }

  Outcome<> ask(Reading& reading) {
    auto session = Session::open(reading.target);
    if (!session) return std::unexpected(std::move(session).error());
    if (auto found = find_rows(**session, reading); !found) return found;
    auto columns = columns_of(**session, "select * from " + reading.from);
    if (!columns) return std::unexpected(std::move(columns).error());
    if (auto keyed = take_key(**session, *columns, reading); !keyed) return keyed;
    if (auto chosen = choose(*columns); !chosen) return chosen;
    auto types = types_of(**session, *columns, declared_);
    if (!types) return std::unexpected(std::move(types).error());
    for (size_t i = 0; i < columns->size(); ++i) {
      if (!is_wanted((*columns)[i].name)) continue;
      reading.names.push_back((*columns)[i].name);
      reading.columns.push_back((*columns)[i]);
      reading.types.push_back((*types)[i]);
    }
    return {};
  }

  /// What stands behind `from`.
  Outcome<> find_rows(Session& session, Reading& reading) {
    if (options_.is_written("query")) {
      std::string query = options_.text("query");
      while (!query.empty() && std::string_view(" \t\r\n;").contains(query.back()))
        query.pop_back();
      reading.shown = "query";
      // The end of the line ends a comment of the query.
      reading.from = "(" + query + "\n) as query";
      return {};
    }
    auto relation = find_relation(session, options_.text("table"));
    if (!relation) return std::unexpected(std::move(relation).error());
    reading.shown = relation->name;
    reading.from = relation->sql();
    reading.has_pages = (relation->kind == 'r' || relation->kind == 'm') && !relation->has_children;
    return {};
  }

  static const ServerColumn* find(const std::vector<ServerColumn>& columns,
                                  const std::string& name) {
    const auto found = std::find_if(columns.begin(), columns.end(),
                                    [&](const ServerColumn& one) { return one.name == name; });
    return found == columns.end() ? nullptr : &*found;
  }

  static Problem no_column(const char* option, const std::string& name,
                           const std::vector<ServerColumn>& columns) {
    std::vector<std::string> names;
    for (const ServerColumn& column : columns) names.push_back(column.name);
    return {"there is no column '" + name + "'", known_names(name, names), LEAT_ERROR, option};
  }

  Outcome<> take_key(Session& session, const std::vector<ServerColumn>& columns, Reading& reading) {
    if (!options_.is_written("partition_on")) return {};
    const std::string name = options_.text("partition_on");
    const ServerColumn* const key = find(columns, name);
    if (key == nullptr) return std::unexpected(no_column("partition_on", name, columns));
    auto own = types_of(session, {*key}, {});
    const Wire wire = own ? own->front().wire : Wire::kText;
    const bool fits = wire == Wire::kInt2 || wire == Wire::kInt4 || wire == Wire::kInt8 ||
                      wire == Wire::kDate || wire == Wire::kTimestamp || wire == Wire::kTimestampTz;
    if (!fits)
      return std::unexpected(Problem{
          "the column '" + name + "' has no ranges: it holds no whole numbers, dates or times",
          "name another column, or leave 'partition_on' out", LEAT_ERROR, "partition_on"});
    reading.key = *key;
    reading.key_type = own->front();
    return {};
  }

  /// Leaves of `columns` those that are declared, in the order in which they are.
  Outcome<> choose(std::vector<ServerColumn>& columns) {
    if (!declared_.empty()) {
      std::vector<ServerColumn> chosen;
      for (const auto& [name, type] : declared_) {
        const ServerColumn* const column = find(columns, name);
        if (column == nullptr) return std::unexpected(no_column("columns", name, columns));
        chosen.push_back(*column);
      }
      columns = std::move(chosen);
    }
    for (size_t i = 0; i < columns.size(); ++i) {
      if (find(columns, columns[i].name) != &columns[i])
        return std::unexpected(Problem{"there are two columns called '" + columns[i].name + "'",
                                       "name them apart in the query, with 'as'"});
    }
    return {};
  }

  int add_columns(const Reading& reading) {
    for (size_t i = 0; i < reading.names.size(); ++i) {
      const int code =
          host->add_column(call_, reading.names[i].c_str(), reading.types[i].leat().c_str());
      if (code != LEAT_OK) return code;
    }
    return LEAT_OK;
  }

  leat_call* const call_;
  const Options options_;
  const leat_binding& binding_;
  std::vector<std::pair<std::string, std::string>> declared_;
};

int bind(const leat_operator*, leat_call* call, const leat_binding* binding, void** out) {
  std::unique_ptr<Reading> reading;
  const int code = Binder(call, *binding).bind(reading);
  *out = reading.release();
  return code;
}

void unbind(void* reading) { delete static_cast<Reading*>(reading); }

int64_t prune(void* opaque, const leat_condition* conditions, size_t count) {
  auto& reading = *static_cast<Reading*>(opaque);
  for (size_t i = 0; i < count; ++i) {
    for (size_t k = 0; k < reading.columns.size(); ++k) {
      if (reading.names[k] != conditions[i].column) continue;
      if (auto sql = sql_condition(conditions[i], reading.columns[k], reading.types[k]))
        reading.conditions.push_back(std::move(*sql));
    }
  }
  return -1;
}

// ------------------------------------------------------------------------------------------ splits

/// What a split holds until it was read.
struct SplitData {
  std::shared_ptr<Snapshot> snapshot;
  std::string where;
  std::string chunk;  ///< Rows, each behind its length, of what is read through one connection.
  bool is_chunk = false;
};

/// What a lane reads with, or who asks for splits.
struct Lane {
  explicit Lane(const Reading& of) : reading(of) {}

  const Reading& reading;
  // Of who asks for splits.
  std::shared_ptr<Snapshot> snapshot;
  std::vector<Piece> pieces;
  size_t next_piece = 0;
  uint64_t rows = 0;  // in chunks so far
  bool is_first_row = true;
  bool is_at_end = false;
  // Of lanes.
  std::shared_ptr<Snapshot> joined;
  std::unique_ptr<Session> session;
};

int open_lane(void* reading, leat_call*, void** out) {
  *out = new Lane(*static_cast<const Reading*>(reading));
  return LEAT_OK;
}

void close_lane(void* lane) { delete static_cast<Lane*>(lane); }

int failed(leat_call* call, const Lane& lane, Problem problem) {
  problem.message = "'" + lane.reading.shown + "' cannot be read: " + problem.message;
  return told(call, problem);
}

Outcome<> begin(Lane& lane) {
  auto snapshot = take_snapshot(lane.reading);
  if (!snapshot) return std::unexpected(std::move(snapshot).error());
  lane.snapshot = std::move(*snapshot);
  auto pieces = pieces_of(lane.reading, *lane.snapshot->session);
  if (!pieces) return std::unexpected(std::move(pieces).error());
  lane.pieces = std::move(*pieces);
  if (!lane.pieces.empty()) return {};
  return lane.snapshot->session->run(lane.reading.copy(""));
}

/// The bytes of the next rows; empty: there are no more.
Outcome<std::string> next_chunk(Lane& lane, uint64_t& rows) {
  std::string chunk;
  while (!lane.is_at_end && rows < kChunkRows && chunk.size() < kChunkBytes) {
    auto row = lane.snapshot->session->next_row();
    if (!row) return std::unexpected(std::move(row).error());
    lane.is_at_end = row->is_end;
    if (row->is_end) break;
    if (std::exchange(lane.is_first_row, false)) row->bytes = without_header(row->bytes);
    if (row->bytes.empty() || is_trailer(row->bytes)) continue;
    const auto length = static_cast<uint32_t>(row->bytes.size());
    chunk.append(reinterpret_cast<const char*>(&length), sizeof(length));
    chunk.append(row->bytes);
    ++rows;
  }
  return chunk;
}

void release_split(void* data) { delete static_cast<SplitData*>(data); }

int next(void* opaque, leat_call* call, leat_split* split) {
  Lane& lane = *static_cast<Lane*>(opaque);
  if (lane.snapshot == nullptr) {
    auto begun = waiting(call, [&] { return begin(lane); });
    if (!begun) return failed(call, lane, std::move(begun).error());
  }
  auto data = std::make_unique<SplitData>();
  data->snapshot = lane.snapshot;
  split->name = lane.reading.shown.c_str();
  if (!lane.pieces.empty()) {
    split->has_split = lane.next_piece < lane.pieces.size() ? 1 : 0;
    if (split->has_split == 0) return LEAT_OK;
    const Piece& piece = lane.pieces[lane.next_piece++];
    data->where = piece.where;
    split->name = piece.shown.c_str();
  } else {
    uint64_t rows = 0;
    auto chunk = waiting(call, [&] { return next_chunk(lane, rows); });
    if (!chunk) return failed(call, lane, std::move(chunk).error());
    split->has_split = rows > 0 ? 1 : 0;
    if (split->has_split == 0) return LEAT_OK;
    split->first_row = std::exchange(lane.rows, lane.rows + rows);
    data->is_chunk = true;
    data->chunk = std::move(*chunk);
  }
  split->data = data.release();
  split->release = release_split;
  return LEAT_OK;
}

// ------------------------------------------------------------------------------------------- lanes

/// Gives the rows of a split to leat.
class RowGiver {
 public:
  RowGiver(const Reading& reading, leat_call* call) : reading_(reading), call_(call) {
    columns_.reserve(reading.types.size());
    for (const ColumnType& type : reading.types) columns_.emplace_back(type);
  }

  /// Takes a row; false: those before it are to be given first, and `fault` says why it is none.
  bool take(std::string_view row) {
    fault_ = add_row(row, columns_, reading_.names);
    if (!fault_) ++rows_;
    return !fault_;
  }
  bool is_full() const {
    size_t bytes = 0;
    for (const ColumnMaker& column : columns_) bytes += column.bytes();
    return rows_ >= kBatchRows || bytes >= kBatchBytes;
  }
  /// What was taken, and then the fault, if there is one. A leat_code.
  int give() {
    int code = rows_ > 0 ? emit() : LEAT_OK;
    if (code == LEAT_OK && fault_) code = host->reject(call_, given_++, fault_->c_str());
    fault_.reset();
    return code;
  }

 private:
  int emit() {
    size_t bytes = 0;
    for (const ColumnMaker& column : columns_) bytes += column.bytes();
    const int charged = host->charge(call_, bytes);
    if (charged != LEAT_OK) return charged;
    std::vector<ArrowArray> arrays(columns_.size());
    std::vector<ArrowArray*> pointers;
    for (size_t i = 0; i < columns_.size(); ++i) {
      columns_[i].finish(&arrays[i]);
      pointers.push_back(&arrays[i]);
    }
    const void* no_validity = nullptr;
    ArrowArray rows{};
    rows.length = static_cast<int64_t>(rows_);
    rows.n_buffers = 1;
    rows.buffers = &no_validity;
    rows.n_children = static_cast<int64_t>(pointers.size());
    rows.children = pointers.data();
    rows.release = [](ArrowArray* array) {
      for (int64_t i = 0; i < array->n_children; ++i) {
        if (array->children[i]->release != nullptr) array->children[i]->release(array->children[i]);
      }
      array->release = nullptr;
    };
    leat_output output{};
    output.size = sizeof(output);
    output.array = &rows;
    const int code = host->emit(call_, &output);
    host->refund(call_, bytes);
    given_ += std::exchange(rows_, 0);
    return code;
  }

  const Reading& reading_;
  leat_call* const call_;
  std::vector<ColumnMaker> columns_;
  size_t rows_ = 0;
  uint64_t given_ = 0;
  std::optional<std::string> fault_;
};

int decode_chunk(const Reading& reading, leat_call* call, std::string_view chunk) {
  RowGiver giver(reading, call);
  while (!chunk.empty()) {
    uint32_t length = 0;
    std::memcpy(&length, chunk.data(), sizeof(length));
    const bool is_taken = giver.take(chunk.substr(sizeof(length), length));
    chunk.remove_prefix(sizeof(length) + length);
    if (is_taken && !giver.is_full()) continue;
    if (const int code = giver.give(); code != LEAT_OK) return code;
  }
  return giver.give();
}

/// Reads rows until there are enough for a batch; false at the end.
Outcome<bool> fill(Session& session, RowGiver& giver, bool& is_first_row) {
  for (;;) {
    auto row = session.next_row();
    if (!row) return std::unexpected(std::move(row).error());
    if (row->is_end) return false;
    if (std::exchange(is_first_row, false)) row->bytes = without_header(row->bytes);
    if (row->bytes.empty() || is_trailer(row->bytes)) continue;
    if (!giver.take(row->bytes) || giver.is_full()) return true;
  }
}

int decode_piece(Lane& lane, leat_call* call) {
  RowGiver giver(lane.reading, call);
  bool is_first_row = true;
  for (bool has_more = true; has_more;) {
    if (host->cancelled(call) != 0) return LEAT_ERROR_CANCELLED;
    auto filled = waiting(call, [&] { return fill(*lane.session, giver, is_first_row); });
    if (!filled) return failed(call, lane, std::move(filled).error());
    has_more = *filled;
    if (const int code = giver.give(); code != LEAT_OK) return code;
  }
  return LEAT_OK;
}

int decode(void* opaque, leat_call* call, const leat_split* split) {
  Lane& lane = *static_cast<Lane*>(opaque);
  const auto& data = *static_cast<const SplitData*>(split->data);
  if (data.is_chunk) return decode_chunk(lane.reading, call, data.chunk);
  auto begun = waiting(call, [&]() -> Outcome<> {
    if (lane.session == nullptr || lane.joined != data.snapshot) {
      auto session = join_snapshot(lane.reading, *data.snapshot);
      if (!session) return std::unexpected(std::move(session).error());
      lane.session = std::move(*session);
      lane.joined = data.snapshot;
    }
    return lane.session->run(lane.reading.copy(data.where));
  });
  const int code = begun ? decode_piece(lane, call) : failed(call, lane, std::move(begun).error());
  if (code != LEAT_OK) lane.session = nullptr;  // in the middle of a COPY
  return code;
}

}  // namespace

leat_operator read_postgres_table() {
  leat_operator table{};
  table.size = sizeof(table);
  table.name = "read_postgres";
  table.kind = LEAT_SOURCE;
  table.text = LEAT_TEXT_OFFSETS;
  table.summary = "Reads rows from a PostgreSQL server.";
  table.doc =
      "All connections of a run read one snapshot: rows that others write meanwhile are not seen. "
      "A "
      "table is read by several connections at once, in the order of its pages. Only columns that "
      "the pipeline uses are asked for; and of a filter right behind the source the server is "
      "asked "
      "what it compares as leat does: numbers, dates, times, NULL, and whether texts are equal.\n\n"
      "Integers become int64, numeric(p,s) decimal(p,s), float4 and float8 float64, timestamptz, "
      "date, json and jsonb, bytea and arrays of all these what they are; enums, uuid, inet and "
      "all "
      "other types text as the server writes it; time and interval an interval. A numeric without "
      "precision must be declared in `columns`. Infinite dates, NaN in a numeric and arrays of "
      "several dimensions are errors of their rows, which `on_error` deals with.";
  table.example =
      "- read_postgres: { connection: warehouse, table: orders }\n"
      "- read_postgres:\n"
      "    connection: warehouse\n"
      "    query: \"select id, total from sales.orders where total > 10\"\n"
      "    partition_on: id\n";
  table.options = kReadOptions;
  table.option_count = std::size(kReadOptions);
  table.bind = bind;
  table.unbind = unbind;
  table.open = open_lane;
  table.close = close_lane;
  table.next = next;
  table.decode = decode;
  table.prune = prune;
  return table;
}

}  // namespace leat::connectors
