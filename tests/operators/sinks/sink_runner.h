// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Runs a bound sink as a run does: encoders, then the committer in order, then prepare and commit.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "operators/output/output_transaction.h"
#include "tests/support/operator_fixture.h"

namespace leat::test {

/// One run of a sink. `encode` may be called from several lanes in a row; parts are written in the
/// order of the batches.
class SinkRun {
 public:
  SinkRun(OperatorFixture& fixture, const Binding& binding)
      : fixture_(fixture),
        binding_(binding),
        sink_(*std::get<std::unique_ptr<Sink>>(binding.bound->species)),
        committer_(sink_.committer({fixture.memory, fixture.ledger, outputs_})) {}

  Status open() { return committer_->open(); }

  Status write(const std::vector<Batch>& batches) {
    const std::unique_ptr<Encoder> encoder = sink_.encoder(fixture_.lane());
    for (const Batch& batch : batches) {
      fixture_.ledger.add(Counter::kIn, batch.rows());
      const uint64_t written = fixture_.ledger[Counter::kWritten];
      LEAT_TRY_ASSIGN(const BufferRef bytes, encoder->encode(batch));
      LEAT_TRY(committer_->write(bytes, fixture_.ledger[Counter::kWritten] - written));
    }
    return {};
  }

  Status commit() {
    LEAT_TRY(committer_->prepare(1));
    LEAT_TRY(committer_->announce());
    LEAT_TRY(outputs_.commit());
    LEAT_TRY(committer_->commit(1));
    expect_balanced(*binding_.bound, fixture_.ledger);
    return {};
  }

  void abort() {
    committer_->abort();
    outputs_.abort();
  }

  Status all(const std::vector<Batch>& batches) {
    LEAT_TRY(open());
    LEAT_TRY(write(batches));
    return commit();
  }

 private:
  OperatorFixture& fixture_;
  const Binding& binding_;
  const Sink& sink_;
  io::OutputTransaction outputs_;
  std::unique_ptr<Committer> committer_;
};

}  // namespace leat::test
