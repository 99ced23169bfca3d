// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: cut an input into splits no faster than they are worked off.
//
// Invariants
// 1. The credit is taken before the splitter fills a chunk, so chunks are as many as credits.
// 2. Nothing is read once all readers are sated.
//
// Rejected: reading ahead in a goroutine of its own (the credits do that: lanes work while the head
// fills the next chunk).
#include <utility>

#include "engine/check.h"
#include "engine/mutant.h"
#include "pipelines/run/head.h"

namespace leat::pipelines {
namespace {

class SourceHead final : public Head {
 public:
  void run(SegmentRun& segment) override {
    Ledger ledger;
    const auto& source = std::get<std::unique_ptr<Source>>(segment.stage().stage.bound->species);
    const std::unique_ptr<Splitter> splitter = source->splitter(segment.stage_context(ledger));
    while (!segment.is_sated() && segment.wants_more()) {
      SplitTicket ticket = segment.acquire();
      Result<std::optional<io::Split>> split = splitter->next();
      if (!split) {
        segment.report(std::move(split).error());
        break;
      }
      if (!*split) break;
      LEAT_CHECK((*split)->index == segment.next_split() + forgotten_,
                 "a splitter skipped a split");
      if (LEAT_MUTANT("splitter_forgets_a_split") && (*split)->index == 1) {
        ++forgotten_;
        continue;
      }
      segment.issue(std::move(**split), std::move(ticket));
    }
    if (segment.is_sated()) segment.note_early_stop();
    segment.stage().merge(ledger);
  }

 private:
  uint64_t forgotten_ = 0;
};

}  // namespace

std::unique_ptr<Head> make_source_head() { return std::make_unique<SourceHead>(); }

}  // namespace leat::pipelines
