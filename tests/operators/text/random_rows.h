// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Random batches of every type, each with a model of its values that another library made: what
// encoders write is read back and compared with the model.
#pragma once

#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "operators/data/batch.h"
#include "operators/json/json_column.h"
#include "operators/text/value_format.h"

namespace leat::io {

using Model = nlohmann::ordered_json;

/// Makes types, values and columns. Dates and other values that JSON has no word for are strings in
/// the model.
class RandomRows {
 public:
  RandomRows(std::mt19937_64& random, MemoryAccount& memory) : random_(random), memory_(memory) {}

  uint64_t below(uint64_t bound) { return random_() % bound; }

  Type type(int depth) {
    switch (below(depth > 0 ? 12 : 10)) {
      case 0: return kBoolType;
      case 1: return kInt64Type;
      case 2: return kFloat64Type;
      case 3: return Type::decimal(18, static_cast<uint8_t>(below(7)));
      case 4: return kUtf8Type;
      case 5: return kBinaryType;
      case 6: return kDateType;
      case 7: return kTimestampType;
      case 8: return kIntervalType;
      case 9: return kJsonType;
      case 10: return Type::list(type(depth - 1));
      default: {
        std::vector<Field> fields;
        for (uint64_t i = 0; i <= below(3); ++i)
          fields.push_back({"f" + std::to_string(i), type(depth - 1)});
        return Type::structure(std::move(fields));
      }
    }
  }

  SchemaRef schema() {
    std::vector<Field> fields;
    for (uint64_t i = 0; i <= below(8); ++i)
      fields.push_back({"c" + std::to_string(i) + (below(8) == 0 ? ",\"\n" : ""), type(2)});
    return std::make_shared<const Schema>(std::move(fields));
  }

  std::string text() {
    static const std::vector<std::string> kPieces = {"a",
                                                     "Z",
                                                     "0",
                                                     " ",
                                                     ",",
                                                     ";",
                                                     "\"",
                                                     "\"\"",
                                                     "\n",
                                                     "\r\n",
                                                     "\t",
                                                     "\\",
                                                     "NULL",
                                                     "\u00e9",
                                                     "\u6771\u4eac",
                                                     "\U0001F600",
                                                     "long text of more than sixteen bytes",
                                                     std::string(1, '\0'),
                                                     "\x1f",
                                                     "\x7f",
                                                     "'",
                                                     "{",
                                                     "/"};
    std::string text;
    for (uint64_t i = below(6); i > 0; --i) text += kPieces[below(kPieces.size())];
    return text;
  }

  /// Appends a random value to `column`; returns its model.
  Model append(JsonColumn& column) {
    if (below(8) == 0) {
      EXPECT_TRUE(column.append_null());
      return nullptr;
    }
    if (column.is_full()) {
      EXPECT_TRUE(column.grow());
    }
    char scalar[kScalarTextBytes];
    const auto put = [&](auto value, char* end) {
      column.put(value);
      return std::string(scalar, static_cast<size_t>(end - scalar));
    };
    switch (column.id()) {
      case TypeId::kBool: {
        const bool value = below(2) != 0;
        column.put_bool(value);
        return value;
      }
      case TypeId::kInt64: {
        const auto value = static_cast<int64_t>(random_()) >> below(64);
        column.put(value);
        return value;
      }
      case TypeId::kFloat64: {
        const double value = static_cast<double>(static_cast<int64_t>(random_()) >> below(64)) /
                             static_cast<double>(1 + below(1000));
        column.put(value);
        return value;
      }
      case TypeId::kDecimal: {
        const Int128 value =
            (static_cast<int64_t>(random_()) >> below(64)) % 1'000'000'000'000'000'000;
        return Model::parse(put(value, format_decimal(value, column.type().scale(), scalar)));
      }
      case TypeId::kDate: {
        const auto value = static_cast<int32_t>(below(3'000'000)) - 700'000;
        return put(value, format_date(value, scalar));
      }
      case TypeId::kTimestamp: {
        const int64_t value =
            static_cast<int64_t>(below(2'000'000'000'000'000)) * (below(2) != 0 ? 1 : 100);
        return put(value, format_timestamp(value, column.type().is_zoned(), scalar));
      }
      case TypeId::kInterval: {
        const Interval value{static_cast<int32_t>(below(100)) - 50,
                             static_cast<int32_t>(below(100)) - 50,
                             static_cast<int64_t>(random_()) >> 20};
        return put(value, format_interval(value, scalar));
      }
      default: return append_long(column);
    }
  }

  /// A batch of `rows` rows and the model of each: a list of values.
  std::pair<Batch, std::vector<Model>> batch(const SchemaRef& schema, size_t rows) {
    std::vector<JsonColumn> columns;
    for (const Field& field : schema->fields()) {
      columns.emplace_back(field.type, memory_);
      EXPECT_TRUE(columns.back().start(BufferRef(), rows));
    }
    std::vector<Model> models;
    for (size_t row = 0; row < rows; ++row) {
      Model model = Model::array();
      for (JsonColumn& column : columns) model.push_back(append(column));
      models.push_back(std::move(model));
    }
    std::vector<ColumnRef> finished;
    for (JsonColumn& column : columns) finished.push_back(column.finish());
    return {Batch(schema, std::move(finished), rows, RowPlaces()), std::move(models)};
  }

 private:
  Model append_text(JsonColumn& column, const std::string& text, Model model) {
    auto room = column.room(text.size() + 1);
    EXPECT_TRUE(room);
    std::copy(text.begin(), text.end(), *room);
    column.put_from_room({*room, text.size()});
    return model;
  }

  Model append_long(JsonColumn& column) {
    switch (column.id()) {
      case TypeId::kUtf8: {
        const std::string value = text();
        return append_text(column, value, value);
      }
      case TypeId::kBinary: {
        std::string value = text() + std::string(below(3), '\xff');
        std::string hex(2 + 2 * value.size(), ' ');
        format_binary(value, hex.data());
        return append_text(column, value, hex);
      }
      case TypeId::kJson: {
        const Model value = below(2) != 0 ? Model(text()) : Model{{"k", text()}, {"n", below(100)}};
        return append_text(column, value.dump(below(2) != 0 ? 2 : -1), value);
      }
      case TypeId::kList: {
        Model list = Model::array();
        for (uint64_t i = below(4); i > 0; --i) list.push_back(append(column.children()[0]));
        column.put_list();
        return list;
      }
      default: {
        Model object = Model::object();
        for (size_t i = 0; i < column.children().size(); ++i) {
          object[column.type().fields()[i].name] = append(column.children()[i]);
        }
        column.put_struct();
        return object;
      }
    }
  }

  std::mt19937_64& random_;
  MemoryAccount& memory_;
};

}  // namespace leat::io
