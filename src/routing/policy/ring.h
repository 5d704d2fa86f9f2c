// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "routing/policy/keyed.h"
#include "routing/policy/slot_circle.h"

namespace bellrock::routing::policy {

// L5's consistent hash (ZY-045), bit for bit, so that callers of L5 and of Bellrock send a user to
// the same instance: a virtual node for each unit of weight at Murmur3_32("ip:index:port", 16); a
// key belongs to the first node at or after its own hash, and prefers the instances whose nodes
// follow. Of instances at one place the heavier has it, then the smaller IP address, then the
// smaller port.
class Ring final : public KeyTable {
 public:
  // About 20 MB. Above it all weights count in proportion less, and the ring is no longer L5's.
  static constexpr size_t kNodesMax = size_t{1} << 21;

  explicit Ring(std::span<const KeyedMember> members);

  size_t Choose(std::string_view key, std::span<uint16_t> out) const override;

  // L5's keys are numbers: a key that reads as one, decimal, below 2^64 and without a zero in
  // front, is hashed as its eight bytes, little endian. Any other as its text.
  static uint32_t HashOf(std::string_view key);

 private:
  size_t PlaceOf(uint32_t hash) const;

  std::vector<uint32_t> hashes_;  // of the nodes, growing
  // By the upper bits of a hash: where its nodes begin. One more at the end.
  std::vector<uint32_t> begins_;
  int shift_ = 31;
  SlotCircle circle_;  // slots of the nodes
};

}  // namespace bellrock::routing::policy
