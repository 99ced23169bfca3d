// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: where a row group ends, and which file a row goes to, is known behind the lanes: rows
// must cross from them one by one, and their bytes must not tell how batches were cut.
//
// A record is its length in 4 bytes, then for each column a byte, 0 for NULL, and the value:
// numbers as they lie in memory, text (and intervals, as text) behind its length, a list behind the
// number of its elements, a struct as its fields. It never leaves the process.
//
// Invariants: the record of a row depends on its values alone.
//
// Rejected: Arrow's IPC (its records are batches: a file of one row of a thousand batches would be
// nearly all headers), and to write row groups in lanes (their rows would follow the splits).
#include "operators/connectors/parquet/records.h"

#include <arrow/extension_type.h>

#include <cstring>
#include <limits>
#include <utility>

#include "operators/connectors/parquet/types.h"

namespace leat::connectors {
namespace {

using arrow::Type;

template <typename T>
void put_number(T number, std::string& out) {
  out.append(reinterpret_cast<const char*>(&number), sizeof(number));
}

// --------------------------------------------------------------------------------------- to records

/// What all have in common: NULL, and the place of the array.
template <typename Array>
class ArrayWriter : public ValueWriter {
 public:
  explicit ArrayWriter(const arrow::Array& array) : array_(static_cast<const Array&>(array)) {}

  void put(int64_t row, std::string& out) const final {
    const bool is_valid = array_.IsValid(row);
    out += is_valid ? '\1' : '\0';
    if (is_valid) put_valid(row, out);
  }

 protected:
  virtual void put_valid(int64_t row, std::string& out) const = 0;
  const Array& array_;
};

class BoolWriter final : public ArrayWriter<arrow::BooleanArray> {
  using ArrayWriter::ArrayWriter;
  void put_valid(int64_t row, std::string& out) const override {
    out += array_.Value(row) ? '\1' : '\0';
  }
};

template <typename Array>
class NumberWriter final : public ArrayWriter<Array> {
  using ArrayWriter<Array>::ArrayWriter;
  void put_valid(int64_t row, std::string& out) const override {
    put_number(this->array_.Value(row), out);
  }
};

class DecimalWriter final : public ArrayWriter<arrow::FixedSizeBinaryArray> {
  using ArrayWriter::ArrayWriter;
  void put_valid(int64_t row, std::string& out) const override {
    out.append(reinterpret_cast<const char*>(array_.GetValue(row)),
               static_cast<size_t>(array_.byte_width()));
  }
};

template <typename Array>
class TextWriter final : public ArrayWriter<Array> {
  using ArrayWriter<Array>::ArrayWriter;
  void put_valid(int64_t row, std::string& out) const override {
    const std::string_view text = this->array_.GetView(row);
    put_number(static_cast<uint32_t>(text.size()), out);
    out.append(text);
  }
};

class IntervalWriter final : public ArrayWriter<arrow::MonthDayNanoIntervalArray> {
  using ArrayWriter::ArrayWriter;
  void put_valid(int64_t row, std::string& out) const override {
    const std::string text = interval_text(array_.Value(row));
    put_number(static_cast<uint32_t>(text.size()), out);
    out += text;
  }
};

class NullWriter final : public ValueWriter {
 public:
  void put(int64_t, std::string& out) const override { out += '\0'; }
};

arrow::Result<std::unique_ptr<ValueWriter>> writer_of(const arrow::Array& array);

class ListWriter final : public ArrayWriter<arrow::ListArray> {
 public:
  ListWriter(const arrow::Array& array, std::unique_ptr<ValueWriter> elements)
      : ArrayWriter(array), elements_(std::move(elements)) {}

 private:
  void put_valid(int64_t row, std::string& out) const override {
    const int64_t begin = array_.value_offset(row);
    const int64_t count = array_.value_length(row);
    put_number(static_cast<uint32_t>(count), out);
    for (int64_t i = 0; i < count; ++i) elements_->put(begin + i, out);
  }
  std::unique_ptr<ValueWriter> elements_;
};

class StructWriter final : public ArrayWriter<arrow::StructArray> {
 public:
  StructWriter(const arrow::Array& array, std::vector<std::unique_ptr<ValueWriter>> fields)
      : ArrayWriter(array), fields_(std::move(fields)) {}

