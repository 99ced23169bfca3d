// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Part of the C++ face for plugins, see plugin.h: options, calls, and what an operator declares.
#pragma once

#include <leat/plugin_abi.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace leat::api {

// Set when the plugin is loaded, to the same value in all of them.
inline const leat_host* host_services = nullptr;

/// A slip of the operator's author: throws what `guarded` makes an error of.
[[noreturn]] inline void misuse(const std::string& what) {
  throw std::logic_error(what);  // in the plugin, and caught there
}

// ------------------------------------------------------------------------------------------------------------- options

/// An option of an operator: a kind, then what is to be said besides.
struct Option : leat_option_def {
  static constexpr Option text(const char* name, const char* doc) {
    return {LEAT_OPTION_TEXT, name, doc};
  }
  static constexpr Option character(const char* name, const char* doc) {
    return {LEAT_OPTION_CHARACTER, name, doc};
  }
  static constexpr Option integer(const char* name, const char* doc) {
    return {LEAT_OPTION_INTEGER, name, doc};
  }
  static constexpr Option number(const char* name, const char* doc) {
    return {LEAT_OPTION_NUMBER, name, doc};
  }
  static constexpr Option boolean(const char* name, const char* doc) {
    return {LEAT_OPTION_BOOLEAN, name, doc};
  }
  static constexpr Option list(const char* name, const char* doc) {
    return {LEAT_OPTION_TEXT_LIST, name, doc};
  }
  static constexpr Option named(const char* name, const char* doc) {
    return {LEAT_OPTION_NAMED, name, doc};
  }
  /// `choices` ends with nullptr.
  static constexpr Option choice(const char* name, const char* const* choices, const char* doc) {
    Option option(LEAT_OPTION_CHOICE, name, doc);
    option.choices = choices;
    return option;
  }

  constexpr Option required() const {
    Option option = *this;
    option.flags |= LEAT_REQUIRED;
    return option;
  }
  constexpr Option otherwise(const char* value) const {
    Option option = *this;
    option.default_text = value;
    return option;
  }
  constexpr Option between(int64_t least, int64_t most) const {
    Option option = *this;
    option.flags |= LEAT_HAS_MINIMUM | LEAT_HAS_MAXIMUM;
    option.minimum = least;
    option.maximum = most;
    return option;
  }

 private:
  constexpr Option(uint32_t option_type, const char* option_name, const char* option_doc)
      : leat_option_def{sizeof(leat_option_def),
                        option_name,
                        option_doc,
                        nullptr,
                        nullptr,
                        option_type,
                        0,
                        0,
                        0} {}
};
static_assert(sizeof(Option) == sizeof(leat_option_def));

// --------------------------------------------------------------------------------------------------------------- calls

/// The host during a call.
class Call {
 public:
  explicit Call(leat_call* call) : call_(call) {}

  /// The call fails with this message once the operator returns.
  void fail(const std::string& message, const std::string& hint = {}, int code = LEAT_ERROR) {
    host_services->explain(call_, message.c_str(), hint.empty() ? nullptr : hint.c_str());
    code_ = code == LEAT_OK ? int{LEAT_ERROR} : code;
  }
  void log(const std::string& message) { host_services->log(call_, message.c_str()); }
  bool cancelled() const { return host_services->cancelled(call_) != 0; }
  void checkpoint() { host_services->checkpoint(call_); }
  /// Memory that grows with the data. False: there is no more, return.
  bool charge(size_t bytes) { return note(host_services->charge(call_, bytes)); }
  void refund(size_t bytes) { host_services->refund(call_, bytes); }
  /// Row `row` of the batch cannot be processed.
  void reject(uint64_t row, const std::string& reason) {
    note(host_services->reject(call_, row, reason.c_str()));
  }
  /// Calls `function`, which may wait for something outside.
  template <typename Function>
  decltype(auto) blocking(Function&& function) {
    struct Scope {
      explicit Scope(leat_call* scoped) : call(scoped) { host_services->blocking_enter(call); }
      ~Scope() { host_services->blocking_leave(call); }
      leat_call* call;
    };
    const Scope scope(call_);
    return std::forward<Function>(function)();
  }

  bool ok() const { return code_ == LEAT_OK; }
  int code() const { return code_; }
  leat_call* handle() const { return call_; }
  bool note(int code) {
    if (code != LEAT_OK && code_ == LEAT_OK) code_ = code;
    return code == LEAT_OK;
  }

 private:
  leat_call* call_;
  int code_ = LEAT_OK;
};

/// Runs `function(call)`; what it throws becomes an error.
template <typename Function>
int guarded(leat_call* handle, Function&& function) noexcept {
  Call call(handle);
  try {
    function(call);
  } catch (const std::exception& exception) {
    call.fail(exception.what());
  } catch (...) {
    call.fail("it threw something that is no std::exception");
  }
  return call.code();
}

// --------------------------------------------------------------------------------------------------------------- types

enum class Type : uint8_t { kBool, kInt64, kFloat64, kText, kBinary, kDate, kTimestamp, kOther };

inline Type type_of_format(std::string_view format) {
  if (format == "b") return Type::kBool;
  if (format == "l") return Type::kInt64;
  if (format == "g") return Type::kFloat64;
  if (format == "u" || format == "vu") return Type::kText;
  if (format == "z" || format == "vz") return Type::kBinary;
  if (format == "tdD") return Type::kDate;
  return format.starts_with("tsu:") ? Type::kTimestamp : Type::kOther;
}

