// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Binds sources of JSON with a projection, which test::bind has not, and reads all of them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "operators/output/output_transaction.h"
#include "tests/support/operator_fixture.h"

namespace leat::test {

inline Binding bind_source(const OperatorDef& definition, const Opt& options,
                           std::optional<std::vector<std::string>> projection = std::nullopt) {
  Binding binding;
  Diagnostics diagnostics;
  OptionDocument document;
  const SourceText key = document.scalar(std::string(definition.name));
  const OptionNode node = document.node(options);
  const auto values =
      read_options(definition.options, definition.main_option, node, key, diagnostics);
  const expr::Environment environment;
  if (values)
    binding.bound = definition.bind(
        *values, BindContext{{}, std::move(projection), environment, OnError::kFail, diagnostics});
  EXPECT_EQ(binding.bound.has_value(), diagnostics.ok());
  for (const Diagnostic& error : diagnostics.errors())
    binding.mistakes.push_back(fmt::format("{} [{}]", error.message, document.at(error.where)));
  return binding;
}

/// Reads all of a source with one lane.
struct ReadAll {
  ReadAll(const Binding& binding, OnError on_error = OnError::kFail)
      : fixture(size_t{1} << 30, on_error), output(fixture.ledger) {
    const Source& source = *std::get<std::unique_ptr<Source>>(binding.bound->species);
    io::OutputTransaction outputs;
    const auto splitter = source.splitter({fixture.memory, fixture.ledger, outputs});
    const auto decoder = source.decoder(fixture.lane());
    while (status) {
      auto split = splitter->next();
      if (!split) {
        status = std::unexpected(split.error());
      } else if (!*split) {
        break;
      } else {
        status = decoder->decode(**split, output);
      }
    }
    if (status) expect_balanced(*binding.bound, fixture.ledger);
  }

  OperatorFixture fixture;
  CollectingOutput output;
  Status status;
};

inline std::string schema_text(const Schema& schema) {
  std::string text;
  for (const Field& field : schema.fields())
    text += (text.empty() ? "" : ", ") + field.name + " " + to_string(field.type);
  return text;
}

}  // namespace leat::test
