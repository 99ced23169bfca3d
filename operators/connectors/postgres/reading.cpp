// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: one connection gives rows as fast as one process of the server makes them. Several give
// more, if they all see the same rows, each of them once.
//
// Invariants:
//  1. All connections of a run read one snapshot, whatever others write meanwhile. The transaction
//     that exported it stays open until the last split is read.
//  2. Every row is in one piece. The last range of pages has no end: what the snapshot sees may lie
//     behind the size that was asked for. Rows without a key are in the first range of keys.
//  3. What the pieces are depends on the table alone, not on lanes; rows come in their order.
//
// Rejected: limit and offset (each would read all rows before it), and a cursor (one connection).
#include "operators/connectors/postgres/reading.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace leat::connectors {
namespace {

constexpr int64_t kPagesPerPiece = 1024;  // 8 MiB
constexpr int64_t kRangesMax = 64;
constexpr const char* kBegin = "begin isolation level repeatable read read only";

std::vector<Piece> page_pieces(const Reading& reading, int64_t pages) {
  const int64_t count = std::max<int64_t>(1, pages / kPagesPerPiece);
  std::vector<Piece> pieces;
  for (int64_t i = 0; i < count; ++i) {
    const std::string begin = std::to_string(pages * i / count);
    const std::string end = std::to_string(pages * (i + 1) / count);
    const bool is_last = i + 1 == count;
    std::string where = "ctid >= '(" + begin + ",0)'";
    if (!is_last) where += " and ctid < '(" + end + ",0)'";
    if (count == 1) where.clear();
    pieces.push_back(
        {std::move(where), count == 1 ? reading.shown : reading.shown + " from page " + begin});
  }
  return pieces;
}

/// Bounds of `count` ranges between `least` and `most`, both included, without the first and last.
std::vector<int64_t> bounds(int64_t least, int64_t most, int64_t count) {
  std::vector<int64_t> all;
  const Int128 span = Int128{most} - least;
  for (int64_t i = 1; i < count; ++i) {
    const auto bound = static_cast<int64_t>(least + span * i / count);
    if (bound > least && (all.empty() || bound > all.back())) all.push_back(bound);
  }
  return all;
}

/// A key as a whole number, and back.
std::string number_of(const std::string& key, const ColumnType& type) {
  if (type.wire == Wire::kDate) return "(" + key + " - date '1970-01-01')::int8";
  if (type.wire == Wire::kTimestamp) return "floor(extract(epoch from " + key + "))::int8";
  if (type.wire == Wire::kTimestampTz) return "floor(extract(epoch from " + key + "))::int8";
  return key + "::int8";
}

std::string key_of(int64_t number, const ColumnType& type) {
  const std::string text = std::to_string(number);
  if (type.wire == Wire::kDate) return "(date '1970-01-01' + " + text + ")";
  if (type.wire == Wire::kTimestamp)
    return "(timestamp '1970-01-01' + interval '1 second' * " + text + ")";
  if (type.wire == Wire::kTimestampTz) return "to_timestamp(" + text + ")";
  return "'" + text + "'::int8";
}

Outcome<std::vector<Piece>> key_pieces(const Reading& reading, Session& session) {
  const std::string key = quoted_name(reading.key->name);
  std::string finite;
  if (reading.key_type->wire != Wire::kInt8 && reading.key_type->wire != Wire::kInt4 &&
      reading.key_type->wire != Wire::kInt2)
    finite = " where isfinite(" + key + ")";
  auto ends = session.ask("select " + number_of("least", *reading.key_type) + ", " +
                          number_of("most", *reading.key_type) + " from (select min(" + key +
                          ") as least, max(" + key + ") as most from " + reading.from + finite +
                          ") as ends");
  if (!ends) return std::unexpected(std::move(ends).error());
  std::vector<int64_t> inner;
  if (!ends->is_null(0, 0)) inner = bounds(ends->number(0, 0), ends->number(0, 1), kRangesMax);
  std::vector<Piece> pieces;
  for (size_t i = 0; i <= inner.size(); ++i) {
    std::string where;
    if (i > 0) where = key + " >= " + key_of(inner[i - 1], *reading.key_type);
    if (i < inner.size()) {
      where += (where.empty() ? "" : " and ") + key + " < " + key_of(inner[i], *reading.key_type);
      if (i == 0) where = "(" + where + " or " + key + " is null)";
    }
    pieces.push_back({std::move(where), reading.shown + " range " + std::to_string(i + 1) + " of " +
                                            std::to_string(inner.size() + 1)});
  }
  return pieces;
}

}  // namespace

std::string Reading::copy(const std::string& where) const {
  std::string list;
  for (size_t i = 0; i < columns.size(); ++i) {
    list += (i == 0 ? "" : ", ") + types[i].expression(columns[i].name);
  }
  std::string all = where;
  for (const std::string& condition : conditions) all += (all.empty() ? "" : " and ") + condition;
  return "copy (select " + list + " from " + from + (all.empty() ? "" : " where " + all) +
         ") to stdout (format binary)";
}

Outcome<std::shared_ptr<Snapshot>> take_snapshot(const Reading& reading) {
  auto session = Session::open(reading.target);
  if (!session) return std::unexpected(std::move(session).error());
  if (auto begun = (*session)->run(kBegin); !begun)
    return std::unexpected(std::move(begun).error());
  auto name = (*session)->ask("select pg_catalog.pg_export_snapshot()");
  if (!name) return std::unexpected(std::move(name).error());
  auto snapshot = std::make_shared<Snapshot>();
  snapshot->name = name->text(0, 0);
  snapshot->session = std::move(*session);
  return snapshot;
}

Outcome<std::unique_ptr<Session>> join_snapshot(const Reading& reading, const Snapshot& snapshot) {
  auto session = Session::open(reading.target);
  if (!session) return session;
  auto joined = (*session)->run(kBegin);
  if (joined) joined = (*session)->run("set transaction snapshot " + quoted_text(snapshot.name));
  if (!joined) return std::unexpected(std::move(joined).error());
  return session;
}

Outcome<std::vector<Piece>> pieces_of(const Reading& reading, Session& session) {
  if (reading.key) return key_pieces(reading, session);
  if (!reading.has_pages) return std::vector<Piece>();
  auto pages = session.ask("select pg_catalog.pg_relation_size(" + quoted_text(reading.from) +
                           "::regclass) / current_setting('block_size')::int8");
  if (!pages) return std::unexpected(std::move(pages).error());
  return page_pieces(reading, pages->number(0, 0));
}

}  // namespace leat::connectors