 private:
  void put_valid(int64_t row, std::string& out) const override {
    for (const auto& field : fields_) field->put(row, out);
  }
  std::vector<std::unique_ptr<ValueWriter>> fields_;
};

arrow::Result<std::unique_ptr<ValueWriter>> struct_writer(const arrow::Array& array) {
  const auto& rows = static_cast<const arrow::StructArray&>(array);
  std::vector<std::unique_ptr<ValueWriter>> fields;
  for (int i = 0; i < rows.num_fields(); ++i) {
    ARROW_ASSIGN_OR_RAISE(auto field, writer_of(*rows.field(i)));  // kept by the array
    fields.push_back(std::move(field));
  }
  return std::make_unique<StructWriter>(array, std::move(fields));
}

arrow::Result<std::unique_ptr<ValueWriter>> writer_of(const arrow::Array& array) {
  switch (array.type_id()) {
    case Type::NA: return std::make_unique<NullWriter>();
    case Type::BOOL: return std::make_unique<BoolWriter>(array);
    case Type::INT64: return std::make_unique<NumberWriter<arrow::Int64Array>>(array);
    case Type::DOUBLE: return std::make_unique<NumberWriter<arrow::DoubleArray>>(array);
    case Type::DATE32: return std::make_unique<NumberWriter<arrow::Date32Array>>(array);
    case Type::TIMESTAMP: return std::make_unique<NumberWriter<arrow::TimestampArray>>(array);
    case Type::DECIMAL128: return std::make_unique<DecimalWriter>(array);
    case Type::STRING_VIEW: return std::make_unique<TextWriter<arrow::StringViewArray>>(array);
    case Type::BINARY_VIEW: return std::make_unique<TextWriter<arrow::BinaryViewArray>>(array);
    case Type::INTERVAL_MONTH_DAY_NANO: return std::make_unique<IntervalWriter>(array);
    case Type::EXTENSION:
      return writer_of(*static_cast<const arrow::ExtensionArray&>(array).storage());
    case Type::LIST: {
      const auto& list = static_cast<const arrow::ListArray&>(array);
      ARROW_ASSIGN_OR_RAISE(auto elements, writer_of(*list.values()));
      return std::make_unique<ListWriter>(array, std::move(elements));
    }
    case Type::STRUCT: return struct_writer(array);
    default: return arrow::Status::NotImplemented("records of type ", array.type()->ToString());
  }
}

}  // namespace

arrow::Status put_records(const arrow::RecordBatch& batch, std::string& records,
                          std::vector<uint64_t>& ends) {
  std::vector<std::unique_ptr<ValueWriter>> columns;
  for (const auto& column : batch.columns()) {
    ARROW_ASSIGN_OR_RAISE(auto writer, writer_of(*column));
    columns.push_back(std::move(writer));
  }
  ends.reserve(static_cast<size_t>(batch.num_rows()));
  for (int64_t row = 0; row < batch.num_rows(); ++row) {
    const size_t begin = records.size();
    put_number(uint32_t{0}, records);
    for (const auto& column : columns) column->put(row, records);
    const size_t bytes = records.size() - begin - sizeof(uint32_t);
    if (bytes > std::numeric_limits<uint32_t>::max())
      return arrow::Status::Invalid("a row is longer than 4 GiB");
    const auto length = static_cast<uint32_t>(bytes);
    std::memcpy(records.data() + begin, &length, sizeof(length));
    ends.push_back(records.size());
  }
  return arrow::Status::OK();
}

// ------------------------------------------------------------------------------------- from records

namespace {

arrow::Status cut_short() { return arrow::Status::Invalid("a record is cut short"); }

template <typename T>
arrow::Result<T> take_number(const char*& at, const char* end) {
  if (end - at < static_cast<ptrdiff_t>(sizeof(T))) return cut_short();
  T number;
  std::memcpy(&number, at, sizeof(number));
  at += sizeof(number);
  return number;
}

template <typename Builder>
class BuilderReader : public ValueReader {
 public:
  explicit BuilderReader(arrow::ArrayBuilder& builder) : builder_(static_cast<Builder&>(builder)) {}

  arrow::Result<const char*> take(const char* at, const char* end) final {
    ARROW_ASSIGN_OR_RAISE(const auto is_valid, take_number<uint8_t>(at, end));
    if (is_valid != 0) return take_valid(at, end);
    ARROW_RETURN_NOT_OK(builder_.AppendNull());
    return at;
  }

