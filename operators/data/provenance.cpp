// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/data/provenance.h"

namespace leat {

namespace {

/// Rows of a stream that begins behind the one their origin knows.
class RenumberedOrigin final : public RowOrigin {
 public:
  RenumberedOrigin(RowPlaces before, Ordinal start)
      : before_(std::move(before)), start_(start.row()) {}

  TextPlace locate(uint64_t row) const override { return before_.origin->locate(row_before(row)); }
  std::string raw(uint64_t row) const override { return before_.origin->raw(row_before(row)); }

 private:
  uint64_t row_before(uint64_t row) const { return before_[row - start_].row(); }

  RowPlaces before_;
  uint64_t start_;
};

}  // namespace

RowPlaces RowPlaces::renumbered(Ordinal start) const {
  return {start, {}, origin ? std::make_shared<RenumberedOrigin>(*this, start) : nullptr};
}

}  // namespace leat
