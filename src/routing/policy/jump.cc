// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/policy/jump.h"

#include <algorithm>

#include "base/splitmix.h"
#include "routing/policy/key_hash.h"

namespace bellrock::routing::policy {

Jump::Jump(std::span<const KeyedMember> members) {
  bool equal = true;
  for (const KeyedMember& member : members) {
    slots_.push_back(static_cast<uint16_t>(member.slot));
    weights_.push_back(member.weight);
    equal = equal && member.weight == members.front().weight;
    heaviest_ = std::max(heaviest_, member.weight);
  }
  if (equal) weights_.clear();
}

uint32_t Jump::BucketOf(uint64_t key, uint32_t buckets) {
  uint64_t bucket = 0;
  for (uint64_t next = 0; next < buckets;) {
    bucket = next;
    key = key * 2862933555777941757U + 1;
    const auto divisor = static_cast<double>((key >> 33) + 1);
    next = static_cast<uint64_t>(static_cast<double>(bucket + 1) * (0x1p31 / divisor));
  }
  return static_cast<uint32_t>(bucket);
}

bool Jump::Accepts(uint64_t hash, uint32_t bucket) const {
  if (weights_.empty()) return true;
  return MixBits(hash ^ MixBits(bucket + 1)) % heaviest_ < weights_[bucket];
}

size_t Jump::Choose(std::string_view key, std::span<uint16_t> out) const {
  const auto buckets = static_cast<uint32_t>(slots_.size());
  const size_t wanted = std::min<size_t>(out.size(), buckets);
  size_t found = 0;
  const auto add = [&](uint16_t slot) {
    const std::span<uint16_t> known = out.first(found);
    if (std::find(known.begin(), known.end(), slot) == known.end()) out[found++] = slot;
  };
  uint64_t hash = KeyHash(key);
  uint32_t bucket = 0;
  for (uint64_t tries = 0; tries < kTriesMax && found < wanted; ++tries) {
    bucket = BucketOf(hash, buckets);
    if (Accepts(hash, bucket)) add(slots_[bucket]);
    hash = MixBits(hash + 0x9e3779b97f4a7c15);
  }
  while (found < wanted) {
    add(slots_[bucket]);
    bucket = (bucket + 1) % buckets;
  }
  return found;
}

}  // namespace bellrock::routing::policy