 protected:
  virtual arrow::Result<const char*> take_valid(const char* at, const char* end) = 0;
  Builder& builder_;
};

class NullReader final : public BuilderReader<arrow::NullBuilder> {
  using BuilderReader::BuilderReader;
  arrow::Result<const char*> take_valid(const char*, const char*) override { return cut_short(); }
};

template <typename Builder, typename Value>
class NumberReader final : public BuilderReader<Builder> {
  using BuilderReader<Builder>::BuilderReader;
  arrow::Result<const char*> take_valid(const char* at, const char* end) override {
    ARROW_ASSIGN_OR_RAISE(const auto value, take_number<Value>(at, end));
    ARROW_RETURN_NOT_OK(this->builder_.Append(value));
    return at;
  }
};

class DecimalReader final : public BuilderReader<arrow::Decimal128Builder> {
  using BuilderReader::BuilderReader;
  arrow::Result<const char*> take_valid(const char* at, const char* end) override {
    constexpr ptrdiff_t kBytes = 16;
    if (end - at < kBytes) return cut_short();
    ARROW_RETURN_NOT_OK(builder_.Append(std::string_view(at, kBytes)));
    return at + kBytes;
  }
};

class TextReader final : public BuilderReader<arrow::BinaryBuilder> {
  using BuilderReader::BuilderReader;
  arrow::Result<const char*> take_valid(const char* at, const char* end) override {
    ARROW_ASSIGN_OR_RAISE(const auto bytes, take_number<uint32_t>(at, end));
    if (end - at < static_cast<ptrdiff_t>(bytes)) return cut_short();
    ARROW_RETURN_NOT_OK(builder_.Append(at, static_cast<int32_t>(bytes)));
    return at + bytes;
  }
};

arrow::Result<std::unique_ptr<ValueReader>> reader_of(arrow::ArrayBuilder& builder,
                                                      const arrow::DataType& type);

class ListReader final : public BuilderReader<arrow::ListBuilder> {
 public:
  ListReader(arrow::ArrayBuilder& builder, std::unique_ptr<ValueReader> elements)
      : BuilderReader(builder), elements_(std::move(elements)) {}

 private:
  arrow::Result<const char*> take_valid(const char* at, const char* end) override {
    ARROW_ASSIGN_OR_RAISE(const auto count, take_number<uint32_t>(at, end));
    ARROW_RETURN_NOT_OK(builder_.Append());
    for (uint32_t i = 0; i < count; ++i) {
      ARROW_ASSIGN_OR_RAISE(at, elements_->take(at, end));
    }
    return at;
  }
  std::unique_ptr<ValueReader> elements_;
};

class StructReader final : public BuilderReader<arrow::StructBuilder> {
 public:
  StructReader(arrow::ArrayBuilder& builder, std::vector<std::unique_ptr<ValueReader>> fields)
      : BuilderReader(builder), fields_(std::move(fields)) {}