/// As pipelines write them; nullptr when the faces cannot make such a column.
inline const char* type_name(Type type) {
  switch (type) {
    case Type::kBool: return "bool";
    case Type::kInt64: return "int64";
    case Type::kFloat64: return "float64";
    case Type::kText: return "utf8";
    case Type::kBinary: return "binary";
    case Type::kDate: return "date";
    case Type::kTimestamp: return "timestamp";
    case Type::kOther: break;
  }
  return nullptr;
}

/// A column of the input.
struct InputColumn {
  std::string name;
  Type type = Type::kOther;
};

/// A column of the output: one of the input as it is, or a new one.
struct Declared {
  std::string name;
  std::optional<size_t> kept;
  Type type = Type::kOther;
};

/// What an operator is bound to, and what it declares.
class Bind {
 public:
  Bind(const leat_binding& binding, Call& call) : binding_(binding), call_(call) {
    const int64_t columns = binding.input == nullptr ? 0 : binding.input->n_children;
    for (int64_t i = 0; i < columns; ++i) {
      const ArrowSchema& column = *binding.input->children[i];
      input_.push_back({column.name, type_of_format(column.format)});
    }
  }

  // Options. A missing one without a default is "", 0, false. The name is one of the operator's
  // table.
  bool has(const char* name) const { return option(name).is_written != 0; }
  std::string text(const char* name) const {
    const leat_option& found = option(name);
    return found.count == 0 ? std::string() : std::string(found.texts[0]);
  }
  int64_t integer(const char* name) const {
    return static_cast<int64_t>(std::strtoll(text(name).c_str(), nullptr, 10));
  }
  double number(const char* name) const { return std::strtod(text(name).c_str(), nullptr); }
  bool flag(const char* name) const { return text(name) == "true"; }
  std::vector<std::string> list(const char* name) const {
    const leat_option& found = option(name);
    return {found.texts, found.texts + found.count};
  }
  std::vector<std::pair<std::string, std::string>> named(const char* name) const {
    const leat_option& found = option(name);
    std::vector<std::pair<std::string, std::string>> all;
    for (size_t i = 0; i < found.count; ++i) all.emplace_back(found.names[i], found.texts[i]);
    return all;
  }
  /// Reports that the option is wrong; "" for the stage as a whole.
  void mistake(const char* name, const std::string& message, const std::string& hint = {}) {
    host_services->mistake(call_.handle(), name, message.c_str(),
                           hint.empty() ? nullptr : hint.c_str());
    call_.note(LEAT_ERROR);
  }

  // The input.
  size_t inputs() const { return input_.size(); }
  std::string_view name(size_t column) const { return input_column(column).name; }
  Type type(size_t column) const { return input_column(column).type; }
  std::optional<size_t> find(std::string_view wanted) const {
    for (size_t i = 0; i < inputs(); ++i) {
      if (name(i) == wanted) return i;
    }
    return std::nullopt;
  }
  /// The column that option `name` names; reports when there is none, or none of `type`.
  size_t input(const char* name, Type wanted) {
    const std::string column = text(name);
    const std::optional<size_t> found = find(column);
    if (!found) {
      std::string known;
      for (size_t i = 0; i < inputs(); ++i)
        known += (i == 0 ? "'" : ", '") + std::string(this->name(i)) + "'";
      mistake(name, "there is no column '" + column + "'", "the columns are " + known);
    } else if (type(*found) != wanted) {
      mistake(name, "column '" + column + "' must be of type " + type_name(wanted));
    }
    return found.value_or(0);
  }

  // The output, in order; each returns the number of its column there.
  size_t keep(size_t column) {
    const InputColumn& kept = input_column(column);
    call_.note(host_services->keep_column(call_.handle(), column));
    declared_.push_back({kept.name, column, kept.type});
    return declared_.size() - 1;
  }
  void keep_all() {
    for (size_t i = 0; i < inputs(); ++i) keep(i);
  }
  size_t add(const std::string& name, Type type) {
    call_.note(host_services->add_column(call_.handle(), name.c_str(), type_name(type)));
    declared_.push_back({name, std::nullopt, type});
    return declared_.size() - 1;
  }
  void need_memory(size_t bytes) { call_.note(host_services->need_memory(call_.handle(), bytes)); }

  Call& call() { return call_; }
  std::vector<InputColumn> take_input() { return std::move(input_); }
  std::vector<Declared> take_declared() { return std::move(declared_); }

 private:
  const InputColumn& input_column(size_t column) const {
    if (column < input_.size()) return input_[column];
    misuse("column " + std::to_string(column + 1) + " of the input is not there; it has " +
           std::to_string(input_.size()));
  }
  const leat_option& option(const char* name) const {
    const auto* at = reinterpret_cast<const char*>(binding_.options);
    for (size_t i = 0; i < binding_.option_count; ++i) {
      const auto& one = *reinterpret_cast<const leat_option*>(at);
      if (std::strcmp(one.name, name) == 0) return one;
      at += one.size;
    }
    misuse("it has no option '" + std::string(name) + "' and asks for it");
  }

  const leat_binding& binding_;
  Call& call_;
  std::vector<InputColumn> input_;
  std::vector<Declared> declared_;
};

}  // namespace leat::api
