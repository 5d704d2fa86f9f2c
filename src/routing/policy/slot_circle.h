// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace bellrock::routing::policy {

// The slots of a ring or a table in order, the last followed by the first: a key enters at its
// place and prefers the different slots that follow. Immutable.
class SlotCircle {
 public:
  // A walk ends after so many places; only with weights that differ a thousand times does it
  // matter.
  static constexpr size_t kWalkMax = size_t{1} << 16;

  SlotCircle() = default;
  // `roster`: every slot once, in an order that all hosts agree on. Who is not met within kWalkMax
  // follows in this order.
  SlotCircle(std::vector<uint16_t> slots, std::vector<uint16_t> roster);

  size_t size() const { return slots_.size(); }
  // Fills `out` with different slots from place `from` on; how many.
  size_t Walk(size_t from, std::span<uint16_t> out) const;

 private:
  std::vector<uint16_t> slots_;
  std::vector<uint16_t> roster_;
};

}  // namespace bellrock::routing::policy