 private:
  arrow::Result<const char*> take_valid(const char* at, const char* end) override {
    ARROW_RETURN_NOT_OK(builder_.Append());
    for (const auto& field : fields_) {
      ARROW_ASSIGN_OR_RAISE(at, field->take(at, end));
    }
    return at;
  }
  std::vector<std::unique_ptr<ValueReader>> fields_;
};

arrow::Result<std::unique_ptr<ValueReader>> struct_reader(arrow::ArrayBuilder& builder,
                                                          const arrow::DataType& type) {
  auto& rows = static_cast<arrow::StructBuilder&>(builder);
  std::vector<std::unique_ptr<ValueReader>> fields;
  for (int i = 0; i < type.num_fields(); ++i) {
    ARROW_ASSIGN_OR_RAISE(auto field, reader_of(*rows.field_builder(i), *type.field(i)->type()));
    fields.push_back(std::move(field));
  }
  return std::make_unique<StructReader>(builder, std::move(fields));
}

arrow::Result<std::unique_ptr<ValueReader>> reader_of(arrow::ArrayBuilder& builder,
                                                      const arrow::DataType& type) {
  switch (type.id()) {
    case Type::NA: return std::make_unique<NullReader>(builder);
    case Type::BOOL: return std::make_unique<NumberReader<arrow::BooleanBuilder, bool>>(builder);
    case Type::INT64: return std::make_unique<NumberReader<arrow::Int64Builder, int64_t>>(builder);
    case Type::DOUBLE: return std::make_unique<NumberReader<arrow::DoubleBuilder, double>>(builder);
    case Type::DATE32:
      return std::make_unique<NumberReader<arrow::Date32Builder, int32_t>>(builder);
    case Type::TIMESTAMP:
      return std::make_unique<NumberReader<arrow::TimestampBuilder, int64_t>>(builder);
    case Type::DECIMAL128: return std::make_unique<DecimalReader>(builder);
    case Type::STRING:
    case Type::BINARY: return std::make_unique<TextReader>(builder);
    case Type::EXTENSION:
      return reader_of(builder, *static_cast<const arrow::ExtensionType&>(type).storage_type());
    case Type::LIST: {
      auto& list = static_cast<arrow::ListBuilder&>(builder);
      ARROW_ASSIGN_OR_RAISE(auto elements,
                            reader_of(*list.value_builder(), *type.field(0)->type()));
      return std::make_unique<ListReader>(builder, std::move(elements));
    }
    case Type::STRUCT: return struct_reader(builder, type);
    default: return arrow::Status::NotImplemented("records of type ", type.ToString());
  }
}

/// `type` with the storage of extensions in their place: builders know no extensions.
std::shared_ptr<arrow::DataType> storage_of(const std::shared_ptr<arrow::DataType>& type) {
  if (type->id() == Type::EXTENSION)
    return storage_of(static_cast<const arrow::ExtensionType&>(*type).storage_type());
  if (type->id() == Type::LIST) {
    const auto& element = type->field(0);
    return arrow::list(element->WithType(storage_of(element->type())));
  }
  if (type->id() != Type::STRUCT) return type;
  arrow::FieldVector fields;
  for (const auto& field : type->fields())
    fields.push_back(field->WithType(storage_of(field->type())));
  return arrow::struct_(std::move(fields));
}

/// The array of `data`, whose type has no extensions, as one of `type`.
void put_type(arrow::ArrayData& data, const std::shared_ptr<arrow::DataType>& type) {
  const auto& inner = type->id() == Type::EXTENSION
                          ? static_cast<const arrow::ExtensionType&>(*type).storage_type()
                          : type;
  for (size_t i = 0; i < data.child_data.size(); ++i) {
    data.child_data[i] = data.child_data[i]->Copy();
    put_type(*data.child_data[i], inner->field(static_cast<int>(i))->type());
  }
  data.type = type;
}

}  // namespace

arrow::Result<RecordReader> RecordReader::make(std::shared_ptr<arrow::Schema> schema,
                                               arrow::MemoryPool* pool) {
  RecordReader made;
  made.schema_ = std::move(schema);
  for (const auto& field : made.schema_->fields()) {
    const std::shared_ptr<arrow::DataType> storage = storage_of(field->type());
    std::unique_ptr<arrow::ArrayBuilder> builder;
    ARROW_RETURN_NOT_OK(arrow::MakeBuilder(pool, storage, &builder));
    ARROW_ASSIGN_OR_RAISE(auto reader, reader_of(*builder, *storage));
    made.builders_.push_back(std::move(builder));
    made.readers_.push_back(std::move(reader));
  }
  return made;
}

arrow::Result<size_t> RecordReader::take(std::string_view text) {
  uint32_t length = 0;
  if (text.size() < sizeof(length)) return 0;
  std::memcpy(&length, text.data(), sizeof(length));
  if (text.size() - sizeof(length) < length) return 0;
  const char* at = text.data() + sizeof(length);
  const char* const end = at + length;
  for (const auto& reader : readers_) {
    ARROW_ASSIGN_OR_RAISE(at, reader->take(at, end));
  }
  if (at != end) return arrow::Status::Invalid("a record is too long");
  ++rows_;
  return sizeof(length) + length;
}

arrow::Result<std::shared_ptr<arrow::RecordBatch>> RecordReader::finish() {
  arrow::ArrayVector columns;
  for (size_t i = 0; i < builders_.size(); ++i) {
    std::shared_ptr<arrow::ArrayData> data;
    ARROW_RETURN_NOT_OK(builders_[i]->FinishInternal(&data));
    data = data->Copy();
    put_type(*data, schema_->field(static_cast<int>(i))->type());
    columns.push_back(arrow::MakeArray(data));
  }
  const int64_t rows = std::exchange(rows_, 0);
  return arrow::RecordBatch::Make(schema_, rows, std::move(columns));
}

}  // namespace leat::connectors
