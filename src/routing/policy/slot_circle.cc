// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/policy/slot_circle.h"

#include <algorithm>
#include <utility>

namespace bellrock::routing::policy {
namespace {

void AddNew(uint16_t slot, std::span<uint16_t> out, size_t& found) {
  const std::span<uint16_t> known = out.first(found);
  if (std::find(known.begin(), known.end(), slot) != known.end()) return;
  out[found++] = slot;
}

}  // namespace

SlotCircle::SlotCircle(std::vector<uint16_t> slots, std::vector<uint16_t> roster)
    : slots_(std::move(slots)), roster_(std::move(roster)) {}

size_t SlotCircle::Walk(size_t from, std::span<uint16_t> out) const {
  const size_t wanted = std::min(out.size(), roster_.size());
  size_t found = 0;
  size_t at = from;
  for (size_t steps = std::min(slots_.size(), kWalkMax); steps > 0 && found < wanted; --steps) {
    AddNew(slots_[at], out, found);
    if (++at == slots_.size()) at = 0;
  }
  for (size_t k = 0; k < roster_.size() && found < wanted; ++k) AddNew(roster_[k], out, found);
  return found;
}

}  // namespace bellrock::routing::policy
