// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Runs splitters and decoders over files of a test.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "operators/input/inputs.h"
#include "operators/output/output_transaction.h"
#include "tests/support/operator_fixture.h"

namespace leat::test {

inline io::Inputs inputs_of(const std::vector<std::string>& paths) {
  io::Inputs inputs;
  for (const std::string& path : paths) {
    inputs.push_back(
        std::make_shared<io::Input>(io::Input{path, static_cast<uint32_t>(inputs.size())}));
  }
  return inputs;
}

/// What came out of a splitter.
struct Splits {
  std::vector<io::Split> splits;
  std::optional<Error> error;

  std::vector<std::string> texts() const {
    std::vector<std::string> texts;
    for (const io::Split& split : splits) texts.emplace_back(split.bytes());
    return texts;
  }
};

inline Splits run_splitter(Splitter& splitter) {
  Splits result;
  for (;;) {
    auto split = splitter.next();
    if (!split) {
      result.error = std::move(split).error();
      return result;
    }
    if (!*split) return result;
    EXPECT_EQ((*split)->index, result.splits.size());
    result.splits.push_back(std::move(**split));
  }
}

/// Decodes all splits in one lane and checks that every record is accounted for.
inline Run run_decoder(OperatorFixture& fixture, Decoder& decoder,
                       const std::vector<io::Split>& splits) {
  CollectingOutput output(fixture.ledger);
  Status status;
  for (const io::Split& split : splits) {
    status = decoder.decode(split, output);
    if (!status) break;
  }
  if (status) {
    EXPECT_EQ(fixture.ledger[Counter::kRead], fixture.ledger[Counter::kOut] +
                                                  fixture.ledger[Counter::kSkipped] +
                                                  fixture.ledger[Counter::kRejected]);
  }
  return finish_run(output, status);
}

/// Runs a bound source: its splitter, then its decoder.
inline Run run_source(OperatorFixture& fixture, const BoundOperator& bound) {
  io::OutputTransaction outputs;
  const Source& source = *std::get<std::unique_ptr<Source>>(bound.species);
  const StageContext stage{fixture.memory, fixture.ledger, outputs};
  const std::unique_ptr<Splitter> splitter = source.splitter(stage);
  Splits splits = run_splitter(*splitter);
  const std::unique_ptr<Decoder> decoder = source.decoder(fixture.lane());
  Run run = run_decoder(fixture, *decoder, splits.splits);
  if (!run.error) {
    expect_balanced(bound, fixture.ledger);
    run.error = std::move(splits.error);
  }
  return run;
}

/// `message @ file:line:column`, with the file's name only.
inline std::string text_of(const Error& error) {
  if (!error.data) return error.message;
  const std::string& file = error.data->file;
  return fmt::format("{} @ {}:{}:{}", error.message, file.substr(file.rfind('/') + 1),
                     error.data->line, error.data->column);
}

}  // namespace leat::test
