// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// States of groups as columns and back: what the save() and load() of accumulators share. A state
// of fixed size becomes columns of int64, one for each of its words; what has any size, binary or
// lists.
#pragma once

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

#include "engine/codes/machine.h"
#include "operators/data/builder.h"
#include "operators/data/take.h"

namespace leat::state {

template <typename State>
inline constexpr size_t kWordsOf = sizeof(State) / sizeof(int64_t);

template <typename State>
std::vector<Type> word_types() {
  return std::vector<Type>(kWordsOf<State>, kInt64Type);
}

/// Appends the columns of `state_of(group)` for each of `groups`. `State` has no padding. ERRORS:
/// kMemory.
template <typename State, typename StateOf>
Status save_words(std::span<const uint32_t> groups, MemoryAccount& memory,
                  std::vector<ColumnRef>& columns, StateOf&& state_of) {
  static_assert(std::has_unique_object_representations_v<State> || sizeof(State) == 8);
  static_assert(sizeof(State) % sizeof(int64_t) == 0);
  std::array<BufferRef, kWordsOf<State>> buffers;
  for (BufferRef& buffer : buffers) {
    LEAT_TRY_ASSIGN(buffer, memory.allocate(groups.size() * sizeof(int64_t)));
  }
  for (size_t i = 0; i < groups.size(); ++i) {
    const State state = state_of(groups[i]);
    std::array<int64_t, kWordsOf<State>> words;
    std::memcpy(words.data(), &state, sizeof(state));
    for (size_t word = 0; word < words.size(); ++word)
      buffers[word]->template mutable_as<int64_t>()[i] = words[word];
  }
  for (BufferRef& buffer : buffers) {
    Column::Parts parts;
    parts.values = std::move(buffer);
    columns.push_back(std::make_shared<Column>(kInt64Type, groups.size(), std::move(parts)));
  }
  return {};
}

/// Row `row` of columns that save_words made, the first of which is `columns[0]`.
template <typename State>
State load_words(std::span<const ColumnRef> columns, size_t row) {
  std::array<int64_t, kWordsOf<State>> words;
  for (size_t word = 0; word < words.size(); ++word)
    words[word] = columns[word]->values<int64_t>()[row];
  State state;
  std::memcpy(&state, words.data(), sizeof(state));
  return state;
}

/// The bytes of an object that a binary column holds.
template <typename State>
std::string_view bytes_of(const State& state) {
  return {reinterpret_cast<const char*>(&state), sizeof(state)};
}

/// A binary column of `bytes(group)`, a pointer to a string_view or null. ERRORS: kMemory.
template <typename BytesOf>
Result<ColumnRef> save_bytes(std::span<const uint32_t> groups, MemoryAccount& memory,
                             BytesOf&& bytes) {
  ViewBuilder builder(kBinaryType, memory);
  LEAT_TRY(builder.reserve(groups.size()));
  for (const uint32_t group : groups) {
    const std::optional<std::string_view> value = bytes(group);
    LEAT_TRY(value ? builder.append_copy(*value) : builder.append_null());
  }
  return builder.finish();
}

/// The same column with the rows `is_null(row)` NULL. REQUIRES: it has no NULL. ERRORS: kMemory.
template <typename IsNull>
Result<ColumnRef> with_nulls(const ColumnRef& column, MemoryAccount& memory, IsNull&& is_null) {
  ValidityBuilder validity;
  for (size_t row = 0; row < column->length(); ++row) {
    if (is_null(row)) LEAT_TRY(validity.append_null(memory, row, column->length()));
  }
  Column::Parts parts = column->parts();
  parts.validity = validity.finish(column->length());
  return std::make_shared<Column>(column->type(), column->length(), std::move(parts));
}

/// The list column whose row i has the elements [offsets[i], offsets[i + 1]) of `elements`.
/// `offsets` holds int32_t; `validity` may be null.
inline ColumnRef list_column(BufferRef offsets, size_t length, ColumnRef elements,
                             BufferRef validity = {}) {
  Column::Parts parts;
  parts.validity = std::move(validity);
  parts.values = std::move(offsets);
  const Type type = Type::list(elements->type());
  parts.children.push_back(std::move(elements));
  return std::make_shared<Column>(type, length, std::move(parts));
}

/// Offsets of lists of the lengths `length_of(i)`. ERRORS: kMemory, also beyond 2^31 elements.
template <typename LengthOf>
Result<BufferRef> list_offsets(size_t lists, MemoryAccount& memory, LengthOf&& length_of) {
  LEAT_TRY_ASSIGN(BufferRef buffer, memory.allocate((lists + 1) * sizeof(int32_t)));
  auto* const offsets = buffer->template mutable_as<int32_t>();
  uint64_t total = 0;
  for (size_t i = 0; i < lists; ++i) {
    offsets[i] = static_cast<int32_t>(total);
    total += length_of(i);
    if (total > INT32_MAX) {
      return fail(code::kTooManyRows, ErrorCode::kMemory,
                  "the lists of one batch hold more than 2^31 elements",
                  "group by more distinct values, so that lists are shorter");
    }
  }
  offsets[lists] = static_cast<int32_t>(total);
  return buffer;
}

/// For each element of a saved list column, `group_of` of its row. ERRORS: kMemory.
inline Result<BufferRef> groups_of_elements(const Column& lists, const uint32_t* group_of,
                                            MemoryAccount& memory) {
  const int32_t* const offsets = lists.values<int32_t>();
  const auto begin = static_cast<size_t>(offsets[0]);
  const auto end = static_cast<size_t>(offsets[lists.length()]);
  LEAT_TRY_ASSIGN(BufferRef groups, memory.allocate(std::max<size_t>(1, end) * sizeof(uint32_t)));
  auto* const out = groups->template mutable_as<uint32_t>();
  std::fill_n(out, begin, 0);
  for (size_t row = 0; row < lists.length(); ++row)
    std::fill(out + offsets[row], out + offsets[row + 1], group_of[row]);
  return groups;
}

}  // namespace leat::state
