// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "routing/policy/keyed.h"

namespace bellrock::routing::policy {

// Instances for tests and benchmarks of policies by key; owns the texts that its members borrow.
// Slots are 0, 1, ... in order of Add().
class Fleet {
 public:
  Fleet() = default;
  explicit Fleet(size_t members) {
    for (size_t k = 0; k < members; ++k) Add(100);
  }

  KeyedMember& Add(uint32_t weight) {
    const size_t k = members_.size();
    const std::string ip = "10." + std::to_string(k / 62500) + "." + std::to_string(k / 250 % 250) +
                           "." + std::to_string(k % 250 + 1);
    KeyedMember& member = members_.emplace_back();
    member.slot = static_cast<uint32_t>(k);
    member.weight = weight;
    member.address = Keep(ip + ":7000");
    member.path = Keep("sz/default/music/storage/default/" + std::to_string(k));
    return member;
  }
  std::string_view Keep(std::string text) { return texts_.emplace_back(std::move(text)); }

  const std::vector<KeyedMember>& members() const { return members_; }
  std::vector<KeyedMember>& members() { return members_; }
  std::vector<KeyedMember> Without(size_t slot) const {
    std::vector<KeyedMember> rest = members_;
    rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(slot));
    return rest;
  }

 private:
  std::vector<KeyedMember> members_;
  std::deque<std::string> texts_;
};

// The owners of the keys "0", "1", ...
inline std::vector<uint16_t> OwnersOf(const KeyTable& table, size_t keys) {
  std::vector<uint16_t> owners;
  owners.reserve(keys);
  for (size_t k = 0; k < keys; ++k) {
    uint16_t owner = 0;
    if (table.Choose(std::to_string(k), {&owner, 1}) == 1) owners.push_back(owner);
  }
  return owners;
}

struct Spread {
  std::vector<size_t> keys;  // by slot
  double max_to_mean = 0;
};

inline Spread SpreadOf(const std::vector<uint16_t>& owners, size_t members) {
  Spread spread;
  spread.keys.resize(members);
  size_t most = 0;
  for (const uint16_t owner : owners) most = std::max(most, ++spread.keys[owner]);
  spread.max_to_mean =
      static_cast<double>(most) * static_cast<double>(members) / static_cast<double>(owners.size());
  return spread;
}

// Share of the keys whose owner is another one.
inline double Moved(const std::vector<uint16_t>& before, const std::vector<uint16_t>& after) {
  size_t moved = 0;
  for (size_t k = 0; k < before.size(); ++k) moved += before[k] != after[k] ? 1 : 0;
  return static_cast<double>(moved) / static_cast<double>(before.size());
}

inline std::unique_ptr<const KeyTable> TableOf(Kind policy, std::span<const KeyedMember> members) {
  return std::move(*MakeKeyTable(policy, {}, members));
}

}  // namespace bellrock::routing::policy
